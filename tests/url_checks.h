// What the tests of URLs share. Every input is copied to a heap buffer of its own size, so that
// AddressSanitizer sees a parser that reads one byte too far.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "parser/url.h"

namespace tests {

inline parser::UrlError parse_exact(parser::Url& url, std::string_view input,
                                    const parser::Url* base = nullptr) {
  const auto bytes = std::make_unique<char[]>(input.size());
  std::copy(input.begin(), input.end(), bytes.get());
  return url.parse({bytes.get(), input.size()}, base);
}

inline std::string shown(const parser::Url& url, parser::UrlError error) {
  return error == parser::UrlError::kOk ? std::string(url.href())
                                        : "error: " + std::string(to_string(error));
}

inline std::string parsed(std::string_view input) {
  parser::Url url;
  const parser::UrlError error = parse_exact(url, input);
  return shown(url, error);
}

inline std::string parsed(std::string_view input, std::string_view base) {
  parser::Url base_url;
  EXPECT_EQ(parse_exact(base_url, base), parser::UrlError::kOk) << base;
  parser::Url url;
  const parser::UrlError error = parse_exact(url, input, &base_url);
  return shown(url, error);
}

// What holds for every URL that was parsed, whatever it was parsed from.
inline void expect_whole(const parser::Url& url) {
  const std::string href(url.href());
  SCOPED_TRACE(href);
  EXPECT_LE(href.size(), parser::kMaxUrlLength);
  EXPECT_TRUE(std::all_of(href.begin(), href.end(), [](char c) { return c > ' ' && c < 0x7f; }));
  EXPECT_TRUE(url.scheme() == "http" || url.scheme() == "https");
  EXPECT_FALSE(url.host().empty());
  EXPECT_TRUE(url.path().starts_with('/'));
  EXPECT_TRUE(url.query().empty() || url.query().starts_with('?'));
  EXPECT_TRUE(url.fragment().empty() || url.fragment().starts_with('#'));
  const int default_port = url.scheme() == "https" ? 443 : 80;
  EXPECT_EQ(url.authority(),
            std::string(url.host()) +
                (url.port() == default_port ? std::string() : ":" + std::to_string(url.port())));
  EXPECT_EQ(url.origin(), std::string(url.scheme()) + "://" + std::string(url.authority()));
  EXPECT_EQ(url.target(), std::string(url.path()) + std::string(url.query()));
  EXPECT_EQ(url.identity(), std::string(url.origin()) + std::string(url.target()));
  EXPECT_EQ(href, std::string(url.identity()) + std::string(url.fragment()));
  EXPECT_EQ(parsed(href), href) << "parsing once more changes it";
}

}  // namespace tests
