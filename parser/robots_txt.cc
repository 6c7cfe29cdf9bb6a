#include "parser/robots_txt.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <memory_resource>
#include <tuple>

#include "parser/ascii.h"
#include "parser/url.h"

namespace parser {
namespace {

constexpr bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f'; }
constexpr bool is_unreserved(char c) {
  return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
constexpr bool is_reserved(char c) {
  return std::string_view(":/?#[]@!$&'()*+,;=").find(c) != std::string_view::npos;
}

// ---- Lines --------------------------------------------------------------------------------------

// Takes the first line off `body`, without its end: CR, LF or CRLF.
std::string_view take_line(std::string_view& body) {
  const std::size_t size = std::min(body.find_first_of("\r\n"), body.size());
  const std::string_view line = body.substr(0, size);
  body.remove_prefix(size);
  if (body.starts_with("\r\n"))
    body.remove_prefix(2);
  else if (!body.empty())
    body.remove_prefix(1);
  return line;
}

// The part of `body` that is read. A line that the bound cuts is left out whole, since a part of a
// rule is another rule.
std::string_view bounded(std::string_view body) {
  if (body.starts_with("\xef\xbb\xbf")) body.remove_prefix(3);
  if (body.size() <= kMaxRobotsBytes) return body;
  return body.substr(0, body.find_last_of("\r\n", kMaxRobotsBytes - 1) + 1);
}

// ---- Agents -------------------------------------------------------------------------------------

// The product token that `text` starts with. The RFC has letters, '_' and '-' alone; real crawlers
// have digits too.
std::string_view product_token(std::string_view text) {
  return text.substr(0, text.find_first_not_of(
                            "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"));
}

constexpr int kNotNamed = -1;

// How well a User-agent line names `agent`: kNotNamed, 0 for "*", else the length that agrees.
int names_agent(std::string_view value, std::string_view agent) {
  if (value.starts_with('*') && (value.size() == 1 || is_blank(value[1]))) return 0;
  const std::string_view token = product_token(value);
  if (token.empty() || !equals_ignoring_case(token, agent.substr(0, token.size())))
    return kNotNamed;
  const bool whole_words =
      token.size() == agent.size() || agent[token.size()] == '-' || agent[token.size()] == '_';
  return whole_words ? static_cast<int>(token.size()) : kNotNamed;
}

std::chrono::milliseconds crawl_delay_of(std::string_view value) {
  double seconds = 0;
  std::from_chars(value.data(), value.data() + value.size(), seconds, std::chars_format::fixed);
  if (!(seconds > 0)) return {};
  const double longest = static_cast<double>(kMaxCrawlDelay.count()) / 1000;
  return std::chrono::milliseconds(std::llround(std::min(seconds, longest) * 1000));
}

// ---- Paths --------------------------------------------------------------------------------------

// Section 2.2.2 has two ways of writing one query that must match: "?u=https://a" and
// "?u=https%3A%2F%2Fa". In the form kEscaped the two are one. It is only compared with itself, and
// in addition to kAsWritten, because where a pattern's wildcard hides the '?', nobody knows where
// its query starts.
enum class QueryForm { kAsWritten, kEscaped };

enum class Side { kPattern, kTarget };

// Appends `path` as section 2.2.2 compares it: what may stand plain is plain, all else is
// percent-encoded in upper case. On a target's side '*' and '$' are encoded (2.2.3): they are
// no wildcards there.
template <typename String>
void append_normalized(std::string_view path, Side side, QueryForm form, String& out) {
  const auto escape = [&out](unsigned byte) {
    append_percent(out, static_cast<unsigned char>(byte));
  };
  bool in_query = false;
  for (std::size_t i = 0; i < path.size(); ++i) {
    const char c = path[i];
    const bool wildcard = c == '*' || (c == '$' && i + 1 == path.size());
    const bool escaped_in_query = in_query && form == QueryForm::kEscaped && (c == ':' || c == '/');
    if (c == '%' && i + 2 < path.size() && hex_value(path[i + 1]) < 16 &&
        hex_value(path[i + 2]) < 16) {
      const unsigned byte = hex_value(path[i + 1]) * 16 + hex_value(path[i + 2]);
      i += 2;
      if (is_unreserved(static_cast<char>(byte)))
        out.push_back(static_cast<char>(byte));
      else
        escape(byte);
    } else if (wildcard && side == Side::kPattern) {
      out.push_back(c);
    } else if (c == '*' || c == '$' || escaped_in_query ||
               !(is_unreserved(c) || is_reserved(c) || c == '%')) {
      escape(static_cast<unsigned char>(c));
    } else {
      out.push_back(c);
      in_query = in_query || c == '?';
    }
  }
}

// Whether `pattern` matches `path` from its start: '*' stands for any bytes, a '$' at the end for
// the path's end. Each part between wildcards is taken where it is first found, which leaves most
// to the parts behind it, so nothing is tried twice; memmem() is linear but for short parts.
bool matches(std::string_view pattern, std::string_view path) {
  const bool to_end = pattern.ends_with('$');
  if (to_end) pattern.remove_suffix(1);
  std::size_t star = pattern.find('*');
  if (!path.starts_with(pattern.substr(0, star))) return false;
  if (star == std::string_view::npos) return !to_end || path.size() == pattern.size();
  path.remove_prefix(star);
  for (;;) {
    pattern.remove_prefix(star + 1);
    star = pattern.find('*');
    if (star == std::string_view::npos) break;
    const void* const found = memmem(path.data(), path.size(), pattern.data(), star);
    if (found == nullptr) return false;
    path.remove_prefix(static_cast<std::size_t>(static_cast<const char*>(found) - path.data()) +
                       star);
  }
  if (to_end) return path.ends_with(pattern);
  return memmem(path.data(), path.size(), pattern.data(), pattern.size()) != nullptr;
}

}  // namespace

RobotsTxt::RobotsTxt(std::string_view body, std::string_view agent) {
  agent = product_token(trim(agent, is_blank));
  body = bounded(body);
  int best = kNotNamed;     // how well the best group so far names the agent
  int current = kNotNamed;  // the same of the group that is being read
  bool naming = false;      // the line before was a User-agent: one more names the same group
  for (std::uint32_t number = 1; !body.empty(); ++number) {
    std::string_view line = take_line(body);
    line = trim(line.substr(0, line.find('#')), is_blank);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view key = trim(line.substr(0, colon), is_blank);
    const std::string_view value = trim(line.substr(colon + 1), is_blank);
    if (equals_ignoring_case(key, "user-agent")) {
      current = std::max(naming ? current : kNotNamed, names_agent(value, agent));
      naming = true;
      if (current > best) {
        best = current;
        text_.clear();
        rules_.clear();
        crawl_delay_ = {};
      }
      continue;
    }
    // Records beyond the RFC do not end a run of User-agent lines (2.2.4).
    const bool ours = current != kNotNamed && current == best;
    if (equals_ignoring_case(key, "sitemap")) {
      if (!value.empty() && value.size() <= kMaxUrlLength && sitemaps_.size() < kMaxRobotsSitemaps)
        sitemaps_.emplace_back(value);
    } else if (equals_ignoring_case(key, "crawl-delay")) {
      if (ours) crawl_delay_ = std::max(crawl_delay_, crawl_delay_of(value));
    } else if (const bool allow = equals_ignoring_case(key, "allow");
               allow || equals_ignoring_case(key, "disallow")) {
      naming = false;
      if (ours && !value.empty()) add(line, number, value, allow);
    }
  }
  std::sort(rules_.begin(), rules_.end(), [](const Rule& a, const Rule& b) {
    return std::tuple(b.octets, b.allow, a.line) < std::tuple(a.octets, a.allow, b.line);
  });
  text_.shrink_to_fit();
  rules_.shrink_to_fit();
}

void RobotsTxt::add(std::string_view line, std::uint32_t number, std::string_view path,
                    bool allow) {
  Rule rule{.line = number,
            .text = static_cast<std::uint32_t>(text_.size()),
            .text_size = static_cast<std::uint32_t>(line.size()),
            .pattern_size = 0,
            .octets = 0,
            .allow = allow,
            .in_query_form = false};
  const auto append = [&](QueryForm form) {
    text_ += line;
    append_normalized(path, Side::kPattern, form, text_);
    rule.pattern_size = static_cast<std::uint32_t>(text_.size()) - rule.text - rule.text_size;
  };
  append(QueryForm::kAsWritten);
  rule.octets = rule.pattern_size;
  rules_.push_back(rule);
  rule.text = static_cast<std::uint32_t>(text_.size());
  rule.in_query_form = true;
  append(QueryForm::kEscaped);
  const std::string_view escaped = pattern(rule);
  const std::size_t query = std::min(escaped.find('?'), escaped.size());
  if (escaped.find("%3A", query) != std::string_view::npos ||
      escaped.find("%2F", query) != std::string_view::npos)
    rules_.push_back(rule);
  else
    text_.resize(rule.text);  // as written it matches all that it would
}

std::string_view RobotsTxt::text(const Rule& rule) const {
  return std::string_view(text_).substr(rule.text, rule.text_size);
}

std::string_view RobotsTxt::pattern(const Rule& rule) const {
  return std::string_view(text_).substr(rule.text + rule.text_size, rule.pattern_size);
}

RobotsDecision RobotsTxt::decide(std::string_view target) const {
  if (rules_.empty() || target == "/robots.txt") return {};
  // Room for the two forms of a path of some 600 bytes; a longer one takes from the heap.
  std::array<std::byte, 4096> room;
  std::pmr::monotonic_buffer_resource memory(room.data(), room.size());
  std::pmr::string as_written(&memory);
  std::pmr::string escaped(&memory);
  as_written.reserve(3 * target.size());
  append_normalized(target, Side::kTarget, QueryForm::kAsWritten, as_written);
  escaped.reserve(3 * target.size());
  append_normalized(target, Side::kTarget, QueryForm::kEscaped, escaped);
  for (const Rule& rule : rules_)
    if (matches(pattern(rule), rule.in_query_form ? escaped : as_written))
      return {rule.allow, static_cast<int>(rule.line), text(rule)};
  return {};
}

}  // namespace parser
