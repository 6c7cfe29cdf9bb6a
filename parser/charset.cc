#include "parser/charset.h"

#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucsdet.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <new>
#include <string>

#include "parser/encoding_labels.h"
#include "parser/meta_prescan.h"
#include "parser/utf8.h"

namespace parser {
namespace {

// Bytes given to ICU's detector, from the first that is not ASCII: its verdict does not improve
// with more, and its time grows with them.
constexpr std::size_t kDetectBytes = 16u << 10;
// ICU's confidence, of 100, below which its guess is no better than windows-1252: it gives 10
// or 15 where there are too few bytes to tell.
constexpr std::int32_t kMinConfidence = 20;
// A body that is UTF-8 but for one in so many characters is UTF-8, cut off or damaged. ICU would
// give it less confidence than it gives to encodings in which every byte means something.
constexpr std::size_t kGoodForOneBad = 10;
// Room for decoded text kept from page to page, in bytes.
constexpr std::size_t kKeptRoom = 4u << 20;
// UTF-16 code units on the way from one encoding to the other.
constexpr std::size_t kPivotUnits = 4096;
// U+FFFD, the longest that one bad byte can become.

struct CloseConverter {
  void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

struct CloseDetector {
  void operator()(UCharsetDetector* detector) const { ucsdet_close(detector); }
};
using Detector = std::unique_ptr<UCharsetDetector, CloseDetector>;

// ICU's own substitution writes U+001A for a single bad byte of some encodings.
void substitute(const void*, UConverterToUnicodeArgs* args, const char*, std::int32_t,
                UConverterCallbackReason reason, UErrorCode* error) {
  if (reason > UCNV_IRREGULAR) return;
  constexpr UChar kCharacter = 0xFFFD;
  *error = U_ZERO_ERROR;
  ucnv_cbToUWriteUChars(args, &kCharacter, 1, 0, error);
}

Converter open_converter(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  Converter converter(ucnv_open(name, &error));
  if (U_FAILURE(error)) throw std::bad_alloc();
  ucnv_setToUCallBack(converter.get(), substitute, nullptr, nullptr, nullptr, &error);
  return converter;
}

bool is_damaged_utf8(std::string_view sample) {
  std::size_t good = 0;
  std::size_t bad = 0;
  while (!sample.empty()) {
    const Utf8Step step = utf8_step(sample);
    if (!step.valid)
      ++bad;
    else if (step.bytes > 1)
      ++good;
    sample.remove_prefix(step.bytes);
  }
  return good > kGoodForOneBad * bad;
}

}  // namespace

struct CharsetDecoder::State {
  Converter utf8 = open_converter("UTF-8");
  Detector detector;
  const Encoding* opened = nullptr;  // what `other` decodes
  Converter other;
  std::string text;

  const Encoding& detect(std::string_view body, std::size_t first_non_ascii);
  std::string_view convert(std::string_view body, const Encoding& encoding);
  std::string_view repair_utf8(std::string_view body, std::size_t valid);
};

CharsetDecoder::CharsetDecoder() : state_(std::make_unique<State>()) {
  UErrorCode error = U_ZERO_ERROR;
  state_->detector.reset(ucsdet_open(&error));
  if (U_FAILURE(error)) throw std::bad_alloc();
  ucsdet_enableInputFilter(state_->detector.get(), true);
}

CharsetDecoder::~CharsetDecoder() = default;

void CharsetDecoder::warm_up() {
  for (const char* const label : {"windows-1251", "gb18030", "shift_jis", "euc-kr", "iso-2022-jp"})
    decode("\x83\x65\x83", std::string("charset=") + label);
  decode("\xE9t\xE9", "");
}

CharsetDecoder::Decoded CharsetDecoder::decode(std::string_view body,
                                               std::string_view content_type) {
  State& state = *state_;
  if (state.text.capacity() > kKeptRoom) std::string().swap(state.text);

  const Encoding* encoding = nullptr;
  if (body.starts_with("\xEF\xBB\xBF")) {
    body.remove_prefix(3);
    encoding = &utf8_encoding();
  } else if (body.starts_with("\xFE\xFF")) {
    body.remove_prefix(2);
    encoding = &utf16be_encoding();
  } else if (body.starts_with("\xFF\xFE")) {
    body.remove_prefix(2);
    encoding = &utf16le_encoding();
  }
  if (encoding == nullptr) encoding = find_encoding(charset_parameter(content_type));
  if (encoding == nullptr) encoding = prescan_encoding(body);

  if (encoding == nullptr || encoding == &utf8_encoding()) {
    const std::size_t valid = valid_utf8_prefix(body);
    if (valid == body.size()) return {body, utf8_encoding().name};
    if (encoding != nullptr) return {state.repair_utf8(body, valid), encoding->name};
    encoding = &state.detect(body, ascii_prefix(body));
    if (encoding == &utf8_encoding()) return {state.repair_utf8(body, valid), encoding->name};
  }
  return {state.convert(body, *encoding), encoding->name};
}

const Encoding& CharsetDecoder::State::detect(std::string_view body, std::size_t first_non_ascii) {
  const std::string_view sample = body.substr(first_non_ascii, kDetectBytes);
  if (is_damaged_utf8(sample)) return utf8_encoding();
  UErrorCode error = U_ZERO_ERROR;
  ucsdet_setText(detector.get(), sample.data(), static_cast<std::int32_t>(sample.size()), &error);
  const UCharsetMatch* const match = ucsdet_detect(detector.get(), &error);
  if (U_FAILURE(error) || match == nullptr) return windows1252_encoding();
  if (ucsdet_getConfidence(match, &error) < kMinConfidence) return windows1252_encoding();
  const char* const name = ucsdet_getName(match, &error);
  const Encoding* const encoding = U_FAILURE(error) ? nullptr : find_encoding(name);
  return encoding == nullptr ? windows1252_encoding() : *encoding;
}

std::string_view CharsetDecoder::State::convert(std::string_view body, const Encoding& encoding) {
  if (opened != &encoding) {
    opened = nullptr;
    other = open_converter(encoding.converter);
    opened = &encoding;
  }
  std::array<UChar, kPivotUnits> pivot;
  UChar* pivot_source = pivot.data();
  UChar* pivot_target = pivot.data();
  const char* source = body.data();
  const char* const source_end = source + body.size();
  std::size_t used = 0;
  UErrorCode error = U_BUFFER_OVERFLOW_ERROR;
  // An eighth more than the body suffices for text that is mostly markup; it doubles from there.
  text.resize(std::max(text.capacity(), body.size() + body.size() / 8 + kReplacementText.size()));
  for (UBool first = 1; error == U_BUFFER_OVERFLOW_ERROR; first = 0) {
    if (first == 0) text.resize(2 * text.size());
    char* target = text.data() + used;
    error = U_ZERO_ERROR;
    ucnv_convertEx(utf8.get(), other.get(), &target, text.data() + text.size(), &source, source_end,
                   pivot.data(), &pivot_source, &pivot_target, pivot.data() + pivot.size(), first,
                   true, &error);
    used = static_cast<std::size_t>(target - text.data());
  }
  if (U_FAILURE(error)) throw std::bad_alloc();
  return {text.data(), used};
}

// One U+FFFD for each maximal part of a sequence, as the Encoding Standard has it.
std::string_view CharsetDecoder::State::repair_utf8(std::string_view body, std::size_t valid) {
  text.clear();
  text.reserve(body.size() + body.size() / 8);
  while (valid < body.size()) {
    text.append(body.substr(0, valid)).append(kReplacementText);
    body.remove_prefix(valid);
    body.remove_prefix(utf8_step(body).bytes);
    valid = valid_utf8_prefix(body);
  }
  text.append(body);
  return text;
}

}  // namespace parser
