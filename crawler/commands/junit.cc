#include "crawler/commands/junit.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "storage/escape.h"
#include "storage/table.h"

namespace crawler {
namespace {

// printable() too: it takes out what turns the direction of writing.
std::string xml(std::string_view text) { return storage::xml_text(storage::printable(text)); }

}  // namespace
void write_junit(std::ostream& out, const std::string& suite,
                 const std::vector<CheckedCase>& cases) {
  const auto failed = std::count_if(cases.begin(), cases.end(),
                                    [](const CheckedCase& one) { return one.faults > 0; });
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  out << fmt::format(
      "<testsuites tests=\"{0}\" failures=\"{1}\">\n"
      "  <testsuite name=\"{2}\" tests=\"{0}\" failures=\"{1}\" errors=\"0\">\n",
      cases.size(), failed, xml(suite));
  for (const CheckedCase& one : cases) {
    out << fmt::format("    <testcase classname=\"weft\" name=\"{}\"", xml(one.name));
    if (one.faults == 0) {
      out << "/>\n";
      continue;
    }
    out << fmt::format(">\n      <failure message=\"{} found\">", one.faults);
    for (const std::string& line : one.shown) out << xml(line) << '\n';
    if (one.faults > one.shown.size())
      out << fmt::format("and {} more\n", one.faults - one.shown.size());
    out << "</failure>\n    </testcase>\n";
  }
  out << "  </testsuite>\n</testsuites>\n";
}

}  // namespace crawler
