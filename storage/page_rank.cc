#include "storage/page_rank.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace storage {
namespace {

constexpr double kDamping = 0.85;   // the paper's
constexpr int kMostRounds = 200;    // 0.85 to the 200th is below what a double holds beside 1
constexpr double kSettled = 1e-12;  // change of all ranks together that ends it sooner

// Closes the row of targets of every id below `id`, its last ones each once and in order.
void close_rows(LinkGraph& graph, std::size_t id) {
  const auto row = graph.to.begin() + graph.first.back();
  std::sort(row, graph.to.end());
  graph.to.erase(std::unique(row, graph.to.end()), graph.to.end());
  graph.first.resize(id + 1, static_cast<std::uint32_t>(graph.to.size()));
}

}  // namespace

LinkGraph read_link_graph(const Database& db) {
  LinkGraph graph;
  Statement seen(db, "SELECT count(*) FROM urls");
  const std::int64_t last = seen.step() ? seen.column_int(0) : 0;
  Statement pages(db, "SELECT url_id FROM pages ORDER BY url_id");
  while (pages.step()) {
    // URLs are numbered from 1 without gaps; memory must not follow a number that is made up.
    const std::int64_t id = pages.column_int(0);
    if (id < 1 || id > last)
      throw Error(fmt::format("{}: is damaged: there is a page of URL {}, and {} URLs", db.path(),
                              id, last));
    graph.page.resize(static_cast<std::size_t>(id) + 1);
    graph.page.back() = true;
  }
  const auto is_page = [&graph](std::int64_t id) {
    return id >= 0 && static_cast<std::size_t>(id) < graph.page.size() &&
           graph.page[static_cast<std::size_t>(id)];
  };
  Statement links(db,
                  "SELECT from_id, to_id FROM links WHERE source <> 'link' AND from_id <> to_id "
                  "ORDER BY from_id, seq");
  while (links.step()) {
    const std::int64_t from = links.column_int(0);
    const std::int64_t to = links.column_int(1);
    if (!is_page(from) || !is_page(to)) continue;
    if (static_cast<std::size_t>(from) >= graph.first.size())
      close_rows(graph, static_cast<std::size_t>(from));
    graph.to.push_back(static_cast<UrlId>(to));
  }
  close_rows(graph, graph.page.size());
  return graph;
}

std::vector<double> page_rank(const LinkGraph& graph) {
  const std::size_t size = graph.page.size();
  const auto pages = static_cast<double>(std::count(graph.page.begin(), graph.page.end(), true));
  std::vector<double> rank(size);
  for (std::size_t id = 0; id < size; ++id) rank[id] = graph.page[id] ? 1 / pages : 0;
  std::vector<double> next(size);
  double change = 1;
  for (int round = 0; round < kMostRounds && change > kSettled; ++round) {
    std::fill(next.begin(), next.end(), 0.0);
    double loose = 0;  // of pages that link nowhere
    for (std::size_t id = 0; id < size; ++id) {
      const std::uint32_t begin = graph.first[id];
      const std::uint32_t end = graph.first[id + 1];
      if (begin == end) loose += rank[id];
      const double share = begin == end ? 0 : rank[id] / (end - begin);
      for (std::uint32_t i = begin; i < end; ++i) next[to_number(graph.to[i])] += share;
    }
    change = 0;
    for (std::size_t id = 0; id < size; ++id) {
      if (!graph.page[id]) continue;
      next[id] = (1 - kDamping) / pages + kDamping * (next[id] + loose / pages);
      change += std::abs(next[id] - rank[id]);
    }
    rank.swap(next);
  }
  return rank;
}

ReportEnd fill_top_pages(const Database& db, Table& table, std::uint64_t limit) {
  const LinkGraph graph = read_link_graph(db);
  const std::vector<double> rank = page_rank(graph);
  std::vector<std::uint32_t> linking(rank.size());
  for (const UrlId to : graph.to) ++linking[to_number(to)];
  std::vector<std::uint32_t> order;  // ids, best first
  for (std::size_t id = 0; id < graph.page.size(); ++id)
    if (graph.page[id]) order.push_back(static_cast<std::uint32_t>(id));
  const std::size_t shown =
      limit == 0 ? order.size()
                 : static_cast<std::size_t>(std::min<std::uint64_t>(limit, order.size()));
  std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown), order.end(),
                    [&rank](std::uint32_t a, std::uint32_t b) {
                      return rank[a] != rank[b] ? rank[a] > rank[b] : a < b;
                    });
  Statement one(
      db,
      "SELECT u.url, round(?2, 9), ?3, p.title FROM urls u JOIN pages p ON p.url_id = u.id "
      "WHERE u.id = ?1");
  for (std::size_t i = 0; i < shown && !table.full(limit); ++i) {
    one.bind(1, std::int64_t{order[i]}).bind(2, rank[order[i]]);
    one.bind(3, std::int64_t{linking[order[i]]});
    if (one.step()) push_cells(table, one);
    one.reset();
  }
  ReportEnd end;
  end.more = table.rows() < order.size();
  return end;
}

}  // namespace storage
