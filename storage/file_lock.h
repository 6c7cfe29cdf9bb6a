// The claim of one crawl on one file: a lock of an open file description (fcntl(2), F_OFD_SETLK),
// held for as long as the crawl runs and released by the kernel when its process ends. Readers do
// not take it, and ClaimProbe looks at it without taking it, so neither can block a crawl.
//
// Closing any descriptor of a file drops every POSIX lock that the process has on it, and SQLite
// uses POSIX locks. So the claim is taken before SQLite opens the file and released after SQLite
// has closed it, and a second claim in the same process fails without opening the file.
#pragma once

#include <sys/types.h>

#include <string>

#include "storage/error.h"

namespace storage {

// Why a crawl's file cannot be opened for reading, by errno.
Error unreadable(const std::string& path, int code);

class FileLock {
 public:
  FileLock() = default;
  ~FileLock() { release(); }
  FileLock(FileLock&& other) noexcept { swap(other); }
  FileLock& operator=(FileLock&& other) noexcept {
    swap(other);
    return *this;
  }

  // Opens `path`, which must be a regular file or not be there (then it is created, empty), and
  // claims it. Throws Error where it cannot be opened for writing or is claimed already.
  [[nodiscard]] static FileLock claim(const std::string& path);

  int fd() const { return fd_; }
  bool created() const { return created_; }
  // Bytes in the file.
  off_t size() const;

 private:
  void release() noexcept;
  void swap(FileLock& other) noexcept;

  int fd_ = -1;
  bool created_ = false;
  dev_t device_ = 0;
  ino_t inode_ = 0;
};

// For readers of a file: whether a crawl has claimed it. Must be made before SQLite opens the file
// and outlive its last connection, as above. Any thread.
class ClaimProbe {
 public:
  // Throws Error where the file cannot be read.
  explicit ClaimProbe(const std::string& path);
  ~ClaimProbe();
  ClaimProbe(const ClaimProbe&) = delete;
  ClaimProbe& operator=(const ClaimProbe&) = delete;

  bool is_claimed() const;

 private:
  int fd_;
};

}  // namespace storage
