#include "crawler/fetch/curl_request.h"

#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <new>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "crawler/fetch/response_head.h"
#include "storage/wall_time.h"

namespace crawler {
namespace {

using std::chrono::milliseconds;
using storage::Reason;

// A server's Content-Length is believed up to here; a longer body grows as it arrives.
constexpr std::uint64_t kMostReservedBytes = 256u << 10;
// Idle connections are not taken up again after so long: most servers have closed them by then.
constexpr long kIdleConnectionSeconds = 60;
// Long enough for the requests that a host gets in a row, short enough for names that move.
constexpr long kNameCacheSeconds = 120;
constexpr long kKeepAliveSeconds = 30;  // of silence, before TCP asks whether the peer is there

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK)
    throw std::runtime_error(std::string("libcurl refuses an option: ") + curl_easy_strerror(code));
}

template <class Value>
Value get(CURL* easy, CURLINFO info) {
  Value value{};
  curl_easy_getinfo(easy, info, &value);
  return value;
}

std::uint32_t micros(curl_off_t value) {
  return static_cast<std::uint32_t>(
      std::clamp<curl_off_t>(value, 0, std::numeric_limits<std::uint32_t>::max()));
}

std::string_view protocol_word(long version) {
  switch (version) {
    case CURL_HTTP_VERSION_1_0:
      return "http/1.0";
    case CURL_HTTP_VERSION_1_1:
      return "http/1.1";
    case CURL_HTTP_VERSION_2_0:
      return "h2";
    case CURL_HTTP_VERSION_3:
      return "h3";
    default:
      return "";
  }
}

bool is_ours(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

struct Transfer::State {
  struct Cleanup {
    void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  };

  explicit State(const TransferSettings& given) : settings(given), easy(curl_easy_init()) {
    if (!easy) throw std::bad_alloc();
    set_constant_options();
  }

  void set_constant_options();
  FetchResult result();
  FetchResult failure(Reason reason, std::string_view detail);
  Reason reason_for(CURLcode code) const;
  Reason lost() const { return head.complete() ? Reason::kTruncated : Reason::kConnectionLost; }
  bool refuse(Reason reason, std::string_view why);

  // libcurl's callbacks; each runs on the transfer's thread and throws nothing.
  static std::size_t on_header(char* bytes, std::size_t, std::size_t size, void* self);
  static std::size_t on_body(char* bytes, std::size_t, std::size_t size, void* self);
  static int on_connected(void* self, char*, char*, int, int);
  static CURLcode on_tls(CURL*, void* context, void* self);
  static curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address);
  static int close_socket(void* settings, curl_socket_t socket);

  const TransferSettings& settings;
  std::array<char, CURL_ERROR_SIZE> error{};

  // Of the request at hand.
  FetchRequest request;
  std::uint64_t max_body = 0;
  storage::WallTime started_at = 0;
  Time started{};
  Time heard{};            // when bytes last arrived
  bool connected = false;  // to the server itself, through a proxy if there is one
  bool out_of_memory = false;
  int socket_error = 0;  // errno of a socket that the machine refused
  Reason refused = Reason::kNone;
  std::string_view refused_why;
  ResponseHead head;
  std::string body;

  // Last, so that callbacks during its cleanup find the rest alive.
  std::unique_ptr<CURL, Cleanup> easy;
};

void Transfer::State::set_constant_options() {
  CURL* const handle = easy.get();
  const FetchOptions& options = settings.options();
  // What is sent.
  set(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  set(handle, CURLOPT_HTTPHEADER, settings.headers());
  set(handle, CURLOPT_ACCEPT_ENCODING, "");  // all that libcurl was built with
  set(handle, CURLOPT_PATH_AS_IS, 1L);       // the URL is normalized already
  // Where to. A redirect is a result like any other; nothing is taken from the environment.
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
  set(handle, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  set(handle, CURLOPT_PROXY, options.proxy.c_str());  // "" also overrides the environment
  set(handle, CURLOPT_NOPROXY, "");
  // How. No CURLOPT_PIPEWAIT: with it libcurl 7 lets every request to a host, also in the clear,
  // wait for the first one's response. A connection that is known to be HTTP/2 is shared anyway,
  // and by its robots.txt a host is known before its pages are asked for.
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(handle, CURLOPT_HTTP09_ALLOWED, 0L);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  // Otherwise the end of a transfer waits for its name's look-up, and the whole crawl with it.
  set(handle, CURLOPT_QUICK_EXIT, 1L);
  set(handle, CURLOPT_TCP_NODELAY, 1L);
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  set(handle, CURLOPT_TCP_KEEPIDLE, kKeepAliveSeconds);
  set(handle, CURLOPT_TCP_KEEPINTVL, kKeepAliveSeconds);
  set(handle, CURLOPT_MAXAGE_CONN, kIdleConnectionSeconds);
  set(handle, CURLOPT_DNS_CACHE_TIMEOUT, kNameCacheSeconds);
  set(handle, CURLOPT_BUFFERSIZE, settings.receive_buffer_bytes());
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  set(handle, CURLOPT_SSL_VERIFYPEER, options.insecure ? 0L : 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, options.insecure ? 0L : 2L);
  // libcurl reads no certificates itself: on_tls hands it the shared ones.
  set(handle, CURLOPT_CAINFO, static_cast<char*>(nullptr));
  set(handle, CURLOPT_CAPATH, static_cast<char*>(nullptr));
  set(handle, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  set(handle, CURLOPT_SSL_CTX_FUNCTION, &State::on_tls);
  set(handle, CURLOPT_SSL_CTX_DATA, this);
  if (settings.share() != nullptr) set(handle, CURLOPT_SHARE, settings.share());
  // Who is told.
  set(handle, CURLOPT_ERRORBUFFER, error.data());
  set(handle, CURLOPT_HEADERFUNCTION, &State::on_header);
  set(handle, CURLOPT_HEADERDATA, this);
  set(handle, CURLOPT_WRITEFUNCTION, &State::on_body);
  set(handle, CURLOPT_WRITEDATA, this);
  set(handle, CURLOPT_PREREQFUNCTION, &State::on_connected);
  set(handle, CURLOPT_PREREQDATA, this);
  set(handle, CURLOPT_OPENSOCKETFUNCTION, &State::open_socket);
  set(handle, CURLOPT_OPENSOCKETDATA, this);
  set(handle, CURLOPT_CLOSESOCKETFUNCTION, &State::close_socket);
  set(handle, CURLOPT_CLOSESOCKETDATA, &settings);  // connections outlive this
}

bool Transfer::State::refuse(Reason reason, std::string_view why) {
  refused = reason;
  refused_why = why;
  return false;
}

std::size_t Transfer::State::on_header(char* bytes, std::size_t, std::size_t size, void* self) {
  State& state = *static_cast<State*>(self);
  const std::string_view line(bytes, size);
  try {
    state.heard = Clock::now();
    const Reason refused = state.connected ? state.head.add(line) : state.head.add_proxy_line(line);
    if (refused != Reason::kNone) {
      state.refuse(refused, refused == Reason::kHeadersTooLarge
                                ? "the header is larger than allowed"
                                : "the header has a NUL byte, two lengths or two targets");
      return 0;
    }
    if (state.head.complete() && state.head.identity_length().value_or(0) > state.max_body) {
      state.refuse(Reason::kBodyTooLarge, "Content-Length is larger than allowed");
      return 0;
    }
    return size;
  } catch (const std::bad_alloc&) {
    state.out_of_memory = true;
    return 0;
  }
}

std::size_t Transfer::State::on_body(char* bytes, std::size_t, std::size_t size, void* self) {
  State& state = *static_cast<State*>(self);
  try {
    state.heard = Clock::now();
    if (size > state.max_body - state.body.size()) {
      state.refuse(Reason::kBodyTooLarge, "the body is larger than allowed");
      return 0;
    }
    if (state.body.empty())
      state.body.reserve(static_cast<std::size_t>(
          std::min(state.head.identity_length().value_or(size), kMostReservedBytes)));
    state.body.append(bytes, size);
    return size;
  } catch (const std::bad_alloc&) {
    state.out_of_memory = true;
    return 0;
  }
}

int Transfer::State::on_connected(void* self, char*, char*, int, int) {
  static_cast<State*>(self)->connected = true;
  return CURL_PREREQFUNC_OK;
}

CURLcode Transfer::State::on_tls(CURL*, void* context, void* self) {
  const State& state = *static_cast<State*>(self);
  if (state.settings.options().insecure) return CURLE_OK;
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), state.settings.trusted());
  return CURLE_OK;
}

curl_socket_t Transfer::State::open_socket(void* self, curlsocktype, curl_sockaddr* address) {
  State& state = *static_cast<State*>(self);
  // Close on exec: libcurl 7 would let every process that weft starts inherit it.
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) {
    if (is_ours(errno)) state.socket_error = errno;
    return CURL_SOCKET_BAD;
  }
  if (state.settings.hooks().opened) state.settings.hooks().opened(fd);
  return fd;
}

int Transfer::State::close_socket(void* settings, curl_socket_t socket) {
  const SocketHooks& hooks = static_cast<const TransferSettings*>(settings)->hooks();
  if (hooks.closing) hooks.closing(socket);
  return ::close(socket);
}

// Every code that a GET over HTTP can end with has its word. Throws for what no server can cause.
Reason Transfer::State::reason_for(CURLcode code) const {
  const bool by_proxy = !settings.options().proxy.empty() && !connected;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_URL_MALFORMAT:  // a host that the URL Standard allows and no name server can know
      return Reason::kNameNotResolved;
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY:
      return Reason::kProxyFailed;
    case CURLE_OPERATION_TIMEDOUT:  // the only limit that libcurl itself watches
      return Reason::kConnectTimeout;
    case CURLE_COULDNT_CONNECT:
    case CURLE_INTERFACE_FAILED:
    case CURLE_LOGIN_DENIED:
      if (by_proxy) return Reason::kProxyFailed;
      return get<long>(easy.get(), CURLINFO_OS_ERRNO) == ETIMEDOUT ? Reason::kConnectTimeout
                                                                   : Reason::kConnectFailed;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
      return Reason::kBadCertificate;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CLIENTCERT:
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_USE_SSL_FAILED:
      return Reason::kTlsFailed;
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
    case CURLE_HTTP2_STREAM:
      return by_proxy ? Reason::kProxyFailed : lost();
    case CURLE_RECV_ERROR: {
      if (by_proxy) return Reason::kProxyFailed;
      // libcurl says this of a reset and of chunks that are none; only the first has an errno, and
      // under TLS neither.
      const bool tls = request.entry.url.starts_with("https:");
      const bool broken = get<long>(easy.get(), CURLINFO_OS_ERRNO) != 0;
      return tls || broken || !head.complete() ? lost() : Reason::kBadResponse;
    }
    case CURLE_UNSUPPORTED_PROTOCOL:  // connected: what came is not HTTP/1.0 or later
      if (!connected && !by_proxy) return Reason::kConnectFailed;
      [[fallthrough]];
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
    case CURLE_HTTP3:
      return by_proxy ? Reason::kProxyFailed : Reason::kBadResponse;
    case CURLE_BAD_CONTENT_ENCODING:
      return Reason::kBadEncoding;
    case CURLE_FILESIZE_EXCEEDED:
      return Reason::kBodyTooLarge;
#if LIBCURL_VERSION_NUM >= 0x080600
    case CURLE_TOO_LARGE:
      return Reason::kHeadersTooLarge;
#endif
    case CURLE_OUT_OF_MEMORY:  // libcurl 7 says this of a header line above 100 kB
      if (connected && !head.complete()) return Reason::kHeadersTooLarge;
      throw std::bad_alloc();
    case CURLE_WRITE_ERROR:  // ours is `refused`; else the decoder's
      return Reason::kBadEncoding;
    case CURLE_FAILED_INIT:
    case CURLE_NOT_BUILT_IN:
    case CURLE_UNKNOWN_OPTION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_ENGINE_SETFAILED:
    case CURLE_SSL_ENGINE_INITFAILED:
      throw std::runtime_error(std::string("libcurl: ") + curl_easy_strerror(code) + ": " +
                               error.data());
    default:  // codes of other protocols, and of later versions
      if (by_proxy) return Reason::kProxyFailed;
      return connected ? Reason::kBadResponse : Reason::kConnectFailed;
  }
}

// All but body and error.
FetchResult Transfer::State::result() {
  CURL* const handle = easy.get();
  FetchResult result;
  result.request = std::move(request);
  result.started_at = started_at;
  result.timings.total =
      micros(std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - started).count());
  if (get<long>(handle, CURLINFO_NUM_CONNECTS) > 0) {
    result.timings.name = micros(get<curl_off_t>(handle, CURLINFO_NAMELOOKUP_TIME_T));
    result.timings.connect = micros(get<curl_off_t>(handle, CURLINFO_CONNECT_TIME_T));
    result.timings.tls = micros(get<curl_off_t>(handle, CURLINFO_APPCONNECT_TIME_T));
  }
  if (connected)
    if (const char* address = get<char*>(handle, CURLINFO_PRIMARY_IP); address != nullptr)
      result.address = address;
  // libcurl counts a body before it decodes it.
  result.wire_bytes = head.received() +
                      static_cast<std::uint64_t>(get<curl_off_t>(handle, CURLINFO_SIZE_DOWNLOAD_T));
  if (!head.complete()) return result;
  result.timings.first_byte = micros(get<curl_off_t>(handle, CURLINFO_STARTTRANSFER_TIME_T));
  result.status = head.status();
  result.protocol = protocol_word(get<long>(handle, CURLINFO_HTTP_VERSION));
  result.content_type = head.content_type();
  result.location = head.location();
  result.retry_after = head.retry_after();
  result.head = std::make_shared<const std::string>(head.take_bytes());
  return result;
}

FetchResult Transfer::State::failure(Reason reason, std::string_view detail) {
  FetchResult failed = result();
  failed.error = reason;
  failed.error_detail = detail;
  body = std::string();
  return failed;
}

Transfer::Transfer(const TransferSettings& settings) : state_(std::make_unique<State>(settings)) {
  set(handle(), CURLOPT_PRIVATE, this);
}
Transfer::~Transfer() = default;

CURL* Transfer::handle() const { return state_->easy.get(); }

void Transfer::begin(FetchRequest request) {
  State& state = *state_;
  const FetchOptions& options = state.settings.options();
  set(handle(), CURLOPT_URL, request.entry.url.c_str());
  state.max_body = request.max_body != 0 ? request.max_body : options.max_body;
  state.request = std::move(request);
  state.started_at = storage::wall_now();
  state.started = state.heard = Clock::now();
  state.connected = false;
  state.socket_error = 0;
  state.refused = Reason::kNone;
  state.error[0] = '\0';
  state.head.reset(options.max_headers);
  state.body.clear();
}

Time Transfer::deadline() const {
  const FetchOptions& options = state_->settings.options();
  const auto after = [](Time from, milliseconds limit) {
    return limit.count() > 0 ? from + limit : Time::max();
  };
  const bool silent = state_->heard == state_->started;
  return std::min(after(state_->started, options.total_timeout),
                  silent ? after(state_->started, options.first_byte_timeout)
                         : after(state_->heard, options.stalled_timeout));
}

FetchResult Transfer::expire() {
  const FetchOptions& options = state_->settings.options();
  if (options.total_timeout.count() > 0 && Clock::now() >= state_->started + options.total_timeout)
    return state_->failure(Reason::kTotalTimeout, "not finished in time");
  if (!state_->connected) return state_->failure(Reason::kConnectTimeout, "no connection in time");
  if (state_->heard == state_->started)
    return state_->failure(Reason::kFirstByteTimeout, "connected, and no answer in time");
  return state_->failure(Reason::kStalled, "no byte for too long");
}

FetchResult Transfer::abandon() {
  FetchResult result = state_->failure(Reason::kNone, "cancelled");
  result.cancelled = true;
  return result;
}

FetchResult Transfer::finish(CURLcode code) {
  State& state = *state_;
  if (state.out_of_memory) throw std::bad_alloc();
  if (state.refused != Reason::kNone) return state.failure(state.refused, state.refused_why);
  // libcurl 7 is content with a header that ends in the middle.
  if (code == CURLE_OK && !state.head.complete())
    return state.failure(Reason::kConnectionLost, "closed in the header");
  if (code == CURLE_OK) {
    FetchResult result = state.result();
    result.body = std::make_shared<const std::string>(std::move(state.body));
    state.body = std::string();
    return result;
  }
  if (code == CURLE_COULDNT_CONNECT && state.socket_error != 0)
    throw std::system_error(state.socket_error, std::generic_category(), "opening a socket");
  const Reason reason = state.reason_for(code);
  const char* text = state.error[0] != '\0' ? state.error.data() : curl_easy_strerror(code);
  return state.failure(reason, text);
}

}  // namespace crawler
