#include "crawler/ask/url_history.h"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>
#include <utility>

#include "crawler/options/kept_options.h"
#include "crawler/options/units.h"
#include "crawler/policy/robots_access.h"
#include "parser/robots_txt.h"
#include "storage/resume.h"

namespace crawler {
namespace {

using storage::Reason;
using storage::State;
using storage::Statement;

// Other URLs with the same body that are named; the rest are counted.
constexpr std::int64_t kCopiesNamed = 5;
// A URL that was never seen has no depth; it is judged as if a seed linked to it.
constexpr std::uint16_t kDepthIfLinked = 1;

std::string text(const Statement& row, int column) { return std::string(row.column_text(column)); }

std::string spent(const Statement& row, int column) {
  return format_duration(std::chrono::microseconds(row.column_int(column)));
}

std::string counted(std::uint64_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

// Whether Scope gives this reason.
bool is_of_scope(Reason reason) {
  return reason == Reason::kOutOfScope || reason == Reason::kExcluded ||
         reason == Reason::kNotIncluded || reason == Reason::kTooDeep;
}

class HistoryReader {
 public:
  HistoryReader(const storage::Database& db, const parser::Url& url, std::uint64_t links)
      : db_(db), url_(url), links_(links), kept_(kept_options(db)), scope_(kept_.scope) {
    Statement seeds(db, "SELECT url FROM urls WHERE depth = 0 ORDER BY id");
    parser::Url seed;
    while (seeds.step())
      if (seed.parse(seeds.column_text(0)) == parser::UrlError::kOk) scope_.add_seed(seed);
    Statement run(db, "SELECT options FROM runs ORDER BY id DESC LIMIT 1");
    const auto options = nlohmann::json::parse(run.step() ? text(run, 0) : "{}", nullptr, false);
    if (options.is_object()) {
      const auto agent = options.find("user_agent");
      if (agent != options.end() && agent->is_string()) agent_ = agent->get<std::string>();
      const auto most = options.find("max_pages");
      if (most != options.end() && most->is_number_unsigned())
        max_pages_ = most->get<std::uint64_t>();
    }
    read_robots();
  }

  UrlHistory read() {
    add("url", std::string(url_.identity()));
    Statement row(db_,
                  "SELECT id, state, reason, detail, depth, redirects, attempts, found_on "
                  "FROM urls WHERE url = ?");
    row.bind(1, url_.identity());
    history_.seen = row.step();
    if (history_.seen && is_sitemap(row.column_int(0))) role_ = Scope::Role::kSitemap;
    if (history_.seen)
      add_seen(row);
    else
      add_unseen();
    return std::move(history_);
  }

 private:
  void add(std::string name, std::string value) {
    if (!value.empty()) history_.fields.push_back({std::move(name), std::move(value)});
  }

  void read_robots() {
    Statement row(db_,
                  "SELECT robots_status, robots_error, robots_body, robots_fetched_at, id "
                  "FROM origins WHERE origin = ?");
    row.bind(1, url_.origin());
    if (!row.step() || row.column_is_null(3)) return;
    robots_at_ = text(row, 3);
    const std::string body = text(row, 2);
    const std::string error = text(row, 1);
    const RobotsAnswer answer{storage::reason_from(error).value_or(Reason::kNone), error,
                              static_cast<int>(row.column_int(0)), body};
    robots_answer_ =
        answer.error == Reason::kNone ? fmt::format("status {}", answer.status) : error;
    rules_ = parser::RobotsTxt(
        answer.status >= 200 && answer.status < 300 ? answer.body : std::string_view(), agent_);
    robots_.emplace(answer, agent_);
    Statement hops(db_,
                   "SELECT status, url FROM robots_redirects WHERE origin_id = ? ORDER BY seq");
    hops.bind(1, row.column_int(4));
    while (hops.step())
      robots_redirects_.push_back(
          fmt::format("status {}, to {}", hops.column_int(0), hops.column_text(1)));
  }

  // ---- decisions -------------------------------------------------------------------------------

  // How robots.txt, as it was last read, ends the URL; reason kNone where it may be requested.
  RobotsAccess::Decision robots_access() const {
    if (!kept_.robots || !robots_) return {};
    return robots_->check(url_.identity());
  }

  void add_robots() {
    if (!kept_.robots) return add("robots", "not asked for (--no-robots)");
    if (!robots_) return add("robots", "robots.txt of this origin was not asked for yet");
    const RobotsAccess::Decision access = robots_access();
    const parser::RobotsDecision rule = rules_.decide(url_.target());
    std::string decision = "allowed: no rule applies";
    if (access.reason == Reason::kRobotsDisallowed)
      decision = "disallowed: " + access.detail;
    else if (access.reason != Reason::kNone)
      decision = std::string(to_string(access.reason));
    else if (rule.line > 0)
      decision = fmt::format("allowed: line {}: {}", rule.line, rule.rule);
    add("robots", fmt::format("{} (robots.txt: {}, {})", decision, robots_answer_, robots_at_));
    for (const std::string& redirect : robots_redirects_) add("robots redirect", redirect);
  }

  bool budget_spent() const {
    return max_pages_ != 0 && storage::count_requested_pages(db_) >= max_pages_;
  }

  void add_unseen() {
    add("state", "never seen");
    const Reason reason = scope_.check(url_, kDepthIfLinked);
    const RobotsAccess::Decision access = robots_access();
    if (reason != Reason::kNone) {
      add("decision", fmt::format("would be skipped: {}", to_string(reason)));
    } else if (access.reason != Reason::kNone) {
      add("decision",
          fmt::format("would {}: {}", access.state == State::kSkipped ? "be skipped" : "fail",
                      to_string(access.reason)));
    } else if (budget_spent()) {
      add("decision", fmt::format("would stay queued: {} (--max-pages {} is reached)",
                                  to_string(Reason::kOverBudget), max_pages_));
    } else {
      add("decision", "would be requested, if a page linked to it");
    }
    add_scope(kDepthIfLinked, reason);
    if (reason == Reason::kNone) add_robots();
  }

  void add_scope(std::uint16_t depth, Reason reason) {
    const std::string rule = scope_.rule(url_, depth, role_);
    switch (reason) {
      case Reason::kNone:
        return add("scope", "taken: " + rule);
      case Reason::kOutOfScope:
        return add("scope", fmt::format("refused: {}, and no seed is there", rule));
      case Reason::kTooDeep:
        return add("scope",
                   fmt::format("refused: {}, and it is {} links from a seed", rule, depth));
      case Reason::kNotIncluded:
        return add("scope", fmt::format("refused: {} does not match", rule));
      default:
        return add("scope", fmt::format("refused: {}", rule));
    }
  }

  // ---- what the file holds ---------------------------------------------------------------------

  void add_seen(const Statement& row) {
    const std::int64_t id = row.column_int(0);
    const auto depth = static_cast<std::uint16_t>(row.column_int(4));
    const Reason reason = storage::reason_from(row.column_text(2)).value_or(Reason::kNone);
    add("state", text(row, 1));
    add("reason", text(row, 2));
    add("detail", text(row, 3));
    if (reason == Reason::kOverBudget)
      add("decision", fmt::format("--max-pages {} was reached before it; a larger one "
                                  "goes on",
                                  max_pages_));
    else if (row.column_text(1) == "queued")
      add("decision", "it was not reached yet");
    add("depth", std::to_string(depth));
    add_first_found(id, row);
    const Reason by_scope = scope_.check(url_, depth, role_);
    if (is_of_scope(reason) && by_scope == Reason::kNone)
      add("decision", "refused when it was found; it would be taken now");
    add_scope(depth, by_scope);
    if (by_scope == Reason::kNone) add_robots();
    add("attempts", text(row, 6));
    add_response(id);
    add_page_fields(id);
    add_sitemap(id);
    add_in_sitemaps(id);
    add_links(id);
  }

  void add_first_found(std::int64_t id, const Statement& row) {
    if (row.column_is_null(7))
      return add("found on", row.column_int(4) == 0 ? "the seed list" : "robots.txt");
    // Where no link led here, a sitemap did.
    Statement first(db_,
                    "SELECT f.url, l.text, coalesce(l.source, 'sitemap') FROM urls f "
                    "LEFT JOIN links l ON l.from_id = f.id AND l.to_id = ?2 "
                    "WHERE f.id = ?1 ORDER BY l.seq LIMIT 1");
    first.bind(1, row.column_int(7)).bind(2, id);
    if (first.step()) add("found on", link_line(first));
    if (row.column_int(5) > 0)
      add("hops", counted(static_cast<std::uint64_t>(row.column_int(5)), "redirect") + " led here");
  }

  // Of url, anchor text, source.
  static std::string link_line(const Statement& link) {
    std::string line = text(link, 0);
    if (!link.column_text(1).empty()) line += fmt::format(" \"{}\"", link.column_text(1));
    if (!link.column_text(2).empty()) line += fmt::format(" ({})", link.column_text(2));
    return line;
  }

  void add_response(std::int64_t id) {
    Statement page(db_,
                   "SELECT p.status, p.content_type, p.protocol, p.address, p.fetched_at, "
                   "p.name_us, p.connect_us, p.tls_us, p.first_byte_us, p.total_us, p.parse_us, "
                   "p.wire_bytes, p.body_bytes, t.url, p.digest, t.state, t.reason, p.run_id "
                   "FROM pages p LEFT JOIN urls t ON t.id = p.redirect_to WHERE p.url_id = ?");
    page.bind(1, id);
    if (!page.step()) return;
    std::string response = "status " + text(page, 0);
    for (const int column : {1, 2})
      if (!page.column_text(column).empty()) response += ", " + text(page, column);
    if (!page.column_text(3).empty()) response += ", from " + text(page, 3);
    add("response", response);
    add("requested", fmt::format("{}, in run {}", page.column_text(4), page.column_int(17)));
    std::string times;
    for (const auto& [name, column] :
         {std::pair("name", 5), std::pair("connect", 6), std::pair("tls", 7),
          std::pair("first byte", 8), std::pair("whole", 9), std::pair("parsed in", 10)})
      if (page.column_int(column) > 0)
        times += fmt::format("{}{} {}", times.empty() ? "" : ", ", name, spent(page, column));
    add("timing", times);
    add("size", fmt::format("{} on the wire, {} of body",
                            format_size(static_cast<std::uint64_t>(page.column_int(11))),
                            format_size(static_cast<std::uint64_t>(page.column_int(12)))));
    if (!page.column_is_null(13))
      add("redirects to",
          fmt::format("{} ({}{}{})", page.column_text(13), page.column_text(15),
                      page.column_text(16).empty() ? "" : ": ", page.column_text(16)));
    const std::int64_t status = page.column_int(0);
    if (status >= 200 && status < 300 && !page.column_is_null(14)) add_copies(id, text(page, 14));
  }

  void add_copies(std::int64_t id, const std::string& digest) {
    Statement copies(db_,
                     "SELECT u.url, count(*) OVER () FROM pages p JOIN urls u ON u.id = p.url_id "
                     "WHERE p.digest = ?1 AND p.url_id <> ?2 AND p.status BETWEEN 200 AND 299 "
                     "ORDER BY u.id LIMIT ?3");
    copies.bind(1, digest).bind(2, id).bind(3, kCopiesNamed);
    std::int64_t left = 0;
    for (bool first = true; copies.step(); first = false) {
      if (first) left = copies.column_int(1);
      add("same bytes as", text(copies, 0));
      --left;
    }
    if (left > 0) add("same bytes as", fmt::format("{} more", left));
  }

  static std::string left_out(const Statement& page, int column, std::string_view which) {
    const std::int64_t count = page.column_int(column);
    return count == 0 ? std::string() : fmt::format(", and {} more {}", count, which);
  }

  // The word of pages.parsed_as, and what it means where the page has no whole tree.
  static std::string parsed_as(std::string_view word) {
    if (word == "flattened") return "flattened: it nests too deep, the tree lacks elements";
    if (word == "tokens")
      return "tokens: building its tree failed, so what only a tree says is missing";
    return std::string(word);
  }

  void add_page_fields(std::int64_t id) {
    Statement page(db_,
                   "SELECT p.title, p.lang, p.canonical, p.meta_robots, p.elements, "
                   "(SELECT count(*) FROM links WHERE from_id = p.url_id AND source <> 'redirect'),"
                   "(SELECT length(body) FROM bodies WHERE url_id = p.url_id), "
                   "p.links_ignored, p.links_cut, p.parsed_as "
                   "FROM pages p WHERE p.url_id = ?");
    page.bind(1, id);
    if (!page.step()) return;
    add("title", text(page, 0));
    add("language", text(page, 1));
    add("canonical", text(page, 2));
    add("meta robots", text(page, 3));
    if (!page.column_is_null(4))
      add("parsed", fmt::format("{} elements, {} links{}{}", page.column_int(4), page.column_int(5),
                                left_out(page, 7, "that are no http(s) URL"),
                                left_out(page, 8, "beyond the bound of a page")));
    add("parsed as", parsed_as(page.column_text(9)));
    if (!page.column_is_null(6))
      add("kept body",
          format_size(static_cast<std::uint64_t>(page.column_int(6))) + ", compressed");
  }

  bool is_sitemap(std::int64_t id) const {
    Statement row(db_, "SELECT 1 FROM sitemaps WHERE url_id = ?");
    row.bind(1, id);
    return row.step();
  }

  // Of a URL that is a sitemap itself.
  void add_sitemap(std::int64_t id) {
    Statement row(db_,
                  "SELECT o.origin, s.level, s.kind, s.entries, s.ignored, s.problem "
                  "FROM sitemaps s JOIN origins o ON o.id = s.origin_id WHERE s.url_id = ?");
    row.bind(1, id);
    if (!row.step()) return;
    const bool by_index = row.column_int(1) > 0;
    std::string line =
        fmt::format("{} robots.txt of {}", by_index ? "through an index named by" : "named by",
                    row.column_text(0));
    if (row.column_is_null(3)) {
      line += ", not read";
    } else {
      line += fmt::format(", {} entries taken, {} not", row.column_int(3), row.column_int(4));
      for (const int column : {2, 5})
        if (!row.column_is_null(column)) line += fmt::format(" ({})", row.column_text(column));
    }
    add("sitemap", line);
  }

  void add_in_sitemaps(std::int64_t id) {
    Statement sitemaps(db_,
                       "SELECT s.url, m.lastmod, count(*) OVER () FROM sitemap_urls m "
                       "JOIN urls s ON s.id = m.sitemap_id WHERE m.url_id = ?1 ORDER BY s.id "
                       "LIMIT ?2");
    sitemaps.bind(1, id).bind(2, static_cast<std::int64_t>(links_));
    std::int64_t left = 0;
    for (bool first = true; sitemaps.step(); first = false) {
      if (first) left = sitemaps.column_int(2);
      const std::string_view modified = sitemaps.column_text(1);
      add("in the sitemap",
          text(sitemaps, 0) + (modified.empty() ? "" : fmt::format(" (modified {})", modified)));
      --left;
    }
    if (left > 0) add("in the sitemap", fmt::format("{} more", left));
  }

  void add_links(std::int64_t id) {
    Statement count(db_, "SELECT count(*), count(DISTINCT from_id) FROM links WHERE to_id = ?");
    count.bind(1, id);
    if (!count.step() || count.column_int(0) == 0) return add("linked from", "no page");
    const auto all = static_cast<std::uint64_t>(count.column_int(0));
    add("linked from", counted(all, "link") + " on " +
                           counted(static_cast<std::uint64_t>(count.column_int(1)), "page") +
                           (all > links_ ? fmt::format(", the first {}:", links_) : ":"));
    Statement links(db_,
                    "SELECT f.url, l.text, l.source FROM links l JOIN urls f ON f.id = l.from_id "
                    "WHERE l.to_id = ?1 ORDER BY l.from_id, l.seq LIMIT ?2");
    links.bind(1, id).bind(2, static_cast<std::int64_t>(links_));
    while (links.step()) add("link", link_line(links));
  }

  const storage::Database& db_;
  const parser::Url& url_;
  const std::uint64_t links_;
  const CrawlOptions kept_;
  Scope scope_;
  Scope::Role role_ = Scope::Role::kPage;
  std::string agent_ = "weft";
  std::uint64_t max_pages_ = 0;

  // Of the URL's origin, where its robots.txt was requested.
  std::optional<RobotsAccess> robots_;
  parser::RobotsTxt rules_;
  std::string robots_answer_;
  std::vector<std::string> robots_redirects_;
  std::string robots_at_;

  UrlHistory history_;
};

}  // namespace

UrlHistory read_url_history(const storage::Database& db, const parser::Url& url,
                            std::uint64_t links) {
  return HistoryReader(db, url, links).read();
}

}  // namespace crawler
