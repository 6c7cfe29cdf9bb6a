// A crawl's link graph in the formats of graph tools: a node for each URL that was seen, an edge
// for each pair of linked URLs with the number of links from one to the other.
#pragma once

#include <cstdint>
#include <optional>
#include <ostream>
#include <string_view>

#include "storage/database.h"

namespace storage {

enum class GraphFormat : std::uint8_t {
  kGraphml,  // http://graphml.graphdrawing.org
  kDot,      // Graphviz
  kEdges,    // a line an edge, tab-separated: from, to, links
};
[[nodiscard]] std::optional<GraphFormat> graph_format_from(
    std::string_view word);  // "graphml", "dot", "edges"

// Memory does not grow with the graph. Throws Error.
void export_graph(const Database& db, GraphFormat format, std::ostream& out);

}  // namespace storage
