#include "crawler/commands/query_prompt.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "crawler/commands/output.h"
#include "storage/sql_text.h"
#include "storage/table.h"

namespace crawler {
namespace {

constexpr std::array<std::string_view, 4> kCommands{".help", ".quit", ".schema", ".tables"};
constexpr std::string_view kHelp =
    "A statement ends with ';' and may go over several lines.\n"
    "  .tables          the tables and views\n"
    "  .schema [NAME]   every table and view, or that one, with what its columns mean\n"
    "  .quit            leave, as Ctrl-D does\n"
    "Tab completes names and keywords; Ctrl-C drops a line, or cuts a statement off; the arrow "
    "keys\n"
    "and Ctrl-R go through what was typed before.\n";
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_same(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

bool begins(std::string_view word, std::string_view start) {
  return word.size() >= start.size() && is_same(word.substr(0, start.size()), start);
}

bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (lower(c) >= 'a' && lower(c) <= 'z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

std::size_t word_start(std::string_view text) {
  std::size_t start = text.size();
  while (start > 0 && is_word(text[start - 1])) --start;
  return start;
}

void print_tables(const storage::Database& db) {
  storage::TableOptions options;
  options.format = storage::Format::kTable;
  options.terminal = true;
  storage::Table table(std::cout, {"name", "type"}, options);
  for (const storage::TableNote& note : storage::schema_notes(db)) {
    table.cell(std::string_view(note.name));
    table.cell(std::string_view(note.view ? "view" : "table"));
  }
  table.finish();
}

void print_schema(const storage::Database& db, std::string_view name) {
  storage::Statement text(db, "SELECT sql FROM sqlite_schema WHERE name = ?1");
  bool found = false;
  for (const storage::TableNote& note : storage::schema_notes(db)) {
    if (!name.empty() && !is_same(name, note.name)) continue;
    found = true;
    text.bind(1, note.name);
    while (text.step()) std::cout << storage::without_controls(text.column_text(0)) << ";\n";
    text.reset();
  }
  if (!found)
    std::cerr << "weft: there is no table or view " << storage::printable(name)
              << "; .tables lists them\n";
}

// False: it is time to leave.
bool run_command(const storage::Database& db, const std::string& line) {
  std::istringstream words(line);
  std::string command;
  std::string name;
  words >> command >> name;
  if (command == ".quit" || command == ".exit") return false;
  if (command == ".help")
    std::cout << kHelp;
  else if (command == ".tables")
    print_tables(db);
  else if (command == ".schema")
    print_schema(db, name);
  else
    std::cerr << "weft: there is no " << storage::printable(command)
              << "; .help lists what there is\n";
  std::cout.flush();
  return true;
}

// As one line of the history, if the statement means the same in one.
std::string one_line(std::string statement) {
  if (statement.find("--") == std::string::npos)
    std::replace(statement.begin(), statement.end(), '\n', ' ');
  return statement;
}

std::string trimmed(const std::string& text) {
  const std::size_t start = text.find_first_not_of(" \t\n");
  return start == std::string::npos
             ? ""
             : text.substr(start, text.find_last_not_of(" \t\n") - start + 1);
}

// What a person is in the middle of.
class Prompt {
 public:
  Prompt(const storage::Database& db, LineEditor& editor, const AnswerStatement& answer)
      : db_(db), editor_(editor), answer_(answer) {}

  void run() {
    std::string line;
    for (;;) {
      const auto got = editor_.read(pending_.empty() ? "weft> " : "  ... ", line);
      if (got == LineEditor::Answer::kEnd) break;
      if (got == LineEditor::Answer::kInterrupted) {
        pending_.clear();
      } else if (pending_.empty() && trimmed(line).starts_with('.')) {
        editor_.remember(trimmed(line));
        if (!run_command(db_, trimmed(line))) return;
      } else {
        take(line);
      }
    }
    std::cout << '\n' << std::flush;
  }

 private:
  void take(const std::string& line) {
    if (pending_.empty() && trimmed(line).empty()) return;
    pending_ += line + '\n';
    if (storage::first_statement(pending_) == std::string::npos) return;
    editor_.remember(one_line(trimmed(pending_)));
    editor_.rearm();
    for (std::size_t end; (end = storage::first_statement(pending_)) != std::string::npos;) {
      const std::string statement = trimmed(pending_.substr(0, end));
      pending_.erase(0, end);
      try {
        answer_(statement, editor_.interrupted());
      } catch (const std::exception& error) {
        std::cout.flush();
        std::cerr << "weft: " << error.what() << '\n';
      }
      if (editor_.interrupted()) pending_.clear();
    }
    if (trimmed(pending_).empty()) pending_.clear();
  }

  const storage::Database& db_;
  LineEditor& editor_;
  const AnswerStatement& answer_;
  std::string pending_;  // lines without an end of their statement so far
};

}  // namespace

SqlWords::SqlWords(const storage::Database& db, const std::vector<std::string>& names)
    : tables_(storage::schema_notes(db)), names_(names), keywords_(storage::sql_keywords()) {}

Completion SqlWords::complete(std::string_view text) const {
  Completion completion{word_start(text), {}};
  const std::string_view word = text.substr(completion.start);
  const std::string_view before = text.substr(0, completion.start);
  std::vector<std::string>& words = completion.words;
  const auto add = [&](const std::string& candidate) {
    if (begins(candidate, word)) words.push_back(candidate);
  };
  if (before.find_first_not_of(" .") == std::string_view::npos && before.ends_with('.')) {
    for (const std::string_view command : kCommands) add(std::string(command.substr(1)));
    return completion;
  }
  const bool of_one = before.ends_with('.');
  const std::string_view named = of_one ? before.substr(0, before.size() - 1) : before;
  const std::string_view qualifier = named.substr(word_start(named));
  const auto is_known = [&](const storage::TableNote& table) {
    return is_same(table.name, qualifier);
  };
  // An alias may stand for any table.
  const bool any = std::none_of(tables_.begin(), tables_.end(), is_known);
  std::string_view last = before;
  while (!last.empty() && !is_word(last.back())) last.remove_suffix(1);
  last = last.substr(word_start(last));
  const bool table_follows =
      begins(before, ".schema") || is_same(last, "from") || is_same(last, "join");
  for (const storage::TableNote& table : tables_) {
    if (!of_one) add(table.name);
    if (of_one ? any || is_known(table) : !table_follows)
      for (const storage::ColumnNote& column : table.columns) add(column.name);
  }
  if (!of_one && !table_follows && !word.empty()) {
    for (const std::string& name : names_) add(name);
    for (std::string keyword : keywords_) {
      if (lower(word[0]) == word[0])
        std::transform(keyword.begin(), keyword.end(), keyword.begin(), lower);
      add(keyword);
    }
  }
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return completion;
}

void run_prompt(const storage::Database& db, const std::vector<std::string>& names,
                const AnswerStatement& answer) {
  if (isatty(STDIN_FILENO) != 1 || !stdout_is_terminal())
    throw std::runtime_error(
        "no SQL was given, and a prompt needs a terminal; give the statement, or - to read it from "
        "standard input");
  const SqlWords words(db, names);
  LineEditor editor(history_file(),
                    [&words](std::string_view text) { return words.complete(text); });
  std::cout << "weft " WEFT_VERSION ", " << storage::printable(db.path())
            << ", to read; .help, or Ctrl-D to leave\n"
            << std::flush;
  Prompt(db, editor, answer).run();
}

}  // namespace crawler
