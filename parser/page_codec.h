// The frame in which a ParsedPage travels, as PageParser writes it; decode_page() in page.h reads
// it.
//
//   FrameHeader | title lang charset description canonical robots base text | link ...
//   link: LinkHeader | url text rel
#pragma once

#include <cstdint>
#include <string>

#include "parser/page.h"

namespace parser {

class FrameWriter {
 public:
  // Appends a frame to `out`: everything of `page` but its links, which follow by add_link().
  FrameWriter(std::string& out, const ParsedPage& page);
  // False, and nothing is written, where the frame would pass kMaxFrameBytes.
  [[nodiscard]] bool add_link(const Link& link);
  // Completes the header.
  void finish(std::uint32_t links_cut, std::uint32_t links_ignored = 0);

 private:
  std::string& out_;
  std::size_t start_;  // of the frame in out_
  std::uint32_t links_ = 0;
};

}  // namespace parser
