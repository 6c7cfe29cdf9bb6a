#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace crawler {

// What every request of a crawl has in common. Constant while a fetcher lives.
struct FetchOptions {
  std::string user_agent;
  std::vector<std::string> headers;  // "Name: value"
  std::string proxy;      // URL of a proxy, or "" for none (the environment is not asked)
  std::string ca_file;    // PEM bundle to trust instead of the system's; "" for the system's
  bool insecure = false;  // do not verify certificates
  // 0: no limit.
  std::chrono::milliseconds connect_timeout{10'000};
  std::chrono::milliseconds first_byte_timeout{30'000};  // from the start to the first header
  std::chrono::milliseconds total_timeout{60'000};
  std::chrono::milliseconds stalled_timeout{20'000};  // no byte for so long, after the first
  std::uint64_t max_body = 16u << 20;                 // bytes of a decoded body
  std::size_t max_headers = 64u << 10;                // bytes of a response's header
};

}  // namespace crawler
