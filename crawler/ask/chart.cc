#include "crawler/ask/chart.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "crawler/ask/html_page.h"

namespace crawler {
namespace {

constexpr std::size_t kStyles = 4;
constexpr double kRow = 26;
constexpr double kBar = 16;
constexpr double kLegend = 26;
constexpr double kAxis = 40;
constexpr std::array<std::string_view, kStyles> kDashes{"none", "7 3", "2 3", "9 3 2 3"};

std::string number(double value) {
  if (value >= 1e6) return fmt::format("{:g}M", value / 1e6);
  if (value >= 1e4) return fmt::format("{:g}k", value / 1e3);
  return fmt::format("{:g}", value);
}

// From values to places on the page, and the round values that are worth a line.
class Scale {
 public:
  Scale(double least, double most, bool logarithmic, double from, double to)
      : logarithmic_(logarithmic), from_(from), to_(to) {
    if (logarithmic_) {
      least_ = std::log10(std::max(least, 1e-9));
      most_ = std::max(std::log10(std::max(most, 1e-9)), least_ + 0.3);
    } else {
      most_ = std::max(most, least + 1e-9);
      least_ = least;
    }
  }

  double at(double value) const {
    const double place = logarithmic_ ? std::log10(std::max(value, 1e-9)) : value;
    return from_ + (std::clamp(place, least_, most_) - least_) / (most_ - least_) * (to_ - from_);
  }

  std::vector<double> ticks() const {
    std::vector<double> made;
    if (logarithmic_) {
      const bool few = most_ - least_ < 1.5;
      const int last = static_cast<int>(std::floor(most_));
      for (int power = static_cast<int>(std::floor(least_)); power <= last; ++power)
        for (const double step : {1.0, 2.0, 5.0}) {
          const double value = step * std::pow(10, power);
          const bool inside =
              std::log10(value) >= least_ - 1e-9 && std::log10(value) <= most_ + 1e-9;
          if (inside && (few || step == 1)) made.push_back(value);
        }
      return made;
    }
    constexpr double kApart = 45;  // so that their numbers do not touch
    const double count = std::clamp(std::abs(to_ - from_) / kApart, 2.0, 5.0);
    const double rough = (most_ - least_) / count;
    double step = std::pow(10, std::floor(std::log10(rough)));
    for (const double factor : {2.0, 5.0, 10.0})
      if (rough / step > 1.01) step = std::pow(10, std::floor(std::log10(rough))) * factor;
    const double first = std::ceil(least_ / step);
    const int further = static_cast<int>(std::floor(most_ * 1.0001 / step - first));
    for (int n = 0; n <= further; ++n) made.push_back((first + n) * step);
    return made;
  }

 private:
  bool logarithmic_;
  double from_, to_, least_ = 0, most_ = 1;
};

std::string open_svg(const std::string& title, double width, double height) {
  return fmt::format(
      "<svg role=\"img\" aria-label=\"{}\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\">\n",
      escape_html(title), width, height, width);
}

std::string text_at(double x, double y, std::string_view anchor, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", x, y, anchor,
                     escape_html(text));
}

std::string line(double x1, double y1, double x2, double y2, std::string_view style) {
  return fmt::format(
      "<line class=\"{}\" x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\"/>\n", style, x1,
      y1, x2, y2);
}

std::string marker(std::size_t series, double x, double y, std::string_view style) {
  constexpr double kSize = 4.5;
  const std::string look = fmt::format("class=\"{} fill{}\"", style, series % kStyles);
  switch (series % kStyles) {
    case 0:
      return fmt::format("<circle {} cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{}\"/>\n", look, x, y, kSize);
    case 1:
      return fmt::format("<rect {} x=\"{:.1f}\" y=\"{:.1f}\" width=\"{}\" height=\"{}\"/>\n", look,
                         x - kSize, y - kSize, 2 * kSize, 2 * kSize);
    case 2:
      return fmt::format("<path {} d=\"M{:.1f} {:.1f}l5.5 10h-11z\"/>\n", look, x, y - 6);
    default:
      return fmt::format("<path {} d=\"M{:.1f} {:.1f}l6 6-6 6-6-6z\"/>\n", look, x, y - 6);
  }
}

std::string bar(std::size_t series, double x, double y, double width, std::string_view style) {
  return fmt::format(
      "<rect class=\"{} line{}\" fill=\"url(#p{})\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" "
      "height=\"{:.0f}\"/>\n",
      style, series % kStyles, series % kStyles, x, y, std::max(width, 1.0), kBar);
}

double end_of(const BarChart::Row& row) {
  double sum = 0;
  for (const BarChart::Part& part : row.parts) sum += part.value;
  return std::max(sum, row.high);
}

bool shows(const BarChart& chart, std::size_t series) {
  return std::any_of(chart.rows.begin(), chart.rows.end(), [series](const BarChart::Row& row) {
    return std::any_of(row.parts.begin(), row.parts.end(),
                       [series](const BarChart::Part& part) { return part.series == series; });
  });
}

// Beside the rows' labels; from the margin on where there is not room enough.
std::string legend(const BarChart& chart) {
  constexpr double kSwatch = 24;
  constexpr double kGap = 6;
  constexpr double kBetween = 14;
  constexpr double kLetter = 7;  // about the width of one
  const auto width = [&](std::size_t i) {
    return kSwatch + kGap + kLetter * static_cast<double>(chart.series[i].size()) + kBetween;
  };
  double all = 0;
  for (std::size_t i = 0; i < chart.series.size(); ++i)
    if (shows(chart, i)) all += width(i);
  double x = std::clamp(chart.width - all, 0.0, chart.label_width);
  std::string out;
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    if (!shows(chart, i)) continue;
    out += fmt::format(
        "<rect class=\"line{0}\" fill=\"url(#p{0})\" x=\"{1:.1f}\" y=\"4\" "
        "width=\"{2}\" height=\"12\"/>\n",
        i % kStyles, x, kSwatch);
    out += text_at(x + kSwatch + kGap, 14, "start", chart.series[i]);
    x += width(i);
  }
  return out;
}

// A chart's least and most, with room to the round numbers beside them.
struct Range {
  double least = 0;
  double most = 0;
};

Range range_of(const LineChart& chart, bool x) {
  Range range{1e300, 0};
  for (const LineChart::Series& series : chart.series)
    for (const LineChart::Point& point : series.points) {
      const double value = x ? point.x : point.y;
      range.least = std::min(range.least, value);
      range.most = std::max({range.most, value, x ? value : point.high});
    }
  if (!(x ? chart.logarithmic_x : chart.logarithmic_y))
    return {0, range.most > 0 ? range.most * (x ? 1 : 1.05) : 1};
  return {std::max(range.least, 1e-9) / 1.2, range.most * 1.2};
}

}  // namespace

std::string chart_patterns() {
  std::string out =
      "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" style=\"position:absolute\"><defs>\n";
  constexpr std::array<std::string_view, kStyles> kDrawings{
      "", "M-2 2l4-4M0 8l8-8M6 10l4-4", "M2 2h2v2h-2zM6 6h2v2h-2z", "M0 2h8M0 6h8"};
  for (std::size_t style = 0; style < kStyles; ++style)
    out += fmt::format(
        "<pattern id=\"p{0}\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\">"
        "<rect width=\"8\" height=\"8\" fill=\"var(--s{0})\" fill-opacity=\"{1}\"/>"
        "<path d=\"{2}\" stroke=\"var(--s{0})\" stroke-width=\"2\" fill=\"none\"/></pattern>\n",
        style, style == 0 ? "0.85" : "0.22", kDrawings[style]);
  return out + "</defs></svg>\n";
}

std::string draw(const BarChart& chart) {
  const double left = chart.label_width;
  const double right = chart.width - chart.text_width;
  const double bottom = kLegend + kRow * static_cast<double>(chart.rows.size()) + 4;
  std::string out = open_svg(chart.title, chart.width, bottom + kAxis);
  out += legend(chart);
  double most = 0;
  double least = 1e300;
  for (const BarChart::Row& row : chart.rows) {
    most = std::max(most, end_of(row));
    if (!row.parts.empty()) least = std::min(least, end_of(row));
  }
  // On a logarithmic axis the shortest bar still needs some length.
  const Scale scale(chart.logarithmic ? std::min(1.0, least) / 2 : 0, most, chart.logarithmic, left,
                    right);
  for (const double tick : scale.ticks()) {
    out += line(scale.at(tick), kLegend, scale.at(tick), bottom, "rule");
    out += text_at(scale.at(tick), bottom + 16, "middle", number(tick));
  }
  out += text_at((left + right) / 2, bottom + 34, "middle", chart.unit);
  double y = kLegend + (kRow - kBar) / 2;
  for (const BarChart::Row& row : chart.rows) {
    out += text_at(left - 8, y + 13, "end", row.label);
    double sum = 0;
    double x = left;
    for (const BarChart::Part& part : row.parts) {
      sum += part.value;
      const double end = scale.at(sum);
      out += bar(part.series, x, y, end - x, "mark");
      x = end;
    }
    if (row.low > 0 || row.high > 0) {
      const double middle = y + kBar / 2;
      out += line(scale.at(row.low), middle, scale.at(row.high), middle, "whisker");
      for (const double end : {row.low, row.high})
        out += line(scale.at(end), middle - 4, scale.at(end), middle + 4, "whisker");
      x = std::max(x, scale.at(row.high));
    }
    out += text_at(x + 8, y + 13, "start", row.text);
    y += kRow;
  }
  out += line(left, kLegend, left, bottom, "axis");
  return out + "</svg>\n";
}

std::string draw(const LineChart& chart) {
  constexpr double kSide = 62;
  const double bottom = chart.height - kAxis;
  const Range xs = range_of(chart, true);
  const Range ys = range_of(chart, false);
  const Scale x(xs.least, xs.most, chart.logarithmic_x, kSide, chart.width - 20);
  const Scale y(ys.least, ys.most, chart.logarithmic_y, bottom, kLegend + 14);
  std::string out = open_svg(chart.title, chart.width, chart.height);
  out += text_at(4, kLegend + 2, "start", chart.y_unit);
  for (const double tick : y.ticks()) {
    out += line(kSide, y.at(tick), chart.width - 20, y.at(tick), "rule");
    out += text_at(kSide - 6, y.at(tick) + 4, "end", number(tick));
  }
  for (const double tick : x.ticks()) {
    out += line(x.at(tick), bottom, x.at(tick), bottom + 4, "axis");
    out += text_at(x.at(tick), bottom + 18, "middle", number(tick));
  }
  out += line(kSide, bottom, chart.width - 20, bottom, "axis");
  out += text_at((kSide + chart.width) / 2, chart.height - 5, "middle", chart.x_unit);
  double legend = kSide + 70;
  for (const LineChart::Series& series : chart.series) {
    const std::size_t style = series.style % kStyles;
    std::string path;
    for (const LineChart::Point& point : series.points)
      path +=
          fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x.at(point.x), y.at(point.y));
    out += fmt::format("<path class=\"{} curve line{}\" stroke-dasharray=\"{}\" d=\"{}\"/>\n",
                       chart.markers ? "join" : "mark", style,
                       chart.markers ? kDashes[style] : kDashes[0], path);
    for (const LineChart::Point& point : series.points) {
      if (point.low > 0 || point.high > 0)
        out += line(x.at(point.x), y.at(point.low), x.at(point.x), y.at(point.high), "whisker");
      if (chart.markers) out += marker(style, x.at(point.x), y.at(point.y), "mark");
    }
    if (chart.series.size() < 2 && !chart.markers) continue;
    out +=
        fmt::format("<path class=\"curve line{}\" stroke-dasharray=\"{}\" d=\"M{:.1f} 10h34\"/>\n",
                    style, chart.markers ? kDashes[style] : kDashes[0], legend);
    if (chart.markers) out += marker(style, legend + 17, 10, "key");
    out += text_at(legend + 42, 14, "start", series.name);
    legend += 76 + 8 * static_cast<double>(series.name.size());
  }
  return out + "</svg>\n";
}

}  // namespace crawler
