// Where a command writes: a file that takes another's place only when it is whole, or a folder that
// nothing written into it can leave. What they refuse is an Error.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace storage {

class OutFile {
 public:
  // What is written stands at `path` from finish() on; until then, and for good where the run ends
  // without it, what was there stays as it was. A file that is replaced keeps its permissions (and,
  // for root, its owner), and a symbolic link to it stays one. What is no regular file (a pipe), or
  // stands in /dev, is written to as it comes. A folder is refused, and so is the crawl's own file:
  // `crawl` with what SQLite keeps beside it ("": there is none).
  explicit OutFile(const std::string& path, const std::string& crawl = {});
  ~OutFile();
  OutFile(OutFile&&) noexcept;
  OutFile& operator=(OutFile&&) = delete;

  std::ostream& stream();
  // All is written and in its place, or Error.
  void finish();

 private:
  friend class OutFolder;
  class Buffer;
  OutFile(int fd, std::string path);
  void open_beside(const std::string& place);

  std::string path_;   // as it was named
  std::string place_;  // that it takes at finish(); "": it is written in place
  std::string made_;   // its name until then; "": it has none
  std::unique_ptr<Buffer> buffer_;
  std::unique_ptr<std::ostream> stream_;
};

class OutFolder {
 public:
  // Makes the folder where there is none. One that has anything in it needs `force`; then files in
  // it are replaced, and no other is touched.
  OutFolder(std::string path, bool force);
  ~OutFolder();
  OutFolder(const OutFolder&) = delete;
  OutFolder& operator=(const OutFolder&) = delete;

  // A new file; all names but the last are folders, made where they are missing. A symbolic link
  // among the names is not followed, whoever put it there, and a name that leads elsewhere ("..",
  // "a/b") is an Error.
  OutFile create(const std::vector<std::string>& names);
  // Gives a file in the folder `names` another name.
  void rename(const std::vector<std::string>& names, const std::string& from,
              const std::string& to);

 private:
  class Descriptor;
  Descriptor open_folder(const std::vector<std::string>& names, std::size_t count) const;

  std::string path_;
  bool force_;
  int fd_ = -1;
};

}  // namespace storage
