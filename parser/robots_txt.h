// A robots.txt, as RFC 9309 reads it: the rules of one crawler's group, ready to be asked.
//
// Asked by the engine before each request and by `weft robots`; pure, so a constant RobotsTxt may
// be asked from several threads. The file is untrusted input: a query costs time linear in the
// rules and the path for any pattern, and memory is bounded by kMaxRobotsBytes. Two
// records beyond the RFC are read: Crawl-delay, of the group, and Sitemap, of the file.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace parser {

// Bytes of a robots.txt that are read; the rest is ignored. RFC 9309 section 2.5 asks for 500 KiB.
inline constexpr std::size_t kMaxRobotsBytes = 512u << 10;
// Longest Crawl-delay that is obeyed; a longer one counts as this, so that a host cannot hold the
// end of a crawl.
inline constexpr std::chrono::milliseconds kMaxCrawlDelay{60'000};
// Sitemap lines kept of one file; the largest sites list some tens, and one may be an index.
inline constexpr std::size_t kMaxRobotsSitemaps = 500;

struct RobotsDecision {
  bool allowed = true;
  int line = 0;  // of the rule that decided, from 1; 0 where no rule applies
  std::string_view
      rule;  // that line, without comment and outer spaces; lives as the RobotsTxt does
};

class RobotsTxt {
 public:
  // No rules: everything is allowed.
  RobotsTxt() = default;
  // The rules in `body` for `agent`: its product token, or a whole User-Agent that starts with it
  // ("weft/0.1 (+URL)"). The token is compared without regard to case. Groups of one agent are
  // merged. Where none names `agent`, a group of its name up to a '-' or '_' counts ("news" for
  // "news-images"), the longest such; then the groups of "*".
  RobotsTxt(std::string_view body, std::string_view agent);

  // Whether `target` may be fetched: path and query, as Url::target() has them. The longest
  // matching pattern decides, and among equals an Allow. /robots.txt itself is always allowed.
  RobotsDecision decide(std::string_view target) const;

  // Crawl-delay of the group, or 0.
  std::chrono::milliseconds crawl_delay() const { return crawl_delay_; }
  // Values of the Sitemap lines, in their order, as written.
  const std::vector<std::string>& sitemaps() const { return sitemaps_; }

 private:
  struct Rule {
    std::uint32_t line;
    std::uint32_t text;  // where the line starts in text_; its pattern follows it
    std::uint32_t text_size;
    std::uint32_t pattern_size;
    std::uint32_t octets;  // what the longest match is measured by
    bool allow;
    bool in_query_form;  // see QueryForm in the source
  };

  std::string_view text(const Rule& rule) const;
  std::string_view pattern(const Rule& rule) const;
  void add(std::string_view line, std::uint32_t number, std::string_view path, bool allow);

  std::string text_;         // lines and patterns of the rules
  std::vector<Rule> rules_;  // the one that decides first stands first
  std::vector<std::string> sitemaps_;
  std::chrono::milliseconds crawl_delay_{0};
};

}  // namespace parser
