#include "storage/reports.h"

#include <algorithm>

#include "storage/near_duplicates.h"
#include "storage/outcome.h"
#include "storage/page_rank.h"
#include "storage/redirect_chains.h"

namespace storage {
namespace {

// Rows of a report that ranks.
constexpr std::uint64_t kRanked = 25;

constexpr std::string_view kSummary = R"sql(
WITH u AS (SELECT state, count(*) AS n FROM urls GROUP BY state),
     p AS (SELECT count(*) AS responses, count(elements) AS parsed, count(redirect_to) AS redirects,
                  coalesce(sum(wire_bytes), 0) AS wire_bytes,
                  coalesce(sum(body_bytes), 0) AS body_bytes,
                  round(avg(total_us) / 1000.0, 3) AS mean_ms FROM pages),
     t AS (SELECT total_us, row_number() OVER (ORDER BY total_us) AS nth, count(*) OVER () AS n
           FROM pages)
SELECT 'runs' AS figure, count(*) AS value FROM runs
UNION ALL SELECT 'last run', coalesce((SELECT coalesce(outcome, 'running, or killed')
                                       FROM runs ORDER BY id DESC LIMIT 1), 'none')
UNION ALL SELECT 'hosts', count(*) FROM hosts
UNION ALL SELECT 'URLs seen', coalesce(sum(n), 0) FROM u
UNION ALL SELECT 'URLs done', coalesce(sum(n), 0) FROM u WHERE state = 'done'
UNION ALL SELECT 'URLs failed', coalesce(sum(n), 0) FROM u WHERE state = 'failed'
UNION ALL SELECT 'URLs skipped', coalesce(sum(n), 0) FROM u WHERE state = 'skipped'
UNION ALL SELECT 'URLs queued', coalesce(sum(n), 0) FROM u WHERE state = 'queued'
UNION ALL SELECT 'responses', responses FROM p
UNION ALL SELECT 'pages parsed', parsed FROM p
UNION ALL SELECT 'redirects', redirects FROM p
UNION ALL SELECT 'links', count(*) FROM links
UNION ALL SELECT 'broken links', count(*) FROM broken_links
UNION ALL SELECT 'bytes received', wire_bytes FROM p
UNION ALL SELECT 'bytes of bodies', body_bytes FROM p
UNION ALL SELECT 'mean ms', mean_ms FROM p
UNION ALL SELECT 'median ms', (SELECT total_us / 1000.0 FROM t WHERE nth = (n + 1) / 2)
UNION ALL SELECT 'p95 ms', (SELECT total_us / 1000.0 FROM t WHERE nth = (n * 95 + 99) / 100)
)sql";

constexpr std::string_view kHosts = "SELECT * FROM host_summary ORDER BY urls DESC, host";

constexpr std::string_view kStatus = R"sql(
SELECT p.status, count(*) AS responses,
       round(100.0 * count(*) / sum(count(*)) OVER (), 2) AS percent,
       sum(p.wire_bytes) AS wire_bytes, round(avg(p.total_us) / 1000.0, 3) AS mean_ms,
       min(u.url) AS example
FROM pages p JOIN urls u ON u.id = p.url_id GROUP BY p.status ORDER BY p.status
)sql";

constexpr std::string_view kErrors = R"sql(
SELECT u.reason, p.status, count(*) AS urls, count(DISTINCT u.host_id) AS hosts,
       min(u.url) AS example, u.detail
FROM urls u LEFT JOIN pages p ON p.url_id = u.id
WHERE u.state = 'failed' GROUP BY u.reason, p.status ORDER BY urls DESC, u.reason, p.status
)sql";

constexpr std::string_view kBrokenLinks = R"sql(
SELECT to_url, reason, status, from_url, text, source FROM broken_links
ORDER BY to_url, from_url, text
)sql";

// The inner list is made once, with or without the index on links' targets.
constexpr std::string_view kOrphans = R"sql(
SELECT u.url, u.state, u.reason, p.status, max(m.lastmod) AS lastmod, min(s.url) AS sitemap,
       p.title
FROM sitemap_urls m JOIN urls u ON u.id = m.url_id JOIN urls s ON s.id = m.sitemap_id
LEFT JOIN pages p ON p.url_id = u.id
WHERE u.id NOT IN (SELECT to_id FROM links WHERE from_id <> to_id)
GROUP BY u.id ORDER BY u.url
)sql";

constexpr std::string_view kSlow = R"sql(
SELECT u.url, p.total_us / 1000.0 AS total_ms, p.first_byte_us / 1000.0 AS first_byte_ms,
       p.wire_bytes, p.status, p.address
FROM pages p JOIN urls u ON u.id = p.url_id ORDER BY p.total_us DESC, u.id
)sql";

constexpr std::string_view kLarge = R"sql(
SELECT u.url, p.body_bytes, p.wire_bytes, p.elements, p.content_type
FROM pages p JOIN urls u ON u.id = p.url_id ORDER BY p.body_bytes DESC, u.id
)sql";

constexpr std::string_view kDuplicates = R"sql(
SELECT d.copies, u.url, p.title, p.body_bytes, p.canonical, p.digest
FROM (SELECT digest, count(*) AS copies, min(url_id) AS first FROM pages
      WHERE digest IS NOT NULL AND status BETWEEN 200 AND 299
      GROUP BY digest HAVING count(*) > 1) d
JOIN pages p ON p.digest = d.digest AND p.status BETWEEN 200 AND 299
JOIN urls u ON u.id = p.url_id
ORDER BY d.copies DESC, d.first, u.id
)sql";

constexpr std::string_view kDepth = R"sql(
SELECT u.depth, count(*) AS urls,
       count(*) FILTER (WHERE u.state = 'done') AS done,
       count(*) FILTER (WHERE u.state = 'failed') AS failed,
       count(*) FILTER (WHERE u.state = 'skipped') AS skipped,
       count(*) FILTER (WHERE u.state = 'queued') AS queued,
       count(p.elements) AS pages, round(avg(p.total_us) / 1000.0, 3) AS mean_ms
FROM urls u LEFT JOIN pages p ON p.url_id = u.id GROUP BY u.depth ORDER BY u.depth
)sql";

constexpr std::string_view kSkipped = R"sql(
SELECT u.reason, count(*) AS urls, count(DISTINCT u.host_id) AS hosts, min(u.url) AS example,
       f.url AS found_on, u.detail
FROM urls u LEFT JOIN urls f ON f.id = u.found_on
WHERE u.state = 'skipped' GROUP BY u.reason ORDER BY urls DESC, u.reason
)sql";

constexpr std::string_view kAnchors = R"sql(
SELECT l.text, count(*) AS links, count(DISTINCT l.to_id) AS targets,
       count(DISTINCT l.from_id) AS pages, min(t.url) AS example
FROM links l JOIN urls t ON t.id = l.to_id
WHERE l.source IN ('a', 'area') GROUP BY l.text ORDER BY links DESC, l.text
)sql";

ReportEnd fill_reasons(const Database& db, Table& table, std::uint64_t limit) {
  Statement count(db, "SELECT count(*) FROM urls WHERE state = ?1 AND reason = ?2");
  ReportEnd end;
  for (const ReasonInfo& reason : kReasons) {
    if (end.more = table.full(limit); end.more) break;
    count.bind(1, to_string(reason.state)).bind(2, reason.word).step_to_row();
    table.cell(to_string(reason.state));
    table.cell(reason.word);
    table.cell(count.column_int(0));
    table.cell(reason.meaning);
    count.reset();
  }
  return end;
}

}  // namespace

const std::vector<Report>& reports() {
  static const std::vector<Report> all{
      {"summary", "The whole crawl in figures", 0, kSummary},
      {"hosts", "Each host: what was seen of it, and how fast it answered", 0, kHosts},
      {"status", "Responses by HTTP status", 0, kStatus},
      {"errors", "Failed URLs by reason and status, with an example", 0, kErrors},
      {"broken-links", "Links whose target failed, with the page and text that link there", 0,
       kBrokenLinks},
      {"redirects",
       "Chains of redirects: where each starts, its hops, where it ends",
       0,
       {},
       {"start", "hops", "end", "status", "state", "reason", "loop"},
       fill_redirect_chains},
      {"slow", "Slowest responses", kRanked, kSlow},
      {"large", "Largest bodies", kRanked, kLarge},
      {"duplicates", "Pages (status 2xx) that have the same bytes", 0, kDuplicates},
      {"near-duplicates",
       "Pages whose texts are nearly the same: SimHashes 3 bits apart or less",
       0,
       {},
       {"group", "pages", "url", "distance", "title"},
       fill_near_duplicates},
      {"orphans", "URLs in a sitemap that no other page of the crawl links or redirects to", 0,
       kOrphans},
      {"depth", "URLs by their distance from a seed", 0, kDepth},
      {"skipped", "URLs that were not requested, by reason, with an example", 0, kSkipped},
      {"reasons",
       "Each state and reason of a URL: how many have it, and what it means",
       0,
       {},
       {"state", "reason", "urls", "meaning"},
       fill_reasons},
      {"anchors", "Texts of links, the most used first", kRanked, kAnchors},
      {"top-pages",
       "Pages by PageRank over the crawl's links",
       kRanked,
       {},
       {"url", "rank", "linking_pages", "title"},
       fill_top_pages},
  };
  return all;
}

const Report* find_report(std::string_view name) {
  const auto found = std::find_if(reports().begin(), reports().end(),
                                  [name](const Report& report) { return report.name == name; });
  return found == reports().end() ? nullptr : &*found;
}

std::vector<std::string> columns_of(const Database& db, const Report& report) {
  return report.fill != nullptr ? report.columns : Statement(db, report.sql).column_names();
}

ReportEnd write_report(const Database& db, const Report& report, std::uint64_t limit,
                       std::ostream& out, TableOptions options) {
  Table table(out, columns_of(db, report), options);
  ReportEnd end;
  if (report.fill != nullptr) {
    end = report.fill(db, table, limit);
  } else {
    Statement statement(db, report.sql);
    end.more = push_rows(table, statement, limit);
  }
  table.finish();
  end.rows = table.rows();
  return end;
}

}  // namespace storage
