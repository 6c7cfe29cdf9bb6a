// /api/neighbours: a page, the pages that link to it and those that it links to, and the links
// among all of them, as a graph.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/serve/api.h"
#include "crawler/serve/json.h"

namespace crawler {
namespace {

using storage::Database;
using storage::Statement;

// Neighbours of either kind: more could not be told apart in a drawing.
constexpr std::uint64_t kNeighbours = 40;
constexpr std::uint64_t kMostNeighbours = 200;
// Links among them: pages of one site may all link to each other.
constexpr std::int64_t kMostEdges = 5'000;

// Each by its first link there. Without the index links_by_target, which is made when a run ends,
// the first one reads all links, in order, until it has enough.
constexpr std::string_view kLinkingHere =
    "SELECT from_id FROM links WHERE to_id = ?1 AND from_id <> ?1 GROUP BY from_id "
    "ORDER BY from_id LIMIT ?2";
constexpr std::string_view kLinkedFromHere =
    "SELECT to_id FROM links WHERE from_id = ?1 AND to_id <> ?1 GROUP BY to_id "
    "ORDER BY min(seq) LIMIT ?2";
constexpr std::string_view kEdges =
    "SELECT from_id, to_id, text, rel, min(seq) FROM links "
    "WHERE from_id IN (SELECT value FROM json_each(?1)) "
    "AND to_id IN (SELECT value FROM json_each(?1)) AND from_id <> to_id "
    "GROUP BY from_id, to_id LIMIT ?2";
constexpr std::string_view kNode =
    "SELECT u.url, p.title, p.status, u.state FROM urls u LEFT JOIN pages p ON p.url_id = u.id "
    "WHERE u.id = ?";

// Adds to `ids` those that are not there yet. Returns whether there are more than `limit`.
bool add_neighbours(const Database& db, std::string_view sql, std::uint64_t limit,
                    std::vector<std::int64_t>& ids) {
  Statement row(db, sql);
  row.bind(1, ids.front()).bind(2, static_cast<std::int64_t>(limit) + 1);
  for (std::uint64_t n = 0; row.step(); ++n) {
    if (n == limit) return true;
    if (std::find(ids.begin(), ids.end(), row.column_int(0)) == ids.end())
      ids.push_back(row.column_int(0));
  }
  return false;
}

void write_node(JsonWriter& json, std::int64_t id, const Statement& row) {
  json.object([&] {
    json.member("id", id);
    json.member("url", row.column_text(0));
    write_or_null(json, "title", row, 1);
    json.key("status");
    if (row.column_is_null(2))
      json.null();
    else
      json.value(row.column_int(2));
    json.member("state", row.column_text(3));
  });
}

void write_nodes(JsonWriter& json, const Database& db, const std::vector<std::int64_t>& ids) {
  Statement row(db, kNode);
  json.array("nodes", [&] {
    for (const std::int64_t id : ids) {
      row.bind(1, id);
      if (row.step()) write_node(json, id, row);
      row.reset();
    }
  });
}

void write_edges(JsonWriter& json, const Database& db, const std::vector<std::int64_t>& ids) {
  const std::string list = fmt::format("[{}]", fmt::join(ids, ","));
  Statement edge(db, kEdges);
  edge.bind(1, list).bind(2, kMostEdges);
  json.array("edges", [&] {
    while (edge.step())
      json.object([&] {
        json.member("from", edge.column_int(0));
        json.member("to", edge.column_int(1));
        json.member("text", edge.column_text(2));
        json.member("rel", edge.column_text(3));
      });
  });
}

}  // namespace

std::string show_neighbours(const Database& db, const ApiRequest& request) {
  const std::string url = request.url();
  const std::uint64_t limit = request.limit(kNeighbours, kMostNeighbours);
  // A statement that has a row keeps the reads that follow in one transaction.
  Statement page(db, "SELECT id FROM urls WHERE url = ?");
  page.bind(1, url);
  if (!page.step()) throw ApiError("the crawl never saw " + url, url, "", 404);

  std::vector<std::int64_t> ids{page.column_int(0)};
  const bool more_in = add_neighbours(db, kLinkingHere, limit, ids);
  const bool more_out = add_neighbours(db, kLinkedFromHere, limit, ids);

  return json_object([&](JsonWriter& json) {
    json.member("url", url);
    write_nodes(json, db, ids);
    write_edges(json, db, ids);
    json.member("more_in", more_in);
    json.member("more_out", more_out);
  });
}

}  // namespace crawler
