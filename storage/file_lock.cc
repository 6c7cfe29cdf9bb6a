#include "storage/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <limits>
#include <mutex>
#include <set>
#include <utility>

namespace storage {
namespace {

constexpr mode_t kFileMode = 0644;  // what the umask leaves of it

// The files that this process has claimed.
std::mutex claimed_mutex;
std::set<std::pair<dev_t, ino_t>>& claimed() {
  static std::set<std::pair<dev_t, ino_t>> files;
  return files;
}

// The byte that represents the whole file: the last there can be, where no data is and none of
// SQLite's locks, which are of the same kind.
struct flock claim_of_the_file() {
  struct flock claim {};
  claim.l_type = F_WRLCK;
  claim.l_whence = SEEK_SET;
  claim.l_start = std::numeric_limits<off_t>::max();
  claim.l_len = 1;
  return claim;
}

[[noreturn]] void in_use(const std::string& path) {
  throw Error(
      fmt::format("{}: another crawl is writing this file; wait for its end, "
                  "or give another --db",
                  path));
}

}  // namespace

Error unreadable(const std::string& path, int code) {
  return Error(fmt::format(
      "{}: cannot be read: {}", path,
      code == ENOENT ? "there is no such file; weft crawl makes one" : std::strerror(code)));
}

FileLock FileLock::claim(const std::string& path) {
  FileLock lock;
  struct stat info {};
  if (stat(path.c_str(), &info) == 0) {
    if (S_ISDIR(info.st_mode)) throw Error(path + ": is a directory; --db takes a file");
    if (!S_ISREG(info.st_mode)) throw Error(path + ": is not a regular file");
    const std::scoped_lock guard(claimed_mutex);
    if (claimed().contains({info.st_dev, info.st_ino})) in_use(path);
  }
  lock.fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kFileMode);
  lock.created_ = lock.fd_ >= 0;
  if (!lock.created_ && errno == EEXIST)
    lock.fd_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode);
  if (lock.fd_ < 0)
    throw Error(fmt::format(
        "{}: cannot be written: {}", path,
        errno == ENOENT ? "its folder is not there; make that first" : std::strerror(errno)));
  struct flock wanted = claim_of_the_file();
  if (fcntl(lock.fd_, F_OFD_SETLK, &wanted) != 0) {
    if (errno == EAGAIN || errno == EACCES) in_use(path);
    throw Error(fmt::format("{}: cannot be locked: {}", path, std::strerror(errno)));
  }
  // Another crawl may have put a new file in this one's place between open and fcntl.
  struct stat mine {};
  if (fstat(lock.fd_, &mine) != 0 || stat(path.c_str(), &info) != 0 || mine.st_ino != info.st_ino ||
      mine.st_dev != info.st_dev)
    in_use(path);
  lock.device_ = mine.st_dev;
  lock.inode_ = mine.st_ino;
  const std::scoped_lock guard(claimed_mutex);
  claimed().insert({lock.device_, lock.inode_});
  return lock;
}

off_t FileLock::size() const {
  struct stat info {};
  return fstat(fd_, &info) == 0 ? info.st_size : 0;
}

void FileLock::release() noexcept {
  if (fd_ < 0) return;
  if (inode_ != 0) {
    const std::scoped_lock guard(claimed_mutex);
    claimed().erase({device_, inode_});
  }
  close(fd_);
  fd_ = -1;
}

void FileLock::swap(FileLock& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(created_, other.created_);
  std::swap(device_, other.device_);
  std::swap(inode_, other.inode_);
}

ClaimProbe::ClaimProbe(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (fd_ < 0) throw unreadable(path, errno);
}

ClaimProbe::~ClaimProbe() { close(fd_); }

bool ClaimProbe::is_claimed() const {
  struct flock claim = claim_of_the_file();  // F_OFD_GETLK replaces it by a conflicting lock
  return fcntl(fd_, F_OFD_GETLK, &claim) == 0 && claim.l_type != F_UNLCK;
}

}  // namespace storage
