#include "tests/webdriver.h"

#include <curl/curl.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "storage/json_writer.h"

namespace tests {
namespace {

// Longest for one command; starting Chromium is one.
constexpr long kCommandSeconds = 60;

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

// A JSON object of what `write_members` writes.
template <class Write>
std::string json_of(Write write_members) {
  std::string text;
  storage::JsonWriter json(text);
  json.object([&] { write_members(json); });
  return text;
}

// {"NAME": "VALUE"}
std::string json_of(std::string_view name, std::string_view value) {
  return json_of([&](storage::JsonWriter& json) { json.member(name, value); });
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
  const std::string capabilities = json_of([&](storage::JsonWriter& json) {
    json.object("capabilities", [&] {
      json.object("alwaysMatch", [&] {
        json.object("goog:loggingPrefs", [&] { json.member("browser", "ALL"); });
        json.object("goog:chromeOptions", [&] {
          json.array("args", [&] {
            json.value("--headless=new");
            json.value("--no-sandbox");  // it may run as root
            json.value("--disable-gpu");
            json.value("--disable-dev-shm-usage");
            json.value("--disable-background-networking");
            json.value("--disable-component-update");
            json.value("--no-first-run");
            json.value("--user-data-dir=" + dir_.file("profile"));
          });
        });
      });
    });
  });
  const Json session = command("POST", "/session", capabilities);
  session_ = "/session/" + session["sessionId"].text();
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

Browser::Answer Browser::send(const char* method, const std::string& path,
                              const std::string& body) {
  const Json value = Json::parse(request(method, server_ + path, body))["value"];
  if (value.contains("error")) return {value, value["error"]};
  return {value, ""};
}

Json Browser::command(const char* method, const std::string& path, const std::string& body) {
  const Answer answer = send(method, path, std::string_view(method) == "POST" ? body : "");
  if (!answer.error.empty())
    throw std::runtime_error(path + ": " + answer.error + ": " + answer.value.dump());
  return answer.value;
}

void Browser::open(const std::string& url) {
  command("POST", session_ + "/url", json_of("url", url));
}

void Browser::reload() { command("POST", session_ + "/refresh"); }

void Browser::back() { command("POST", session_ + "/back"); }

void Browser::resize(int width, int height) {
  command("POST", session_ + "/goog/cdp/execute", json_of([&](storage::JsonWriter& json) {
            json.member("cmd", "Emulation.setDeviceMetricsOverride");
            json.object("params", [&] {
              json.member("width", width);
              json.member("height", height);
              json.member("deviceScaleFactor", 1);
              json.member("mobile", false);
            });
          }));
}

Json Browser::run(const std::string& script) {
  return command("POST", session_ + "/execute/sync", json_of([&](storage::JsonWriter& json) {
                   json.member("script", script);
                   json.array("args", [] {});
                 }));
}

void Browser::wait_for(const std::string& expression) {
  wait_until([&] { return run("return Boolean(" + expression + ")") == true; }, expression);
}

std::string Browser::text(const std::string& selector) {
  std::string element = "document.querySelector(";
  storage::append_json_string(element, selector);
  element += ')';
  wait_for(element);
  return run("return " + element + "?.textContent ?? ''");
}

std::string Browser::address() { return command("GET", session_ + "/url"); }

// The page may draw itself anew between finding an element and using it: then it is found again.
void Browser::on_element(const std::string& selector, const std::string& action,
                         const std::string& body) {
  std::string error;
  const auto done = [&] {
    const Answer found =
        send("POST", session_ + "/element", json_of([&](storage::JsonWriter& json) {
               json.member("using", "css selector");
               json.member("value", selector);
             }));
    error = found.error;
    if (!error.empty()) return false;
    const std::string element = found.value[found.value.keys().at(0)];
    error = send("POST", session_ + "/element/" + element + action, body).error;
    return error.empty();
  };
  try {
    wait_until(done, selector);
  } catch (const std::runtime_error& late) {
    throw std::runtime_error(std::string(late.what()) + ": " + error);
  }
}

void Browser::click(const std::string& selector) { on_element(selector, "/click", "{}"); }

void Browser::type(const std::string& selector, std::string_view text) {
  on_element(selector, "/value", json_of("text", text));
}

void Browser::choose(const std::string& selector, const std::string& value) {
  click(selector + " option[value='" + value + "']");
}

void Browser::press(std::string_view keys) {
  std::vector<std::string_view> pressed = characters(keys);
  const bool held = !pressed.empty() && pressed.front() == kControl;
  if (held) pressed.erase(pressed.begin());
  const auto write_actions = [&](storage::JsonWriter& json) {
    const auto add = [&](std::string_view type, std::string_view key) {
      json.object([&] {
        json.member("type", type);
        json.member("value", key);
      });
    };
    if (held) add("keyDown", kControl);
    for (const std::string_view key : pressed) {
      add("keyDown", key);
      add("keyUp", key);
    }
    if (held) add("keyUp", kControl);
  };
  command("POST", session_ + "/actions", json_of([&](storage::JsonWriter& json) {
            json.array("actions", [&] {
              json.object([&] {
                json.member("type", "key");
                json.member("id", "keyboard");
                json.array("actions", [&] { write_actions(json); });
              });
            });
          }));
}

bool Browser::has_dialog() { return send("GET", session_ + "/alert/text").error.empty(); }

std::vector<std::string> Browser::errors() {
  std::vector<std::string> out;
  for (const Json& entry : command("POST", session_ + "/se/log", json_of("type", "browser")))
    if (entry["level"] == "SEVERE") out.push_back(entry["message"]);
  return out;
}

}  // namespace tests
