#include "storage/export_mirror.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <string>
#include <vector>

#include "storage/body_reader.h"
#include "storage/file_names.h"
#include "storage/table.h"

namespace storage {
namespace {

constexpr std::string_view kSql =
    "SELECT u.url, p.status, p.content_type, p.body_bytes, b.body "
    "FROM bodies b CROSS JOIN urls u ON u.id = b.url_id CROSS JOIN pages p ON p.url_id = b.url_id "
    "WHERE p.status BETWEEN 200 AND 299 ORDER BY b.url_id";
constexpr const char* kList = "mirror.csv";

}  // namespace

std::uint64_t export_mirror(const Database& db, OutFolder& folder, bool csv_safe) {
  Statement page(db, kSql);
  FileNames names;
  names.reserve(kList);
  BodyReader bodies;
  OutFile list_file = folder.create({kList});
  TableOptions options;
  options.spreadsheet_safe = csv_safe;
  Table list(list_file.stream(), {"url", "file", "status", "content_type", "bytes"}, options);
  while (page.step()) {
    const std::string_view url = page.column_text(0);
    const std::vector<std::string> path = names.of_url(url);
    OutFile file = folder.create(path);
    const auto* frame = static_cast<const char*>(sqlite3_column_blob(page.handle(), 4));
    const auto frame_bytes = static_cast<std::size_t>(sqlite3_column_bytes(page.handle(), 4));
    const std::int64_t size = page.column_int(3);
    try {
      bodies.read({frame, frame == nullptr ? 0 : frame_bytes}, size,
                  [&](std::string_view piece) { file.stream() << piece; });
    } catch (const Error& error) {
      throw Error(fmt::format("{}: {}", printable(url), error.what()));
    }
    file.finish();
    std::string joined;
    for (const std::string& name : path) (joined += joined.empty() ? "" : "/") += name;
    list.cell(url);
    list.cell(joined);
    list.cell(page.column_int(1));
    page.column_is_null(2) ? list.null() : list.cell(page.column_text(2));
    list.cell(size);
  }
  list.finish();
  list_file.finish();
  return list.rows();
}

}  // namespace storage
