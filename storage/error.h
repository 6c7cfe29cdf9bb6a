// Our machine's failure, as opposed to a remote host's, which is a value in a row: the disk is
// full, the file is not a weft file, is claimed by another crawl, is corrupt.
#pragma once

#include <stdexcept>

namespace storage {

// what() is one line for the user: what happened, with which value, and what to do.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace storage
