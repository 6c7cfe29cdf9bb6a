// Unpacks the bodies that --bodies kept, piece by piece, in bounded memory: the file may be
// untrusted, and the size that a body claims is not believed.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

struct ZSTD_DCtx_s;

namespace storage {

class BodyReader {
 public:
  BodyReader();
  ~BodyReader();

  // Hands the pieces of a zstd frame to `take`. Throws Error where the frame is damaged, or unpacks
  // to anything but `size` bytes (pages.body_bytes): no more than that are ever handed over.
  void read(std::string_view frame, std::int64_t size,
            const std::function<void(std::string_view)>& take);

 private:
  const std::unique_ptr<ZSTD_DCtx_s, std::size_t (*)(ZSTD_DCtx_s*)> context_;
  std::string piece_;
};

}  // namespace storage
