// Where an export goes: a file that takes no other file's place, or a folder that nothing written
// into it can leave. What they refuse is an Error.
#pragma once

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "storage/database.h"

namespace storage {

class OutFile {
 public:
  // A new file at `path`; with `force` also one in the place of another regular file, but never of
  // the crawl's own. What is no regular file (a pipe, /dev/null) is written to as it is.
  OutFile(const std::string& path, bool force, const Database& crawl);
  // Without finish(), a file that was made here goes away again.
  ~OutFile();
  OutFile(OutFile&&) noexcept;
  OutFile& operator=(OutFile&&) = delete;

  std::ostream& stream();
  // All is written, or Error.
  void finish();

 private:
  friend class OutFolder;
  class Buffer;
  OutFile(int fd, std::string path);

  std::string path_;
  bool made_ = false;
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
