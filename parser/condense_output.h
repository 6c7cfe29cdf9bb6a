// The condensed page while it is written, and the table of what its placeholders stand for. Both
// keep their memory from page to page, and give back what an ordinary page does not need.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "parser/condense.h"

namespace parser {

class CondensedText {
 public:
  void clear();
  // Makes sure of `bytes` more than there are.
  void reserve(std::size_t bytes) {
    if (capacity_ - size_ < bytes) grow(bytes);
  }
  void append(std::string_view text) {
    reserve(text.size());
    std::memcpy(bytes_.get() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void append(char c) {
    reserve(1);
    bytes_[size_++] = c;
  }
  std::size_t size() const { return size_; }
  void truncate(std::size_t size) { size_ = size; }
  std::string_view from(std::size_t at) const { return {bytes_.get() + at, size_ - at}; }

 private:
  void grow(std::size_t bytes);

  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

class RunTable {
 public:
  // Runs that the characters of plane 16 can tell apart.
  static constexpr std::size_t kMaxRuns = 30'000'000;

  void clear();
  void add_piece(TextPiece piece) { pieces_.push_back(piece); }
  std::size_t pieces() const { return pieces_.size(); }
  TextPiece& piece(std::size_t at) { return pieces_[at]; }
  void drop_pieces(std::size_t from) { pieces_.resize(from); }

  // Makes a run of the pieces [begin, end) and writes its placeholder.
  void add_run(std::size_t begin, std::size_t end, std::uint32_t elements, CondensedText& out);
  bool is_full() const { return runs_.size() >= kMaxRuns; }
  Condenser::Run expand(const char*& at) const;

 private:
  struct Entry {
    std::uint32_t begin;
    std::uint32_t pieces;
    std::uint32_t elements;
  };

  std::vector<TextPiece> pieces_;
  std::vector<Entry> runs_;
};

}  // namespace parser
