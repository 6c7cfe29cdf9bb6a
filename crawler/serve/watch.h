// Whether a crawl's file has changed since the last look, and whether a crawl is writing it, by the
// file system's metadata of the file and of its write-ahead log, so that a page can poll every two
// seconds without a connection to the file. Any thread.
//
// PRAGMA data_version would say the same, but only to a connection that stays open, and an open
// connection keeps a file in WAL mode from being one file again when its crawl ends.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>

#include "storage/file_lock.h"

namespace crawler {

class FileWatch {
 public:
  // Must be made before the file is opened and outlive every connection to it (see file_lock.h).
  // Throws storage::Error.
  explicit FileWatch(const std::string& path);

  struct State {
    std::int64_t change = 0;  // differs from the last one: something was written
    bool live = false;        // a crawl is writing the file
  };
  // Throws storage::Error where the file is gone or was replaced.
  State look();

  // Whether there is a write-ahead log.
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
