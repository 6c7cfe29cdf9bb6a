// Writes gzip (RFC 1952) in members, each of which can be unpacked alone, as an index into a
// compressed file needs it.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>

struct z_stream_s;

namespace storage {

class GzipWriter {
 public:
  // `out` must outlive this.
  explicit GzipWriter(std::ostream& out);
  ~GzipWriter();
  GzipWriter(const GzipWriter&) = delete;
  GzipWriter& operator=(const GzipWriter&) = delete;

  // Into the member under way; the first write after a member's end begins the next.
  void write(std::string_view bytes);
  // Returns the compressed bytes of all members so far.
  std::uint64_t end_member();

 private:
  void run(std::string_view bytes, int flush);

  std::ostream& out_;
  std::unique_ptr<z_stream_s> stream_;
  std::string piece_;
  std::uint64_t written_ = 0;
};

}  // namespace storage
