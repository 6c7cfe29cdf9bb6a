#include "crawler/parse/parser.h"

namespace crawler {

std::string_view to_string(ParseError error) {
  switch (error) {
    case ParseError::kNone:
      break;
    case ParseError::kTimeout:
      return "timeout";
    case ParseError::kCrashed:
      return "crashed";
    case ParseError::kOutOfMemory:
      return "out_of_memory";
    case ParseError::kBadReply:
      return "bad_reply";
  }
  return "";
}

}  // namespace crawler
