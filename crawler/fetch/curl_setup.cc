#include "crawler/fetch/curl_setup.h"

#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <mutex>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>

namespace crawler {
namespace {

// What one read takes from a socket; each transfer keeps such a buffer. libcurl reads once for each
// time that a socket is ready, so a page of 24 kB costs a fifth less CPU with 64 KiB than with its
// default of 16; more than that gains nothing. All together stay within the sum.
constexpr std::size_t kMostBufferBytes = 64u << 10;
constexpr std::size_t kLeastBufferBytes = 8u << 10;
constexpr std::size_t kBufferBytesInAll = 32u << 20;

void add_header(curl_slist*& list, const std::string& header) {
  const std::size_t colon = header.find(':');
  if (colon == 0 || colon == std::string::npos ||
      header.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos)
    throw std::runtime_error("not a header of the form \"Name: value\": " + header);
  // libcurl takes "Name:" for "do not send Name"; an empty value is written "Name;".
  const bool empty = header.find_first_not_of(" \t", colon + 1) == std::string::npos;
  const std::string line = empty ? header.substr(0, colon) + ";" : header;
  curl_slist* longer = curl_slist_append(list, line.c_str());
  if (longer == nullptr) throw std::bad_alloc();
  list = longer;
}

}  // namespace

void init_curl() {
  static const CURLcode code = [] {
    std::signal(SIGPIPE, SIG_IGN);
    return curl_global_init(CURL_GLOBAL_DEFAULT);
  }();
  if (code != CURLE_OK)
    throw std::runtime_error(std::string("libcurl does not start: ") + curl_easy_strerror(code));
}

// In the order of libcurl's own table; it tells the list to nobody.
std::string accepted_encodings() {
  const int features = curl_version_info(CURLVERSION_NOW)->features;
  std::string list;
  const auto add = [&](int feature, std::string_view names) {
    if ((features & feature) != 0) (list += list.empty() ? "" : ", ") += names;
  };
  add(CURL_VERSION_LIBZ, "deflate, gzip");
  add(CURL_VERSION_BROTLI, "br");
  add(CURL_VERSION_ZSTD, "zstd");
  return list;
}

struct TransferSettings::Trust {
  struct FreeStore {
    void operator()(X509_STORE* freed) const { X509_STORE_free(freed); }
  };
  std::unique_ptr<X509_STORE, FreeStore> store{X509_STORE_new()};
  std::once_flag loaded;

  Trust() {
    if (!store) throw std::bad_alloc();
    // As libcurl sets them: trust an intermediate certificate that is listed itself.
    X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  }

  void load_system() {
    const curl_version_info_data* built = curl_version_info(CURLVERSION_NOW);
    const bool read =
        (built->cainfo != nullptr && X509_STORE_load_file(store.get(), built->cainfo) == 1) ||
        (built->capath != nullptr && X509_STORE_load_path(store.get(), built->capath) == 1);
    if (!read) X509_STORE_set_default_paths(store.get());
  }
};

TransferSettings::TransferSettings(const FetchOptions& options, std::size_t transfers,
                                   CURLSH* share, SocketHooks hooks)
    : options_(options),
      receive_buffer_bytes_(
          static_cast<long>(std::clamp(kBufferBytesInAll / std::max<std::size_t>(transfers, 1),
                                       kLeastBufferBytes, kMostBufferBytes))),
      share_(share),
      hooks_(std::move(hooks)),
      trust_(std::make_unique<Trust>()) {
  init_curl();
  for (const std::string& header : options.headers) {
    curl_slist* list = headers_.release();
    try {
      add_header(list, header);
    } catch (...) {
      headers_.reset(list);
      throw;
    }
    headers_.reset(list);
  }
  if (!options.ca_file.empty())
    std::call_once(trust_->loaded, [&] {
      if (X509_STORE_load_file(trust_->store.get(), options.ca_file.c_str()) != 1)
        throw std::runtime_error("cannot read certificates from " + options.ca_file);
    });
}

TransferSettings::~TransferSettings() = default;

X509_STORE* TransferSettings::trusted() const {
  std::call_once(trust_->loaded, [&] { trust_->load_system(); });
  return trust_->store.get();
}

struct CurlShare::State {
  CURLSH* handle = curl_share_init();
  std::array<std::mutex, CURL_LOCK_DATA_LAST> mutexes;

  static void lock(CURL*, curl_lock_data data, curl_lock_access, void* self) {
    static_cast<State*>(self)->mutexes.at(static_cast<std::size_t>(data)).lock();
  }
  static void unlock(CURL*, curl_lock_data data, void* self) {
    static_cast<State*>(self)->mutexes.at(static_cast<std::size_t>(data)).unlock();
  }
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { curl_share_cleanup(handle); }
};

CurlShare::CurlShare() {
  init_curl();
  state_ = std::make_unique<State>();
  CURLSH* handle = state_->handle;
  if (handle == nullptr) throw std::bad_alloc();
  curl_share_setopt(handle, CURLSHOPT_USERDATA, state_.get());
  curl_share_setopt(handle, CURLSHOPT_LOCKFUNC, &State::lock);
  curl_share_setopt(handle, CURLSHOPT_UNLOCKFUNC, &State::unlock);
  curl_share_setopt(handle, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  curl_share_setopt(handle, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
}

CurlShare::~CurlShare() = default;
CURLSH* CurlShare::handle() const { return state_->handle; }

}  // namespace crawler
