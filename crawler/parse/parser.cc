#include "crawler/parse/parser.h"

namespace crawler {

bool has_tokens_left(const ParseJob& job, ParseError error) {
  const bool tree_failed = error == ParseError::kCrashed || error == ParseError::kTimeout ||
                           error == ParseError::kOutOfMemory;
  return tree_failed && job.kind == parser::DocumentKind::kPage &&
         job.method != parser::Method::kTokens;
}

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
