#include "crawler/serve/watch.h"

#include <sys/stat.h>

#include <filesystem>

#include "storage/database.h"
#include "storage/wall_time.h"

namespace crawler {
namespace {

std::string canonical(const std::string& path) {
  std::error_code error;
  std::string found = std::filesystem::canonical(path, error);
  if (error) throw storage::unreadable(path, error.value());
  return found;
}

// Each start has numbers of its own: a page that was left open meets no number that it knows.
std::int64_t first_change() { return storage::wall_now() / 1000; }

}  // namespace

FileWatch::FileWatch(const std::string& path)
    : path_(canonical(path)), probe_(path_), marks_(read_marks()), change_(first_change()) {}

FileWatch::Marks FileWatch::read_marks() const {
  Marks marks{};
  const auto read = [&marks](const std::string& path, std::size_t at) {
    struct stat info {};
    if (stat(path.c_str(), &info) != 0) return;
    marks[at] = static_cast<std::int64_t>(info.st_ino);
    marks[at + 1] = info.st_size;
    marks[at + 2] = info.st_mtim.tv_sec;
    marks[at + 3] = info.st_mtim.tv_nsec;
  };
  read(path_, 0);
  read(path_ + "-wal", 4);
  return marks;
}

bool FileWatch::has_log() const { return read_marks()[4] != 0; }

FileWatch::State FileWatch::look() {
  const Marks now = read_marks();
  const std::scoped_lock lock(mutex_);
  if (now[0] != marks_[0])
    throw storage::Error(path_ + ": was replaced by another file; restart weft serve");
  if (now != marks_) ++change_;
  marks_ = now;
  return {change_, probe_.is_claimed()};
}

}  // namespace crawler
