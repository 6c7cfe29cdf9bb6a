#include "parser/links.h"

#include "parser/ascii.h"

namespace parser {
namespace {

// Links for which room is kept from page to page: more than nearly every page has.
constexpr std::size_t kKeptLinks = 4096;

std::string_view skip_spaces(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  return text;
}

bool is_digit_or_dot(char c) { return (c >= '0' && c <= '9') || c == '.'; }

}  // namespace

bool LinkCollector::add(LinkSource source, std::string_view href, std::string_view rel,
                        std::string_view alt) {
  if (links_.size() == kMaxLinks) {
    ++cut_;
    return false;
  }
  links_.push_back({href, rel, alt, 0, 0, source});
  return true;
}

void LinkCollector::open() {
  open_.push_back(static_cast<std::uint32_t>(links_.size() - 1));
  links_.back().text_begin = static_cast<std::uint32_t>(log_.size());
}

void LinkCollector::close() {
  links_[open_.back()].text_end = static_cast<std::uint32_t>(log_.size());
  open_.pop_back();
}

void LinkCollector::set_alt(std::string_view alt) {
  FoundLink& link = links_[open_.back()];
  if (link.alt.empty()) link.alt = alt;
}

std::string_view LinkCollector::text_of(const FoundLink& link) const {
  // Words are separated before the second one, so a range may begin with a separator.
  const std::string_view text =
      trim(log_.text().substr(link.text_begin, link.text_end - link.text_begin));
  return text.empty() ? link.alt : text;
}

void LinkCollector::clear() {
  links_.clear();
  if (links_.capacity() > kKeptLinks) links_.shrink_to_fit();
  open_.clear();
  log_.clear();
  cut_ = 0;
}

bool has_token(std::string_view list, std::string_view word) {
  for (;;) {
    list = skip_spaces(list);
    if (list.empty()) return false;
    std::size_t end = 0;
    while (end < list.size() && !is_space(list[end])) ++end;
    if (equals_ignoring_case(list.substr(0, end), word)) return true;
    list.remove_prefix(end);
  }
}

std::string_view refresh_url(std::string_view content) {
  std::string_view rest = skip_spaces(content);
  if (rest.empty() || !is_digit_or_dot(rest.front())) return {};
  while (!rest.empty() && is_digit_or_dot(rest.front())) rest.remove_prefix(1);
  if (rest.empty() || (!is_space(rest.front()) && rest.front() != ';' && rest.front() != ','))
    return {};
  rest = skip_spaces(rest);
  if (rest.starts_with(';') || rest.starts_with(',')) rest.remove_prefix(1);
  rest = skip_spaces(rest);
  if (equals_ignoring_case(rest.substr(0, 3), "url")) {
    // Only where an equals sign follows; else the "url" is where the URL begins.
    const std::string_view value = skip_spaces(rest.substr(3));
    if (value.starts_with('=')) rest = skip_spaces(value.substr(1));
  }
  if (rest.starts_with('"') || rest.starts_with('\'')) {
    const char quote = rest.front();
    rest.remove_prefix(1);
    rest = rest.substr(0, rest.find(quote));
  }
  return trim(rest);
}

}  // namespace parser
