// Whether a crawl's file has changed since one last looked, and whether a crawl is writing it: by
// what the file system says of the file and its write-ahead log, so that a page can ask every two
// seconds without a connection to the file. Any thread.
//
// A connection's PRAGMA data_version says the same, but only while the connection is held, and one
// that is held keeps a file in WAL mode from coming to rest when its crawl ends.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>

#include "storage/file_lock.h"

namespace crawler {

class FileWatch {
 public:
  // To be made before the file is opened and to outlive every connection to it (see file_lock.h).
  // Throws storage::Error.
  explicit FileWatch(const std::string& path);

  struct State {
    std::int64_t change = 0;  // another number than before: something was written
    bool live = false;        // a crawl holds the file
  };
  // Throws storage::Error where the file is gone or another one has its name.
  State look();

  // Whether a write-ahead log lies beside the file.
  bool has_log() const;

  const std::string& path() const { return path_; }  // without symbolic links

 private:
  // Number, size, seconds and nanoseconds of the last change: of the file, then of its log.
  using Marks = std::array<std::int64_t, 8>;
  Marks read_marks() const;

  const std::string path_;
  const storage::ClaimProbe probe_;
  std::mutex mutex_;
  Marks marks_;  // guarded by mutex_, as is change_
  std::int64_t change_;
};

}  // namespace crawler
