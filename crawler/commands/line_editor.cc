#include "crawler/commands/line_editor.h"

#include <histedit.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <cwchar>
#include <filesystem>
#include <iostream>
#include <stdexcept>

#include "storage/table.h"

namespace crawler {
namespace {

constexpr int kHistoryEntries = 1000;
constexpr std::size_t kLongestEntry = 16'384;  // bytes; a longer one is not worth an arrow key
constexpr std::size_t kShownWords = 200;       // on Tab

// What a signal handler may touch. The number wakes whoever waits for a key.
std::atomic<bool> interrupted_flag = false;
std::atomic<int> wake_fd = -1;
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void on_interrupt(int) {
  const int saved = errno;
  interrupted_flag = true;
  const std::uint64_t one = 1;
  // It fails where the counter is full: then it wakes already.
  [[maybe_unused]] const ssize_t written = write(wake_fd, &one, sizeof one);
  errno = saved;
}

std::size_t common_prefix(const std::vector<std::string>& words) {
  std::size_t size = words.front().size();
  for (const std::string& word : words) {
    const auto differs =
        std::mismatch(word.begin(), word.end(), words.front().begin(), words.front().end());
    size = std::min(size, static_cast<std::size_t>(differs.first - word.begin()));
  }
  return size;
}

}  // namespace

class LineEditor::Impl {
 public:
  Impl(std::string history, Complete complete)
      : file_(std::move(history)),
        complete_(std::move(complete)),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        history_(history_init(), history_end),
        editor_(el_init("weft", stdin, stdout, stderr), el_end) {
    if (wake_ < 0 || !history_ || !editor_)
      throw std::runtime_error("the prompt could not be started");
    // libedit reads characters by the locale; weft's are UTF-8 wherever it runs.
    std::setlocale(LC_CTYPE, "C.UTF-8");
    wake_fd = wake_;
    struct sigaction action {};
    action.sa_handler = on_interrupt;
    action.sa_flags = SA_RESTART;  // a write to a slow terminal goes on; a poll never does
    sigaction(SIGINT, &action, &before_);
    HistEvent event;
    ::history(history_.get(), &event, H_SETSIZE, kHistoryEntries);
    ::history(history_.get(), &event, H_SETUNIQUE, 1);
    if (!file_.empty()) ::history(history_.get(), &event, H_LOAD, file_.c_str());
    EditLine* editor = editor_.get();
    el_set(editor, EL_CLIENTDATA, this);
    el_set(editor, EL_PROMPT, prompt_of);
    el_set(editor, EL_HIST, ::history, history_.get());
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_SIGNAL, 1);
    // Else a terminal drops, at Ctrl-C, what was written and not yet shown, and with it at times
    // what is said of the Ctrl-C: the signal is there before the drop.
    el_set(editor, EL_SETTY, "-d", "+noflsh", nullptr);
    el_set(editor, EL_SETTY, "-x", "+noflsh", nullptr);
    el_set(editor, EL_GETCFN, read_key);
    el_wset(editor, EL_ADDFN, L"weft-complete", L"Complete a name", complete_word);
    el_set(editor, EL_BIND, "^I", "weft-complete", nullptr);
    el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
    el_source(editor, nullptr);
  }

  ~Impl() {
    sigaction(SIGINT, &before_, nullptr);
    wake_fd = -1;
    close(wake_);
  }

  Answer read(const std::string& prompt, std::string& line) {
    rearm();
    prompt_ = prompt;
    int size = 0;
    // libedit shows the prompt before it takes the keys as they come; one pressed in between, a
    // Ctrl-D above all, would be the terminal's.
    el_set(editor_.get(), EL_PREP_TERM, 1);
    const char* text = el_gets(editor_.get(), &size);
    if (interrupted_flag) {
      std::cout << "^C\n" << std::flush;
      return Answer::kInterrupted;
    }
    if (text == nullptr || size <= 0) return Answer::kEnd;
    line.assign(text, static_cast<std::size_t>(size));
    while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
    return Answer::kLine;
  }

  void remember(const std::string& entry) {
    if (entry.size() > kLongestEntry) return;
    HistEvent event;
    ::history(history_.get(), &event, H_ENTER, entry.c_str());
    if (file_.empty()) return;
    // Whole at every moment, whatever else writes it; a history that cannot be kept is no mistake
    // in a statement.
    const std::string next = file_ + '.' + std::to_string(getpid());
    std::error_code failed;
    const std::filesystem::path folder = std::filesystem::path(file_).parent_path();
    if (std::filesystem::create_directories(folder, failed))
      std::filesystem::permissions(folder, std::filesystem::perms::owner_all, failed);
    if (::history(history_.get(), &event, H_SAVE, next.c_str()) < 0)
      std::filesystem::remove(next, failed);
    else
      std::filesystem::rename(next, file_, failed);
  }

  void rearm() {
    interrupted_flag = false;
    std::uint64_t count = 0;
    [[maybe_unused]] const ssize_t bytes = ::read(wake_, &count, sizeof count);
  }

 private:
  static Impl& of(EditLine* editor) {
    void* self = nullptr;
    el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<Impl*>(self);
  }

  static char* prompt_of(EditLine* editor) { return of(editor).prompt_.data(); }

  // One character from the terminal, UTF-8. 1: it is there; 0: the end; -1: interrupted.
  static int read_key(EditLine* editor, wchar_t* key) {
    Impl& self = of(editor);
    std::mbstate_t state{};
    for (;;) {
      pollfd ready[] = {{STDIN_FILENO, POLLIN, 0}, {self.wake_, POLLIN, 0}};
      if (poll(ready, 2, -1) < 0 && errno != EINTR) return -1;
      if (interrupted_flag) return -1;
      if (ready[0].revents == 0) continue;
      char byte = 0;
      const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return 0;
      const std::size_t used = std::mbrtowc(key, &byte, 1, &state);
      if (used == static_cast<std::size_t>(-1)) state = {};  // no UTF-8: as if it was not typed
      if (used <= 1) return 1;
    }
  }

  static unsigned char complete_word(EditLine* editor, int) {
    Impl& self = of(editor);
    const LineInfo* line = el_line(editor);
    const std::string_view text(line->buffer,
                                static_cast<std::size_t>(line->cursor - line->buffer));
    const Completion completion = self.complete_(text);
    if (completion.words.empty()) return CC_REFRESH_BEEP;
    const std::size_t typed = text.size() - completion.start;
    const std::size_t known = common_prefix(completion.words);
    const bool only = completion.words.size() == 1;
    if (known > typed || only) {
      std::string word = completion.words.front().substr(0, known);
      if (only) word += ' ';
      el_deletestr(editor, static_cast<int>(typed));
      return el_insertstr(editor, word.c_str()) < 0 ? CC_ERROR : CC_REFRESH;
    }
    show(completion.words);
    return CC_REDISPLAY;
  }

  static void show(const std::vector<std::string>& words) {
    std::cout << '\n';
    for (std::size_t i = 0; i < std::min(words.size(), kShownWords); ++i)
      std::cout << storage::printable(words[i]) << "  ";
    std::cout << (words.size() > kShownWords ? "...\n" : "\n") << std::flush;
  }

  const std::string file_;
  const Complete complete_;
  const int wake_;
  std::unique_ptr<History, void (*)(History*)> history_;
  std::unique_ptr<EditLine, void (*)(EditLine*)> editor_;
  struct sigaction before_ {};
  std::string prompt_;
};

LineEditor::LineEditor(std::string history, Complete complete)
    : impl_(std::make_unique<Impl>(std::move(history), std::move(complete))) {}

LineEditor::~LineEditor() = default;

LineEditor::Answer LineEditor::read(const std::string& prompt, std::string& line) {
  return impl_->read(prompt, line);
}

void LineEditor::remember(const std::string& entry) { impl_->remember(entry); }
const std::atomic<bool>& LineEditor::interrupted() const { return interrupted_flag; }
void LineEditor::rearm() { impl_->rearm(); }

std::string history_file() {
  const char* state = std::getenv("XDG_STATE_HOME");
  // The specification has a path that is not absolute ignored.
  if (state != nullptr && *state == '/') return std::string(state) + "/weft/history";
  const char* home = std::getenv("HOME");
  return home != nullptr && *home == '/' ? std::string(home) + "/.local/state/weft/history" : "";
}

}  // namespace crawler
