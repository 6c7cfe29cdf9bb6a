// Lines from a person at a terminal: editing, history, completion on Tab, Ctrl-C. On libedit, by
// its own interface (histedit.h); a ~/.editrc is heeded. One at a time, on the main thread: it
// takes SIGINT for as long as it lives.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace crawler {

struct Completion {
  std::size_t start = 0;           // where in the line the word begins that is completed
  std::vector<std::string> words;  // what it may become
};

class LineEditor {
 public:
  // What could stand for the word that ends the text, which is the line up to the cursor.
  using Complete = std::function<Completion(std::string_view text)>;

  // `history`: a file of entries, made where there is none; "": none is kept. Throws
  // std::runtime_error.
  LineEditor(std::string history, Complete complete);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  enum class Answer { kLine, kInterrupted, kEnd };
  // Asks for a line, which comes without its end. kInterrupted: Ctrl-C; kEnd: Ctrl-D, or no
  // terminal any more.
  Answer read(const std::string& prompt, std::string& line);

  // Puts an entry at the end of the history, and into its file.
  void remember(const std::string& entry);

  // True from a Ctrl-C on, wherever it came, until the next read() or rearm().
  const std::atomic<bool>& interrupted() const;
  void rearm();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// $XDG_STATE_HOME/weft/history, or ~/.local/state/weft/history; "" where neither is known.
std::string history_file();

}  // namespace crawler
