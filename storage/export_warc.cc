#include "storage/export_warc.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <optional>
#include <string>
#include <utility>

#include "storage/archived_head.h"
#include "storage/body_reader.h"
#include "storage/escape.h"
#include "storage/gzip_writer.h"
#include "storage/json_writer.h"
#include "storage/sha1.h"
#include "storage/surt.h"

namespace storage {
namespace {

// CROSS JOIN: the bodies are read in the order they lie in, and never sorted. Only the digests that
// occur more than once are held, with the first URL of each.
constexpr std::string_view kSql =
    "SELECT u.url, p.fetched_at, p.address, p.protocol, p.status, p.content_type, p.digest, "
    "p.body_bytes, p.run_id, b.head, b.body, fu.url, fp.fetched_at "
    "FROM bodies b CROSS JOIN urls u ON u.id = b.url_id CROSS JOIN pages p ON p.url_id = b.url_id "
    "LEFT JOIN (SELECT digest, min(url_id) AS first FROM pages "
    "           WHERE digest IS NOT NULL AND url_id IN (SELECT url_id FROM bodies) "
    "           GROUP BY digest HAVING count(*) > 1) d "
    "  ON d.digest = p.digest AND d.first <> b.url_id "
    "LEFT JOIN urls fu ON fu.id = d.first LEFT JOIN pages fp ON fp.url_id = d.first "
    "ORDER BY b.url_id";
enum Column {
  kUrl,
  kFetchedAt,
  kAddress,
  kProtocol,
  kStatus,
  kContentType,
  kDigest,
  kBodyBytes,
  kRun,
  kHead,
  kBody,
  kFirstUrl,
  kFirstFetchedAt,
};

constexpr std::string_view kResponseType = "application/http;msgtype=response";
constexpr std::string_view kRequestType = "application/http;msgtype=request";
constexpr std::string_view kRevisitProfile =
    "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";

std::string record_id(std::string_view kind, std::string_view url, std::string_view date,
                      std::string_view digest) {
  return "<urn:uuid:" + uuid_of(fmt::format("{}\n{}\n{}\n{}", kind, url, date, digest)) + ">";
}

// "2026-01-31T12:00:00.000Z" as "20260131120000".
std::string index_time(std::string_view date) {
  std::string digits;
  for (const char c : date.substr(0, date.find('.')))
    if (c >= '0' && c <= '9') digits += c;
  return digits;
}

std::string_view blob(const Statement& row, int column) {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(row.handle(), column));
  const int size = sqlite3_column_bytes(row.handle(), column);
  return bytes == nullptr ? std::string_view()
                          : std::string_view(bytes, static_cast<std::size_t>(size));
}

// A record's header under way.
class Header {
 public:
  explicit Header(std::string_view type) { add("WARC-Type", type); }
  void add(std::string_view name, std::string_view value) {
    if (!value.empty()) text_ += fmt::format("{}: {}\r\n", name, one_line(value));
  }
  std::string end(std::uint64_t block_bytes) const {
    return fmt::format("WARC/1.1\r\n{}Content-Length: {}\r\n\r\n", text_, block_bytes);
  }

 private:
  std::string text_;
};

class WarcExport {
 public:
  WarcExport(const Database& db, std::ostream& out, std::string_view name, std::ostream* index)
      : name_(name),
        gzip_(out),
        index_(index),
        run_(db,
             "SELECT json_extract(options, '$.user_agent'), "
             "json_extract(options, '$.accept_encoding'), started_at, version "
             "FROM runs WHERE id = ?"),
        scratch_(Database::scratch()) {
    scratch_.execute("CREATE TABLE entries (entry BLOB NOT NULL)");
    entry_.emplace(scratch_, "INSERT INTO entries VALUES (?)");
  }

  void write_info(const Database& db);
  void write_row(const Statement& row);
  void write_index();
  const WarcCounts& counts() const { return counts_; }

 private:
  void choose_run(std::int64_t run);
  void write_block(const Header& header, std::string_view block);
  void write_request(std::string_view url, const Statement& row, std::string_view concurrent_to);
  void add_entry(const Statement& row, bool revisit, const std::string& digest,
                 std::uint64_t offset, std::uint64_t length);

  const std::string_view name_;
  GzipWriter gzip_;
  std::ostream* const index_;
  Statement run_;
  Database scratch_;
  std::optional<Statement> entry_;
  BodyReader bodies_;
  WarcCounts counts_;
  std::uint64_t offset_ = 0;
  std::string info_id_;
  std::int64_t run_id_ = 0;
  std::string user_agent_, accept_encoding_;
};

void WarcExport::write_info(const Database& db) {
  Statement first(db,
                  "SELECT started_at, version, json_extract(options, '$.user_agent') FROM runs "
                  "ORDER BY id LIMIT 1");
  if (!first.step()) throw Error(db.path() + ": holds no run of a crawl");
  const std::string_view date = first.column_text(0);
  const std::string block = fmt::format(
      "software: weft/{} {}\r\n"
      "format: WARC File Format 1.1\r\n"
      "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/"
      "warc-1.1/\r\n"
      "http-header-user-agent: {}\r\n"
      "description: Bodies stand without their Content-Encoding and Transfer-Encoding; the fields "
      "that named them stand as X-Crawler-... Requests are made again from the crawl's options, "
      "without the fields that --header added.\r\n",
      one_line(first.column_text(1)), WEFT_URL, one_line(first.column_text(2)));
  info_id_ = record_id("warcinfo", name_, date, block);
  Header header("warcinfo");
  header.add("WARC-Record-ID", info_id_);
  header.add("WARC-Date", date);
  header.add("WARC-Filename", name_);
  header.add("Content-Type", "application/warc-fields");
  write_block(header, block);
}

void WarcExport::choose_run(std::int64_t run) {
  if (run == run_id_) return;
  run_id_ = run;
  user_agent_.clear();
  accept_encoding_.clear();
  run_.bind(1, run);
  if (run_.step()) {
    user_agent_ = run_.column_text(0);
    accept_encoding_ = run_.column_text(1);
  }
  run_.reset();
}

// A record whose block is at hand.
void WarcExport::write_block(const Header& header, std::string_view block) {
  Sha1 sha1;
  sha1.add(block);
  Header whole = header;
  whole.add("WARC-Block-Digest", labelled(sha1.digest()));
  gzip_.write(whole.end(block.size()));
  gzip_.write(block);
  gzip_.write("\r\n\r\n");
  offset_ = gzip_.end_member();
}

void WarcExport::write_row(const Statement& row) {
  const std::string url = one_word(row.column_text(kUrl));
  const std::string_view date = row.column_text(kFetchedAt);
  const std::string_view digest = row.column_text(kDigest);
  const std::int64_t size = row.column_int(kBodyBytes);
  const auto bytes = static_cast<std::uint64_t>(size);
  const std::string head = archived_head(blob(row, kHead), bytes);
  const bool revisit = !row.column_is_null(kFirstUrl);
  const std::string id = record_id(revisit ? "revisit" : "response", url, date, digest);

  // Unpacked twice, because a record says its digests before its bytes.
  Sha1 payload;
  Sha1 block;
  block.add(head);
  try {
    bodies_.read(blob(row, kBody), size, [&](std::string_view piece) {
      payload.add(piece);
      if (!revisit) block.add(piece);
    });
  } catch (const Error& error) {
    throw Error(fmt::format("{}: {}", url, error.what()));
  }
  const std::string payload_digest = labelled(payload.digest());

  Header header(revisit ? "revisit" : "response");
  header.add("WARC-Record-ID", id);
  header.add("WARC-Warcinfo-ID", info_id_);
  header.add("WARC-Target-URI", url);
  header.add("WARC-Date", date);
  header.add("WARC-IP-Address", row.column_text(kAddress));
  header.add("WARC-Protocol", row.column_text(kProtocol));
  if (revisit) {
    const std::string first = one_word(row.column_text(kFirstUrl));
    const std::string_view first_date = row.column_text(kFirstFetchedAt);
    header.add("WARC-Profile", kRevisitProfile);
    header.add("WARC-Refers-To", record_id("response", first, first_date, digest));
    header.add("WARC-Refers-To-Target-URI", first);
    header.add("WARC-Refers-To-Date", first_date);
  }
  header.add("WARC-Payload-Digest", payload_digest);
  header.add("WARC-Block-Digest", labelled(block.digest()));
  header.add("Content-Type", kResponseType);

  const std::uint64_t offset = offset_;
  gzip_.write(header.end(head.size() + (revisit ? 0 : bytes)));
  gzip_.write(head);
  if (!revisit)
    bodies_.read(blob(row, kBody), size, [&](std::string_view piece) { gzip_.write(piece); });
  gzip_.write("\r\n\r\n");
  offset_ = gzip_.end_member();
  ++(revisit ? counts_.revisits : counts_.responses);
  if (index_ != nullptr) add_entry(row, revisit, payload_digest, offset, offset_ - offset);
  write_request(url, row, id);
}

void WarcExport::write_request(std::string_view url, const Statement& row,
                               std::string_view concurrent_to) {
  choose_run(row.column_int(kRun));
  const std::string_view date = row.column_text(kFetchedAt);
  Header header("request");
  header.add("WARC-Record-ID", record_id("request", url, date, concurrent_to));
  header.add("WARC-Warcinfo-ID", info_id_);
  header.add("WARC-Concurrent-To", concurrent_to);
  header.add("WARC-Target-URI", url);
  header.add("WARC-Date", date);
  header.add("WARC-IP-Address", row.column_text(kAddress));
  header.add("WARC-Protocol", row.column_text(kProtocol));
  header.add("Content-Type", kRequestType);
  write_block(header, request_head(url, user_agent_, accept_encoding_));
}

void WarcExport::add_entry(const Statement& row, bool revisit, const std::string& digest,
                           std::uint64_t offset, std::uint64_t length) {
  const std::string url = one_word(row.column_text(kUrl));
  std::string_view type = row.column_text(kContentType);
  type = type.substr(0, type.find_first_of("; \t"));
  std::string entry = fmt::format("{} {} ", surt(url), index_time(row.column_text(kFetchedAt)));
  JsonWriter json(entry);
  json.object([&] {
    json.member("url", url);
    if (revisit)
      json.member("mime", "warc/revisit");
    else if (!type.empty())
      json.member("mime", type);
    json.member("status", fmt::format_int(row.column_int(kStatus)).c_str());
    json.member("digest", std::string_view(digest).substr(digest.find(':') + 1));
    json.member("length", fmt::format_int(length).c_str());
    json.member("offset", fmt::format_int(offset).c_str());
    json.member("filename", name_);
  });
  entry += '\n';
  entry_->bind_blob(1, entry).run();
}

// In the order of their bytes, as readers look them up.
void WarcExport::write_index() {
  Statement sorted(scratch_, "SELECT entry FROM entries ORDER BY entry");
  while (sorted.step()) *index_ << blob(sorted, 0);
}

}  // namespace

WarcCounts export_warc(const Database& db, std::ostream& out, std::string_view name,
                       std::ostream* index) {
  Statement rows(db, kSql);
  if (!rows.step())
    throw Error(db.path() + ": holds no bodies; weft crawl keeps them with --bodies");
  WarcExport warc(db, out, name, index);
  warc.write_info(db);
  do {
    warc.write_row(rows);
  } while (rows.step());
  if (index != nullptr) warc.write_index();
  out.flush();
  if (!out) throw Error("the output could not be written whole");
  return warc.counts();
}

}  // namespace storage
