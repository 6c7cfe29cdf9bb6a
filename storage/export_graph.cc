#include "storage/export_graph.h"

#include <array>
#include <string>

#include "storage/escape.h"
#include "storage/table.h"

namespace storage {
namespace {

constexpr std::string_view kNodes =
    "SELECT u.id, u.url, u.state, u.reason, u.depth, p.status, p.title "
    "FROM urls u LEFT JOIN pages p ON p.url_id = u.id ORDER BY u.id";
constexpr std::string_view kEdges =
    "SELECT from_id, to_id, count(*) FROM links GROUP BY from_id, to_id ORDER BY from_id, to_id";
constexpr std::string_view kEdgesByUrl =
    "SELECT f.url, t.url, e.links FROM (SELECT from_id, to_id, count(*) AS links FROM links "
    "GROUP BY from_id, to_id ORDER BY from_id, to_id) e "
    "CROSS JOIN urls f ON f.id = e.from_id CROSS JOIN urls t ON t.id = e.to_id";

void write_graphml(const Database& db, std::ostream& out) {
  out << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n";
  constexpr std::array<std::array<std::string_view, 3>, 7> kKeys{{{"url", "node", "string"},
                                                                  {"state", "node", "string"},
                                                                  {"reason", "node", "string"},
                                                                  {"depth", "node", "int"},
                                                                  {"status", "node", "int"},
                                                                  {"title", "node", "string"},
                                                                  {"links", "edge", "int"}}};
  for (const auto& [name, of, type] : kKeys)
    out << "<key id=\"" << name << "\" for=\"" << of << "\" attr.name=\"" << name
        << "\" attr.type=\"" << type << "\"/>\n";
  out << "<graph edgedefault=\"directed\">\n";
  Statement node(db, kNodes);
  while (node.step()) {
    out << "<node id=\"n" << node.column_int(0) << "\">";
    for (int i = 1; i < 7; ++i)
      if (!node.column_is_null(i) && !node.column_text(i).empty())
        out << "<data key=\"" << kKeys[static_cast<std::size_t>(i) - 1][0] << "\">"
            << xml_text(node.column_text(i)) << "</data>";
    out << "</node>\n";
  }
  Statement edge(db, kEdges);
  while (edge.step())
    out << "<edge source=\"n" << edge.column_int(0) << "\" target=\"n" << edge.column_int(1)
        << "\"><data key=\"links\">" << edge.column_int(2) << "</data></edge>\n";
  out << "</graph>\n</graphml>\n";
}

// Inside double quotes; Graphviz would read a backslash as the start of an escape.
std::string dot_text(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

void write_dot(const Database& db, std::ostream& out) {
  out << "digraph crawl {\n  node [shape=box];\n";
  Statement node(db, kNodes);
  while (node.step())
    out << "  n" << node.column_int(0) << " [label=\"" << dot_text(node.column_text(1))
        << "\", tooltip=\"" << dot_text(node.column_text(6)) << "\", class=\""
        << dot_text(node.column_text(2)) << "\"];\n";
  Statement edge(db, kEdges);
  while (edge.step())
    out << "  n" << edge.column_int(0) << " -> n" << edge.column_int(1)
        << " [weight=" << edge.column_int(2) << "];\n";
  out << "}\n";
}

void write_edges(const Database& db, std::ostream& out) {
  Statement edge(db, kEdgesByUrl);
  while (edge.step())
    out << one_word(edge.column_text(0)) << '\t' << one_word(edge.column_text(1)) << '\t'
        << edge.column_int(2) << '\n';
}

}  // namespace

std::optional<GraphFormat> graph_format_from(std::string_view word) {
  constexpr std::array<std::string_view, 3> kWords{"graphml", "dot", "edges"};
  for (std::size_t i = 0; i < kWords.size(); ++i)
    if (kWords[i] == word) return static_cast<GraphFormat>(i);
  return std::nullopt;
}

void export_graph(const Database& db, GraphFormat format, std::ostream& out) {
  // An open answer keeps all that follows to the same state of a file that a crawl writes.
  Statement snapshot(db, "SELECT key FROM meta");
  snapshot.step_to_row();
  switch (format) {
    case GraphFormat::kGraphml:
      write_graphml(db, out);
      break;
    case GraphFormat::kDot:
      write_dot(db, out);
      break;
    case GraphFormat::kEdges:
      write_edges(db, out);
      break;
  }
  out.flush();
  if (!out) throw Error("the output could not be written whole");
}

}  // namespace storage
