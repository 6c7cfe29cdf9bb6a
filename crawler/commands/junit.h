// Checks and what they found, as JUnit XML: the form in which build servers show a test's outcome.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

namespace crawler {

struct CheckedCase {
  std::string name;                // "broken-links"
  std::uint64_t faults = 0;        // 0: passed
  std::vector<std::string> shown;  // the first of them, a line each
};

// One test suite called `suite`, a test case a check. Every text may be untrusted.
void write_junit(std::ostream& out, const std::string& suite,
                 const std::vector<CheckedCase>& cases);

}  // namespace crawler
