// Charts as SVG: bars and lines. Series differ by pattern, marker and dash first and by colour
// second; the page sets the colours (CSS variables --s0 to --s3, --ink, --rule). Every mark of data
// has the class "mark". Pure.
#pragma once

#include <string>
#include <vector>

namespace crawler {

// Patterns that the charts refer to; must be in the page once, before them.
std::string chart_patterns();

struct BarChart {
  struct Part {
    std::size_t series = 0;
    double value = 0;
  };
  struct Row {
    std::string label;
    std::vector<Part> parts;   // stacked
    double low = 0, high = 0;  // a whisker; none where both are 0
    std::string text;          // at the bar's end
  };
  std::string title;                // read aloud
  std::string unit;                 // below the axis
  std::vector<std::string> series;  // names; the legend lists those that a row has parts of
  std::vector<Row> rows;
  bool logarithmic = false;
  double width = 760;
  double label_width = 190;  // for the rows' labels
  double text_width = 110;   // for the texts at the ends of the bars
};
std::string draw(const BarChart& chart);

struct LineChart {
  struct Point {
    double x = 0, y = 0;
    double low = 0, high = 0;  // a whisker; none where both are 0
  };
  struct Series {
    std::string name;
    std::vector<Point> points;
    std::size_t style = 0;  // as the series of a BarChart
  };
  std::string title;
  std::string x_unit, y_unit;
  std::vector<Series> series;
  bool logarithmic_x = false;
  bool logarithmic_y = false;
  bool markers = true;
  double width = 760;
  double height = 320;
};
std::string draw(const LineChart& chart);

}  // namespace crawler
