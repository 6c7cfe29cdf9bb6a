// `weft serve` as a process of its own, and what it answers.
#pragma once

#include <signal.h>

#include <cctype>
#include <charconv>
#include <string>
#include <string_view>
#include <vector>

#include "tests/connection.h"
#include "tests/crawl_support.h"
#include "tests/json.h"
#include "tests/support.h"

namespace tests {

struct HttpAnswer {
  int status = 0;
  std::string head, body;
  // Fails the test where the body is no JSON.
  Json json() const { return Json::parse(body); }
};

inline HttpAnswer answer_from(const std::string& bytes) {
  HttpAnswer answer;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (!bytes.starts_with("HTTP/1.1 ") || end == std::string::npos)
    throw std::runtime_error("no answer: " + bytes);
  std::from_chars(bytes.data() + 9, bytes.data() + 12, answer.status);
  answer.head = bytes.substr(0, end + 4);
  answer.body = bytes.substr(end + 4);
  return answer;
}

// `text` as the value of a parameter.
inline std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0)
      out += c;
    else
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
  }
  return out;
}

class Served {
 public:
  explicit Served(const std::string& db)
      : process_({tests::weft_program(), "serve", db, "--port", "0"}) {
    url_ = process_.read_line();
    const std::size_t colon = url_.rfind(':');
    std::from_chars(url_.data() + colon + 1, url_.data() + url_.size() - 1, port_);
  }

  Process& process() { return process_; }
  const std::string& url() const { return url_; }
  std::uint16_t port() const { return port_; }
  std::string host() const { return "127.0.0.1:" + std::to_string(port_); }

  // A request with a Host field of ours, on a connection of its own.
  std::string request(const std::string& method, const std::string& target,
                      const std::string& fields = {}) const {
    return method + " " + target + " HTTP/1.1\r\nHost: " + host() + "\r\n" + fields + "\r\n";
  }
  HttpAnswer get(const std::string& target, const std::string& fields = {}) const {
    return raw(request("GET", target, fields + "Connection: close\r\n"));
  }
  HttpAnswer raw(const std::string& bytes) const {
    Connection connection(port_, "127.0.0.1");
    connection.send(bytes);
    return answer_from(connection.read());
  }
  HttpAnswer query(const std::string& sql, const std::string& more = {}) const {
    return get("/api/sql?q=" + encoded(sql) + more);
  }
  // Of a question that has an answer.
  Json ask(const std::string& target) const {
    const HttpAnswer answer = get(target);
    if (answer.status != 200) throw std::runtime_error(target + ": " + answer.body);
    return answer.json();
  }

 private:
  Process process_;
  std::string url_;
  std::uint16_t port_ = 0;
};

}  // namespace tests
