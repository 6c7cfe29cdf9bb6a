#include "storage/out_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <streambuf>
#include <string_view>
#include <system_error>
#include <utility>

#include "storage/error.h"

namespace storage {
namespace {

constexpr std::size_t kBufferBytes = 64 << 10;  // few system calls, and little beside the rest
constexpr mode_t kFileMode = 0666;              // what the umask leaves of it
constexpr mode_t kFolderMode = 0777;

[[noreturn]] void fail(const std::string& path, std::string_view why) {
  throw Error(fmt::format("{}: {}", path, why));
}

[[noreturn]] void fail_errno(const std::string& path) { fail(path, std::strerror(errno)); }

// How the kernel calls an open file, be it without a name of its own.
std::string name_of(int fd) { return fmt::format("/proc/self/fd/{}", fd); }

bool is_the_crawl(const std::string& path, const std::string& crawl) {
  namespace fs = std::filesystem;
  std::error_code none;
  if (crawl.empty()) return false;
  if (fs::equivalent(path, crawl, none)) return true;
  const std::string place = fs::weakly_canonical(path, none);
  const std::string own = fs::weakly_canonical(crawl, none);
  for (const char* beside : {"", "-wal", "-shm", "-journal"})
    if (!own.empty() && place == own + beside) return true;
  return false;
}

// Calls `take` with names in the folder of `place` until it takes one: returns false and EEXIST
// where a file has that name.
template <class Take>
std::string take_name_beside(const std::string& place, Take take) {
  constexpr int kTries = 100;  // names of earlier runs with our number that were killed
  const std::filesystem::path folder = std::filesystem::path(place).parent_path();
  for (int i = 0; i < kTries; ++i) {
    std::string name = folder / fmt::format(".weft-{}-{}", getpid(), i);
    if (take(name)) return name;
    if (errno != EEXIST) break;
  }
  throw Error(fmt::format("cannot write {}: {}", place, std::strerror(errno)));
}

}  // namespace

class OutFile::Buffer : public std::streambuf {
 public:
  explicit Buffer(int fd) : fd_(fd) { setp(bytes_.data(), bytes_.data() + bytes_.size()); }
  ~Buffer() override { ::close(fd_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  int fd() const { return fd_; }
  // errno of the first write that failed; 0: none did.
  int error() const { return error_; }

 protected:
  int_type overflow(int_type c) override {
    if (sync() != 0) return traits_type::eof();
    if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
    return traits_type::not_eof(c);
  }
  int sync() override {
    for (const char* at = pbase(); at < pptr();) {
      const ssize_t count = ::write(fd_, at, static_cast<std::size_t>(pptr() - at));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        if (error_ == 0) error_ = errno;
        return -1;
      }
      at += count;
    }
    setp(bytes_.data(), bytes_.data() + bytes_.size());
    return 0;
  }

 private:
  const int fd_;
  int error_ = 0;
  std::array<char, kBufferBytes> bytes_{};
};

OutFile::OutFile(int fd, std::string path)
    : path_(std::move(path)),
      buffer_(std::make_unique<Buffer>(fd)),
      stream_(std::make_unique<std::ostream>(buffer_.get())) {}

OutFile::OutFile(const std::string& path, const std::string& crawl) : path_(path) {
  if (is_the_crawl(path, crawl)) fail(path, "is the crawl's own file; name another");
  struct stat there {};
  const bool exists = stat(path.c_str(), &there) == 0;
  if (path.ends_with('/') || (exists && S_ISDIR(there.st_mode)))
    fail(path, "is a folder; name a file");
  if (exists && access(path.c_str(), W_OK) != 0)
    throw Error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
  // /dev/stdout may be a regular file, which then is not ours to replace.
  if (exists && (!S_ISREG(there.st_mode) || path.starts_with("/dev/"))) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (fd < 0) throw Error(fmt::format("cannot write {}: {}", path, std::strerror(errno)));
    buffer_ = std::make_unique<Buffer>(fd);
  } else {
    open_beside(exists ? std::filesystem::canonical(path).string() : path);
    constexpr mode_t kPermissions = 0777;
    // Only root gives a file to another; what others replace becomes their own.
    const bool as_it_was =
        !exists || ((fchown(buffer_->fd(), there.st_uid, there.st_gid) == 0 || errno == EPERM) &&
                    fchmod(buffer_->fd(), there.st_mode & kPermissions) == 0);
    if (!as_it_was) fail_errno(path);
  }
  stream_ = std::make_unique<std::ostream>(buffer_.get());
}

// In the folder of its place, so that it can be renamed to it. Without a name, where the file
// system can do that: however the run ends, nothing is left.
void OutFile::open_beside(const std::string& place) {
  std::filesystem::path folder = std::filesystem::path(place).parent_path();
  if (folder.empty()) folder = ".";
  if (const int fd = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, kFileMode); fd >= 0) {
    buffer_ = std::make_unique<Buffer>(fd);
    if (access(name_of(fd).c_str(), F_OK) == 0) {
      place_ = place;
      return;
    }
  }
  made_ = take_name_beside(place, [this](const std::string& name) {
    const int fd =
        ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
    if (fd >= 0) buffer_ = std::make_unique<Buffer>(fd);
    return fd >= 0;
  });
  place_ = place;
}

OutFile::OutFile(OutFile&& other) noexcept
    : path_(std::move(other.path_)),
      place_(std::exchange(other.place_, {})),
      made_(std::exchange(other.made_, {})),
      buffer_(std::move(other.buffer_)),
      stream_(std::move(other.stream_)) {}

OutFile::~OutFile() {
  if (!made_.empty()) unlink(made_.c_str());
}

std::ostream& OutFile::stream() { return *stream_; }

void OutFile::finish() {
  stream_->flush();
  if (!*stream_)
    fail(path_, "could not be written whole: " + std::string(std::strerror(buffer_->error())));
  if (place_.empty()) return;
  if (made_.empty())
    made_ = take_name_beside(place_, [this](const std::string& name) {
      return linkat(AT_FDCWD, name_of(buffer_->fd()).c_str(), AT_FDCWD, name.c_str(),
                    AT_SYMLINK_FOLLOW) == 0;
    });
  if (std::rename(made_.c_str(), place_.c_str()) != 0) fail_errno(path_);
  made_.clear();
  place_.clear();
}

class OutFolder::Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

OutFolder::OutFolder(std::string path, bool force) : path_(std::move(path)), force_(force) {
  if (mkdir(path_.c_str(), kFolderMode) != 0 && errno != EEXIST) fail_errno(path_);
  fd_ = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd_ < 0) fail_errno(path_);
  try {
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(opendir(path_.c_str()), closedir);
    if (!entries) fail_errno(path_);
    while (const dirent* entry = readdir(entries.get())) {
      const std::string_view name = entry->d_name;
      if (!force_ && name != "." && name != "..")
        fail(path_, "is not empty; name another folder, or give --force");
    }
  } catch (...) {
    ::close(fd_);
    throw;
  }
}

OutFolder::~OutFolder() { ::close(fd_); }

OutFolder::Descriptor OutFolder::open_folder(const std::vector<std::string>& names,
                                             std::size_t count) const {
  Descriptor folder(::openat(fd_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd() < 0) fail_errno(path_);
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string& name = names[i];
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos ||
        name.find('\0') != std::string::npos)
      fail(path_, "a file name would lead out of the folder");
    if (i >= count) break;
    if (mkdirat(folder.fd(), name.c_str(), kFolderMode) != 0 && errno != EEXIST)
      fail_errno(path_ + "/" + name);
    Descriptor next(
        ::openat(folder.fd(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (next.fd() < 0)
      fail(path_ + "/" + name, "is not a folder: remove it, or name another folder");
    folder = std::move(next);
  }
  return folder;
}

OutFile OutFolder::create(const std::vector<std::string>& names) {
  const Descriptor folder = open_folder(names, names.size() - 1);
  const std::string& name = names.back();
  std::string shown = path_;
  for (const std::string& part : names) (shown += '/') += part;
  if (force_ && unlinkat(folder.fd(), name.c_str(), 0) != 0 && errno != ENOENT) fail_errno(shown);
  const int fd = ::openat(folder.fd(), name.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kFileMode);
  if (fd < 0) fail_errno(shown);
  return OutFile(fd, std::move(shown));
}

void OutFolder::rename(const std::vector<std::string>& names, const std::string& from,
                       const std::string& to) {
  const Descriptor folder = open_folder(names, names.size());
  if (renameat(folder.fd(), from.c_str(), folder.fd(), to.c_str()) != 0)
    fail_errno(path_ + "/" + from);
}

}  // namespace storage
