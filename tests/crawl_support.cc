#include "tests/crawl_support.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace tests {

Site::Site(std::vector<std::string> options, std::size_t hosts) {
  std::vector<std::string> argv{weft_program(),       "site", "--port", "0", "--hosts",
                                std::to_string(hosts)};
  argv.insert(argv.end(), options.begin(), options.end());
  process_ = std::make_unique<Process>(argv);
  while (start_urls_.size() < hosts) start_urls_.push_back(process_->read_line());
}

std::string Site::url(std::string_view path) const {
  std::string url = start_urls_.front();
  while (url.ends_with('/')) url.pop_back();
  return url + std::string(path);
}

std::vector<std::string> crawl_args(const std::vector<std::string>& seeds, const std::string& db,
                                    const std::vector<std::string>& more) {
  std::vector<std::string> args{"crawl", "--db", db, "--quiet", "--delay", "0", "--per-host", "16"};
  args.insert(args.end(), more.begin(), more.end());
  args.insert(args.end(), seeds.begin(), seeds.end());
  return args;
}

Ended crawl(const std::vector<std::string>& seeds, const std::string& db,
            const std::vector<std::string>& more) {
  return weft(crawl_args(seeds, db, more));
}

std::string sql(const std::string& db, const std::string& query) {
  Ended ended = run({"sqlite3", "-batch", "-cmd", ".timeout 10000", db, query});
  EXPECT_EQ(ended.code, 0) << query << ": " << ended.err;
  if (ended.out.ends_with('\n')) ended.out.pop_back();
  return ended.out;
}

void wait_for_rows(const std::string& db, const std::string& table, int rows) {
  wait_until(
      [&] {
        const Ended ended = run({"sqlite3", "-batch", db, "SELECT count(*) FROM " + table});
        return ended.code == 0 && std::atoi(ended.out.c_str()) >= rows;
      },
      "rows in " + table);
}

std::string pages_of(const std::string& db) {
  return sql(db,
             "SELECT u.url, p.status, p.title, p.digest, p.simhash FROM pages p "
             "JOIN urls u ON u.id = p.url_id ORDER BY u.url");
}

std::string links_of(const std::string& db) {
  return sql(db,
             "SELECT f.url, l.seq, t.url, l.fragment, l.text, l.rel, l.source FROM links l "
             "JOIN urls f ON f.id = l.from_id JOIN urls t ON t.id = l.to_id ORDER BY f.url, l.seq");
}

std::string urls_of(const std::string& db) {
  return sql(db, "SELECT url, state, reason FROM urls ORDER BY url");
}

}  // namespace tests
