// What libcurl needs once for the process, and once for each fetcher: everything that transfers
// have in common and only read. Made on the engine's thread; then read from any.
#pragma once

#include <curl/curl.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "crawler/fetch/fetcher.h"

struct x509_store_st;  // OpenSSL's X509_STORE

namespace crawler {

// Initializes libcurl, once for the process and before any thread, and ignores SIGPIPE, which
// OpenSSL would raise when a server hangs up. Throws std::runtime_error.
void init_curl();

// The Accept-Encoding that libcurl sends when it is asked for all it can decode: "deflate, gzip,
// br".
std::string accepted_encodings();

// Told of each socket that libcurl opens and closes for a connection, on the thread that runs the
// transfer. Calls nothing of libcurl.
struct SocketHooks {
  std::function<void(curl_socket_t)> opened;
  std::function<void(curl_socket_t)> closing;  // just before
};

class TransferSettings {
 public:
  // `options` outlives this. `transfers`: how many there may be at once. `share` may be null.
  // Throws std::runtime_error: the CA file cannot be read, or a header is not "Name: value".
  TransferSettings(const FetchOptions& options, std::size_t transfers, CURLSH* share,
                   SocketHooks hooks);
  ~TransferSettings();
  TransferSettings(const TransferSettings&) = delete;
  TransferSettings& operator=(const TransferSettings&) = delete;

  const FetchOptions& options() const { return options_; }
  long receive_buffer_bytes() const { return receive_buffer_bytes_; }
  CURLSH* share() const { return share_; }
  const SocketHooks& hooks() const { return hooks_; }
  curl_slist* headers() const { return headers_.get(); }
  // The certificates that are trusted, read from disk once, when the first TLS connection asks. One
  // set for all: libcurl by itself would read and keep them for every multi handle, or even every
  // connection, at 140 certificates each.
  x509_store_st* trusted() const;

 private:
  struct FreeList {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
  };
  struct Trust;
  const FetchOptions& options_;
  const long receive_buffer_bytes_;
  CURLSH* const share_;
  const SocketHooks hooks_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::unique_ptr<Trust> trust_;
};

// Names and TLS sessions shared between threads, with a lock for each kind of data. Not
// connections: libcurl does not support using one connection cache from several threads at once.
class CurlShare {
 public:
  CurlShare();
  ~CurlShare();
  CurlShare(const CurlShare&) = delete;
  CurlShare& operator=(const CurlShare&) = delete;
  CURLSH* handle() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace crawler
