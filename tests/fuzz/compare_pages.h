// A page as it is read condensed and whole, for the tests that compare the two.
#pragma once

#include <setjmp.h>

#include <csignal>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "parser/page.h"

namespace fuzz {

// A frame that owns its bytes, and the page that views them.
struct OwnedPage {
  bool is_aborted = false;  // gumbo's own assertions ended the parse: there is no page
  std::unique_ptr<char[]> frame;
  std::size_t size = 0;
  parser::ParsedPage page;
};

// Where a parse that gumbo aborts goes on. All that gumbo has is in the arena, which the next parse
// drops.
inline sigjmp_buf abort_jump;

inline void install_abort_handler() {
  struct sigaction action {};
  action.sa_handler = [](int) { siglongjmp(abort_jump, 1); };
  sigaction(SIGABRT, &action, nullptr);
}

// In a buffer of its exact size, so that a byte read too far is found.
inline OwnedPage read(std::string_view body, bool whole) {
  static parser::PageParser page_parser(std::abort);
  const auto exact = std::make_unique_for_overwrite<char[]>(body.size());
  body.copy(exact.get(), body.size());
  static std::string frame;
  frame.clear();
  OwnedPage owned;
  install_abort_handler();
  if (sigsetjmp(abort_jump, 1) != 0) {
    std::signal(SIGABRT, SIG_DFL);
    owned.is_aborted = true;
    return owned;
  }
  page_parser.parse({"https://example.com/dir/page",
                     "text/html; charset=utf-8",
                     {exact.get(), body.size()},
                     whole ? parser::Method::kWhole : parser::Method::kCondensed},
                    frame);
  std::signal(SIGABRT, SIG_DFL);
  owned.size = frame.size();
  owned.frame = std::make_unique_for_overwrite<char[]>(owned.size);
  frame.copy(owned.frame.get(), owned.size);
  if (!parser::decode_page({owned.frame.get(), owned.size}, owned.page)) std::abort();
  return owned;
}

// All that a page says, one field a line.
inline std::string describe(const OwnedPage& owned) {
  if (owned.is_aborted) return "aborted by gumbo\n";
  const parser::ParsedPage& page = owned.page;
  std::string all;
  const auto add = [&](std::string_view name, std::string_view value) {
    all.append(name).append("=[").append(value).append("]\n");
  };
  add("title", page.title);
  add("lang", page.lang);
  add("charset", page.charset);
  add("description", page.description);
  add("canonical", page.canonical);
  add("robots", page.robots);
  add("base", page.base);
  add("text", page.text);
  add("simhash", std::to_string(page.simhash));
  add("elements", std::to_string(page.elements));
  add("links_cut", std::to_string(page.links_cut));
  add("links_ignored", std::to_string(page.links_ignored));
  for (const parser::Link& link : page.links)
    add(to_string(link.source),
        std::string(link.url) + "|" + std::string(link.text) + "|" + std::string(link.rel));
  return all;
}

// True where the page is read condensed, and otherwise than as a whole.
inline bool differs(std::string_view body) {
  const OwnedPage condensed = read(body, false);
  if (condensed.page.reading != parser::Reading::kCondensed) return false;
  return describe(condensed) != describe(read(body, true));
}

}  // namespace fuzz
