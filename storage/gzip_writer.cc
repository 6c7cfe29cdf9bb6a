#include "storage/gzip_writer.h"

#define ZLIB_CONST  // it reads through pointers to const, if asked to
#include <zlib.h>

#include <algorithm>
#include <limits>
#include <new>

#include "storage/database.h"

namespace storage {
namespace {

constexpr std::size_t kPieceBytes = 64 << 10;
constexpr int kGzipWindow = MAX_WBITS + 16;  // zlib's way to ask for a gzip header
constexpr int kMemoryLevel = 8;              // zlib's default

}  // namespace

GzipWriter::GzipWriter(std::ostream& out)
    : out_(out), stream_(std::make_unique<z_stream_s>()), piece_(kPieceBytes, '\0') {
  if (deflateInit2(stream_.get(), Z_DEFAULT_COMPRESSION, Z_DEFLATED, kGzipWindow, kMemoryLevel,
                   Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
}

GzipWriter::~GzipWriter() { deflateEnd(stream_.get()); }

void GzipWriter::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t count = std::min<std::size_t>(bytes.size(), std::numeric_limits<uInt>::max());
    run(bytes.substr(0, count), Z_NO_FLUSH);
    bytes.remove_prefix(count);
  }
}

std::uint64_t GzipWriter::end_member() {
  run({}, Z_FINISH);
  deflateReset(stream_.get());
  if (!out_) throw Error("the output could not be written whole");
  return written_;
}

void GzipWriter::run(std::string_view bytes, int flush) {
  stream_->next_in = reinterpret_cast<const Bytef*>(bytes.data());
  stream_->avail_in = static_cast<uInt>(bytes.size());
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(piece_.data());
    stream_->avail_out = static_cast<uInt>(piece_.size());
    deflate(stream_.get(), flush);
    const std::size_t count = piece_.size() - stream_->avail_out;
    out_.write(piece_.data(), static_cast<std::streamsize>(count));
    written_ += count;
  } while (stream_->avail_out == 0);
}

}  // namespace storage
