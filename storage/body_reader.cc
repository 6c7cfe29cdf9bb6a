#include "storage/body_reader.h"

#include <zstd.h>

#include <new>

#include "storage/database.h"

namespace storage {

BodyReader::BodyReader()
    : context_(ZSTD_createDCtx(), ZSTD_freeDCtx), piece_(ZSTD_DStreamOutSize(), '\0') {
  if (!context_) throw std::bad_alloc();
}

BodyReader::~BodyReader() = default;

void BodyReader::read(std::string_view frame, std::int64_t size,
                      const std::function<void(std::string_view)>& take) {
  if (size < 0) throw Error("a kept body is damaged");
  ZSTD_DCtx_reset(context_.get(), ZSTD_reset_session_only);
  ZSTD_inBuffer in{frame.data(), frame.size(), 0};
  auto left = static_cast<std::uint64_t>(size);
  while (true) {
    ZSTD_outBuffer out{piece_.data(), piece_.size(), 0};
    const std::size_t code = ZSTD_decompressStream(context_.get(), &out, &in);
    if (ZSTD_isError(code) != 0 || out.pos > left) throw Error("a kept body is damaged");
    left -= out.pos;
    if (out.pos > 0) take({piece_.data(), out.pos});
    if (code == 0) break;
    // Nothing more comes of a frame that was cut off.
    if (in.pos == in.size && out.pos < out.size) throw Error("a kept body is damaged");
  }
  if (left > 0 || in.pos < in.size) throw Error("a kept body is damaged");
}

}  // namespace storage
