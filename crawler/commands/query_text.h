// What `weft query` asks: the statement, from the command line, standard input or a saved one, and
// the values of its parameters.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/database.h"

namespace crawler {

// The queries under [queries] of a TOML file, by name: errors = "SELECT * FROM failures".
struct SavedQuery {
  std::string name;
  std::string sql;
};
// Throws std::invalid_argument where the file cannot be read.
std::vector<SavedQuery> read_saved_queries(const std::string& file);

// `sql` itself, what stands on standard input for "-", or the saved query of that name.
std::string query_text(const std::string& sql, const std::string& config);

// Gives each "name=value" to the statement's :name, @name, $name or ?1: as an integer or a real
// number where it reads as one, else as text. `values` must outlive the statement's next reset.
// Throws std::runtime_error for a name that the statement does not have, and for one of the
// statement's that is given no value.
void bind_parameters(storage::Statement& statement, const std::vector<std::string>& values);

}  // namespace crawler
