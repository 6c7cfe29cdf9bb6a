// A headless Chromium, driven as a person would: chromedriver's WebDriver protocol over HTTP. Each
// has a profile of its own, which goes away with it, and nothing of it runs on afterwards.
//
// What is asked of the page waits for it, up to kPatience. Throws std::runtime_error.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tests/json.h"
#include "tests/support.h"

namespace tests {

// Keys that are no characters, as WebDriver writes them.
inline constexpr std::string_view kTab = "\uE004";
inline constexpr std::string_view kEnter = "\uE007";
inline constexpr std::string_view kControl = "\uE009";
inline constexpr std::string_view kArrowDown = "\uE015";

class Browser {
 public:
  // Whether there is a chromedriver to drive.
  static bool installed();

  Browser();
  ~Browser();
  Browser(const Browser&) = delete;
  Browser& operator=(const Browser&) = delete;

  void open(const std::string& url);
  void reload();
  void back();
  // The window's inner size.
  void resize(int width, int height);

  // What `script`, a function's body, returns.
  Json run(const std::string& script);
  // Waits until the JavaScript expression is true.
  void wait_for(const std::string& expression);
  // Of the first element that `selector` (CSS) finds, once there is one.
  std::string text(const std::string& selector);
  std::string address();

  void click(const std::string& selector);
  // Types at the end of what stands in a field.
  void type(const std::string& selector, std::string_view text);
  // Chooses an option of a select by its value.
  void choose(const std::string& selector, const std::string& value);
  // Keys for whatever has the focus, one after another; where the first is kControl, it is held.
  void press(std::string_view keys);

  // Whether an alert is open.
  bool has_dialog();
  // Errors that the page has logged since the last call, or the browser about it.
  std::vector<std::string> errors();

 private:
  struct Answer {
    Json value;
    std::string error;  // WebDriver's word, such as "stale element reference"; "" where all is well
  };
  // `body` is JSON.
  Answer send(const char* method, const std::string& path, const std::string& body = {});
  Json command(const char* method, const std::string& path, const std::string& body = "{}");
  void on_element(const std::string& selector, const std::string& action, const std::string& body);

  TempDir dir_;  // Chromium's profile, home and temporary files
  std::unique_ptr<Process> driver_;
  std::string server_;   // chromedriver's address
  std::string session_;  // "/session/ID"
};

}  // namespace tests
