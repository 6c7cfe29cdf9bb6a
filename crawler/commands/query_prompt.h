// `weft query DB` without a statement: a prompt. What a statement may do, how its answer is shown
// and how its mistakes are, is the one-shot form's affair.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "crawler/commands/line_editor.h"
#include "storage/database.h"
#include "storage/schema_notes.h"

namespace crawler {

// Answers one statement; `stop` turns true when it should be cut off. What it throws is shown, and
// the prompt stays.
using AnswerStatement = std::function<void(const std::string& sql, const std::atomic<bool>& stop)>;

// Reads statements from the terminal until its end. `names`: of saved queries, which are completed
// as well. Throws std::runtime_error where stdin or stdout is no terminal.
void run_prompt(const storage::Database& db, const std::vector<std::string>& names,
                const AnswerStatement& answer);

// What may stand for the word at the end of `text`: after '.' at the start a command, after a
// table's name and '.' its columns, after FROM or JOIN a table or view, else any of them, a column
// or a keyword; a keyword in the case in which it was begun.
class SqlWords {
 public:
  SqlWords(const storage::Database& db, const std::vector<std::string>& names);
  Completion complete(std::string_view text) const;

 private:
  std::vector<storage::TableNote> tables_;
  std::vector<std::string> names_, keywords_;
};

}  // namespace crawler
