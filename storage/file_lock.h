// The claim of one crawl on one file: a lock of an open file description (fcntl(2), F_OFD_SETLK),
// held for as long as the crawl runs, gone with its process however it dies. Readers do not ask for
// it, and whoever wants to know of it (ClaimProbe) takes no lock, so nobody stands in a crawl's way
// by looking.
//
// Closing any descriptor of a file drops every POSIX lock that the process has on it, and those are
// what SQLite works with. So the claim is taken before SQLite opens the file and given up after it
// has closed it, and a file that this process crawls already is refused without being opened.
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
  static FileLock claim(const std::string& path);

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

// For those who read a file: whether a crawl has claimed it. To be made before SQLite opens the
// file and to outlive its last connection, as above. Any thread.
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
