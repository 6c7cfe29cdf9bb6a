// Where a command writes: a file that is replaced only when the new one is complete, or a folder
// that no name written into it can leave. What cannot be written is an Error.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

namespace storage {

class OutFile {
 public:
  // finish() puts the new content at `path`; without it, the old content stays. A file that is
  // replaced keeps its permissions (and, for root, its owner), and a symbolic link to it stays one.
  // A file that is not regular (a pipe), or is in /dev, is written directly. A folder is an Error,
  // and so is the crawl's own file: `crawl`, with the files that SQLite keeps beside it ("": none).
  explicit OutFile(const std::string& path, const std::string& crawl = {});
  ~OutFile();
  OutFile(OutFile&&) noexcept;
  OutFile& operator=(OutFile&&) = delete;

  std::ostream& stream();
  // Returns when all is written and in place; else throws Error.
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
  // Makes the folder where it is missing. One that is not empty needs `force`; then files with the
  // same names are replaced, and no others are touched.
  OutFolder(std::string path, bool force);
  ~OutFolder();
  OutFolder(const OutFolder&) = delete;
  OutFolder& operator=(const OutFolder&) = delete;

  // A new file; all names but the last are folders, made where they are missing. Symbolic links
  // among the names are not followed, and a name that leads out of the folder ("..", "a/b") is an
  // Error.
  [[nodiscard]] OutFile create(const std::vector<std::string>& names);
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
