#include "storage/export_sitemap.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "storage/escape.h"
#include "storage/file_names.h"

namespace storage {
namespace {

// A page that gives no canonical URL is its own.
constexpr std::string_view kSql =
    "SELECT o.origin, u.url FROM pages p JOIN urls u ON u.id = p.url_id "
    "JOIN origins o ON o.id = u.origin_id "
    "WHERE p.status = 200 AND u.state = 'done' AND p.elements IS NOT NULL "
    "AND coalesce(p.canonical, '') IN ('', u.url) "
    "AND coalesce(p.meta_robots, '') NOT LIKE '%noindex%' "
    "AND coalesce(p.meta_robots, '') NOT LIKE 'none' "
    "ORDER BY u.origin_id, u.id";

constexpr std::size_t kUrlCharacters = 2048;  // the protocol takes fewer
constexpr std::string_view kXml = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view kNameSpace = "http://www.sitemaps.org/schemas/sitemap/0.9";
constexpr std::string_view kEnd = "</urlset>\n";

// The sitemaps of one origin.
class HostSitemaps {
 public:
  HostSitemaps(OutFolder& folder, SitemapLimits limits, std::string origin, std::string name)
      : folder_(folder), limits_(limits), origin_(std::move(origin)), name_(std::move(name)) {}

  void add(std::string_view url) {
    const std::string entry = fmt::format("<url><loc>{}</loc></url>\n", xml_text(url));
    if (file_ && (urls_ == limits_.urls || bytes_ + entry.size() + kEnd.size() > limits_.bytes))
      end_file();
    if (!file_) begin_file();
    file_->stream() << entry;
    bytes_ += entry.size();
    ++urls_;
  }

  // Returns how many files there are.
  std::uint64_t finish() {
    end_file();
    if (files_ == 1) {
      folder_.rename({name_}, file_name(1), "sitemap.xml");
      return 1;
    }
    OutFile index = folder_.create({name_, "sitemap.xml"});
    index.stream() << kXml << "<sitemapindex xmlns=\"" << kNameSpace << "\">\n";
    for (std::uint64_t i = 1; i <= files_; ++i)
      index.stream() << fmt::format("<sitemap><loc>{}/{}</loc></sitemap>\n", xml_text(origin_),
                                    file_name(i));
    index.stream() << "</sitemapindex>\n";
    index.finish();
    return files_ + 1;
  }

 private:
  static std::string file_name(std::uint64_t number) {
    return fmt::format("sitemap-{}.xml", number);
  }
  void begin_file() {
    file_.emplace(folder_.create({name_, file_name(++files_)}));
    const std::string begin = fmt::format("{}<urlset xmlns=\"{}\">\n", kXml, kNameSpace);
    file_->stream() << begin;
    bytes_ = begin.size();
    urls_ = 0;
  }
  void end_file() {
    file_->stream() << kEnd;
    file_->finish();
    file_.reset();
  }

  OutFolder& folder_;
  const SitemapLimits limits_;
  const std::string origin_, name_;
  std::optional<OutFile> file_;
  std::uint64_t files_ = 0;
  std::uint64_t urls_ = 0, bytes_ = 0;  // of the file under way
};

}  // namespace

SitemapCounts export_sitemap(const Database& db, OutFolder& folder, SitemapLimits limits) {
  SitemapCounts counts;
  FileNames names;
  std::string origin;
  std::optional<HostSitemaps> host;
  const auto end_host = [&] {
    if (host) counts.files += host->finish();
  };
  Statement page(db, kSql);
  while (page.step()) {
    const std::string_view url = page.column_text(1);
    if (url.size() >= kUrlCharacters) {
      ++counts.too_long;
      continue;
    }
    if (!host || page.column_text(0) != origin) {
      end_host();
      origin = page.column_text(0);
      host.emplace(folder, limits, origin, names.of_host(origin));
      ++counts.hosts;
    }
    host->add(url);
    ++counts.urls;
  }
  end_host();
  return counts;
}

}  // namespace storage
