#include "parser/condense_output.h"

#include <algorithm>

namespace parser {
namespace {

// Kept from page to page, in bytes and entries: above nearly every page.
constexpr std::size_t kKeptBytes = 4u << 20;
constexpr std::size_t kKeptEntries = 128u << 10;

// A placeholder is U+100000 + n for the first runs, and two characters for those beyond: which
// block of kPerBlock runs, then which of it. U+10FFFE and U+10FFFF are no characters.
constexpr std::uint32_t kFirst = 0x100000;
constexpr std::size_t kPerBlock = 65'000;
constexpr std::size_t kBlocks = 0xFFFE - kPerBlock;
static_assert(RunTable::kMaxRuns <= kPerBlock * (kBlocks + 1));

void append_character(std::uint32_t code, CondensedText& out) {
  const auto continuation = [&](unsigned shift) {
    return static_cast<char>(0x80 | ((code >> shift) & 0x3F));
  };
  const char bytes[] = {kPlaceholderLead, continuation(12), continuation(6), continuation(0)};
  out.append({bytes, sizeof bytes});
}

std::size_t read_character(const char*& at) {
  const auto bits = [&](int i) { return static_cast<std::size_t>(at[i] & 0x3F); };
  const std::size_t number = (bits(1) & 0x0F) << 12 | bits(2) << 6 | bits(3);
  at += 4;
  return number;
}

}  // namespace

void CondensedText::clear() {
  size_ = 0;
  if (capacity_ > kKeptBytes) {
    bytes_.reset();
    capacity_ = 0;
  }
}

void CondensedText::grow(std::size_t bytes) {
  const std::size_t capacity = std::max({size_ + bytes, 2 * capacity_, std::size_t{64} << 10});
  auto larger = std::make_unique_for_overwrite<char[]>(capacity);
  if (size_ > 0) std::memcpy(larger.get(), bytes_.get(), size_);
  bytes_ = std::move(larger);
  capacity_ = capacity;
}

void RunTable::clear() {
  pieces_.clear();
  runs_.clear();
  if (pieces_.capacity() > kKeptEntries) pieces_.shrink_to_fit();
  if (runs_.capacity() > kKeptEntries) runs_.shrink_to_fit();
}

void RunTable::add_run(std::size_t begin, std::size_t end, std::uint32_t elements,
                       CondensedText& out) {
  std::size_t number = runs_.size();
  runs_.push_back(
      {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - begin), elements});
  if (number >= kPerBlock) {
    number -= kPerBlock;
    append_character(static_cast<std::uint32_t>(kFirst + kPerBlock + number / kPerBlock), out);
    number %= kPerBlock;
  }
  append_character(static_cast<std::uint32_t>(kFirst + number), out);
}

Condenser::Run RunTable::expand(const char*& at) const {
  std::size_t number = read_character(at);
  if (number >= kPerBlock) number = kPerBlock * (number - kPerBlock + 1) + read_character(at);
  if (number >= runs_.size()) return {nullptr, nullptr, 0};
  const Entry& entry = runs_[number];
  const TextPiece* const begin = pieces_.data() + entry.begin;
  return {begin, begin + entry.pieces, entry.elements};
}

}  // namespace parser
