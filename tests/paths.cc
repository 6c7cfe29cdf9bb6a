// The one source that is compiled with paths of this build, so that a compiler cache can answer for
// every other from another checkout.
#include "tests/support.h"

namespace tests {

std::string weft_program() { return WEFT_PROGRAM; }
std::string parser_program() { return WEFT_PARSER_PROGRAM; }
std::string bad_worker_program() { return WEFT_BAD_WORKER_PROGRAM; }
std::string source_dir() { return WEFT_SOURCE_DIR; }

}  // namespace tests
