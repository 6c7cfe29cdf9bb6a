#include "tests/webdriver.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <stdexcept>

namespace tests {
namespace {

using nlohmann::json;

// Longest for one command; starting Chromium is one.
constexpr long kCommandSeconds = 60;

const json kNothing = json::object();

std::size_t append(char* bytes, std::size_t size, std::size_t count, void* text) {
  static_cast<std::string*>(text)->append(bytes, size * count);
  return size * count;
}

// The answer's body.
std::string request(const char* method, const std::string& url, const std::string& body) {
  const std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl(curl_easy_init(),
                                                                 curl_easy_cleanup);
  const std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> headers(
      curl_slist_append(nullptr, "Content-Type: application/json"), curl_slist_free_all);
  std::string answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_NOPROXY, "*");
  curl_easy_setopt(curl.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, kCommandSeconds);
  curl_easy_setopt(curl.get(), CURLOPT_CUSTOMREQUEST, method);
  curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
  if (!body.empty()) curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, body.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, append);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  const CURLcode code = curl_easy_perform(curl.get());
  if (code != CURLE_OK)
    throw std::runtime_error(std::string("chromedriver: ") + curl_easy_strerror(code));
  return answer;
}

// Whether a process was started with `word` in one of its arguments.
bool any_process_has(const std::string& word) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string pid = entry.path().filename().string();
    if (!std::all_of(pid.begin(), pid.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
      continue;
    try {
      if (read_file(entry.path() / "cmdline").find(word) != std::string::npos) return true;
    } catch (const std::runtime_error&) {
      continue;  // it ended between the two looks
    }
  }
  return false;
}

json key_action(const char* type, std::string_view key) { return {{"type", type}, {"value", key}}; }

// UTF-8 cut into its characters.
std::vector<std::string_view> characters(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    std::size_t size = 1;
    while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) ++size;
    out.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  return out;
}

// Where it listens, once it does.
std::string server_of(Process& driver) {
  const std::string_view started = "started successfully on port ";
  for (;;) {
    const std::string line = driver.read_line();
    const std::size_t at = line.find(started);
    if (at == std::string::npos) continue;
    return "http://127.0.0.1:" + std::to_string(std::stoi(line.substr(at + started.size())));
  }
}

}  // namespace

bool Browser::installed() { return tests::run({"sh", "-c", "command -v chromedriver"}).code == 0; }

Browser::Browser() {
  // It takes a port that is free for IPv4, and ends where that one is not so for IPv6.
  constexpr int kTries = 10;
  for (int tries = 1; server_.empty(); ++tries) {
    driver_ = std::make_unique<Process>(
        std::vector<std::string>{"env", "HOME=" + dir_.path().string(),
                                 "TMPDIR=" + dir_.path().string(), "chromedriver", "--port=0"});
    try {
      server_ = server_of(*driver_);
    } catch (const std::exception& error) {
      const bool taken =
          std::string_view(error.what()).find("Address already in use") != std::string_view::npos;
      if (!taken || tries == kTries) throw;
    }
  }
  const json arguments{"--headless=new",
                       "--no-sandbox",  // it may run as root
                       "--disable-gpu",
                       "--disable-dev-shm-usage",
                       "--disable-background-networking",
                       "--disable-component-update",
                       "--no-first-run",
                       "--user-data-dir=" + dir_.file("profile")};
  const json options{{"goog:chromeOptions", {{"args", arguments}}},
                     {"goog:loggingPrefs", {{"browser", "ALL"}}}};
  const json session = command("POST", "/session", {{"capabilities", {{"alwaysMatch", options}}}});
  session_ = "/session/" + session.at("sessionId").get<std::string>();
}

Browser::~Browser() {
  try {
    if (!session_.empty()) send("DELETE", session_);
    driver_.reset();
    wait_until([this] { return !any_process_has(dir_.path()); }, "the end of Chromium");
  } catch (const std::exception& error) {
    std::cerr << "closing the browser: " << error.what() << '\n';
  }
}

Browser::Answer Browser::send(const char* method, const std::string& path, const json& body) {
  const std::string text = body.is_null() ? "" : body.dump();
  const json answer = json::parse(request(method, server_ + path, text));
  const json& value = answer.at("value");
  if (value.is_object() && value.contains("error"))
    return {value.value("message", ""), value.at("error").get<std::string>()};
  return {value, ""};
}

json Browser::command(const char* method, const std::string& path, const json& body) {
  Answer answer = send(method, path, std::string_view(method) == "POST" ? body : json());
  if (!answer.error.empty())
    throw std::runtime_error(path + ": " + answer.error + ": " + answer.value.dump());
  return std::move(answer.value);
}

void Browser::open(const std::string& url) { command("POST", session_ + "/url", {{"url", url}}); }

void Browser::reload() { command("POST", session_ + "/refresh"); }

void Browser::back() { command("POST", session_ + "/back"); }

void Browser::resize(int width, int height) {
  const json metrics{
      {"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}};
  command("POST", session_ + "/goog/cdp/execute",
          {{"cmd", "Emulation.setDeviceMetricsOverride"}, {"params", metrics}});
}

json Browser::run(const std::string& script) {
  return command("POST", session_ + "/execute/sync", {{"script", script}, {"args", json::array()}});
}

void Browser::wait_for(const std::string& expression) {
  wait_until([&] { return run("return Boolean(" + expression + ")").get<bool>(); }, expression);
}

std::string Browser::text(const std::string& selector) {
  const std::string element = "document.querySelector(" + json(selector).dump() + ")";
  wait_for(element);
  return run("return " + element + "?.textContent ?? ''").get<std::string>();
}

std::string Browser::address() { return command("GET", session_ + "/url").get<std::string>(); }

// The page may draw itself anew between finding an element and using it: then it is found again.
void Browser::on_element(const std::string& selector, const std::string& action, const json& body) {
  std::string error;
  const auto done = [&] {
    const Answer found =
        send("POST", session_ + "/element", {{"using", "css selector"}, {"value", selector}});
    error = found.error;
    if (!error.empty()) return false;
    const std::string element = found.value.begin().value().get<std::string>();
    error = send("POST", session_ + "/element/" + element + action, body).error;
    return error.empty();
  };
  try {
    wait_until(done, selector);
  } catch (const std::runtime_error& late) {
    throw std::runtime_error(std::string(late.what()) + ": " + error);
  }
}

void Browser::click(const std::string& selector) { on_element(selector, "/click", kNothing); }

void Browser::type(const std::string& selector, std::string_view text) {
  on_element(selector, "/value", {{"text", text}});
}

void Browser::choose(const std::string& selector, const std::string& value) {
  click(selector + " option[value='" + value + "']");
}

void Browser::press(std::string_view keys) {
  json actions = json::array();
  std::vector<std::string_view> pressed = characters(keys);
  const bool held = !pressed.empty() && pressed.front() == kControl;
  if (held) {
    actions.push_back(key_action("keyDown", kControl));
    pressed.erase(pressed.begin());
  }
  for (const std::string_view key : pressed) {
    actions.push_back(key_action("keyDown", key));
    actions.push_back(key_action("keyUp", key));
  }
  if (held) actions.push_back(key_action("keyUp", kControl));
  const json keyboard{{"type", "key"}, {"id", "keyboard"}, {"actions", actions}};
  command("POST", session_ + "/actions", {{"actions", json::array({keyboard})}});
}

bool Browser::has_dialog() { return send("GET", session_ + "/alert/text").error.empty(); }

std::vector<std::string> Browser::errors() {
  std::vector<std::string> out;
  for (const json& entry : command("POST", session_ + "/se/log", {{"type", "browser"}}))
    if (entry.at("level") == "SEVERE") out.push_back(entry.at("message").get<std::string>());
  return out;
}

}  // namespace tests
