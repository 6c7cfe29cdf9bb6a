#include "parser/condense.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <functional>

#include "parser/ascii.h"
#include "parser/condense_context.h"
#include "parser/condense_depth.h"
#include "parser/condense_output.h"
#include "parser/condense_run.h"
#include "parser/html_scan.h"
#include "parser/html_tags.h"
#include "parser/html_text.h"

namespace parser {
namespace {

// Attributes kept of one tag: gumbo compares each with all before it.
constexpr std::size_t kMaxAttributes = 256;
// Elements of foreign content inside one another: an end tag is looked for in all of them.
constexpr std::size_t kMaxForeignDepth = 128;
// Elements around nothing but text inside one another.
constexpr std::size_t kMaxAround = 16;
// Of elements with one name and the same attributes in the list of active formatting elements,
// the Standard keeps this many ("Noah's Ark clause", 13.2.4.3).
constexpr std::size_t kNoahsArk = 3;

bool has(Tag tag, std::uint32_t traits) { return (traits_of(tag) & traits) != 0; }

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

const char* find_byte(const char* at, const char* end, char wanted) {
  if (at == end) return end;
  const void* const found = std::memchr(at, wanted, static_cast<std::size_t>(end - at));
  return found != nullptr ? static_cast<const char*>(found) : end;
}

}  // namespace

struct Condenser::State {
  CondensedText out;
  RunTable runs;
  OpenElements open;
  TreeContext tree;
};

// One page. What it knows of the tree is on the safe side: a flag says that something is possible
// until it cannot be.
class Condenser::Pass {
 public:
  Pass(State& state, std::string_view utf8, Arena& arena)
      : out_(state.out),
        runs_(state.runs),
        run_(state.runs, state.out),
        open_(state.open),
        tree_(state.tree),
        arena_(arena),
        at_(utf8.data()),
        end_(utf8.data() + utf8.size()),
        has_runs_(!has_odd_characters(utf8)) {
    out_.clear();
    runs_.clear();
    open_.clear();
    tree_.clear();
  }

  Result run(std::string_view utf8) {
    while (at_ != end_) {
      read_text();
      if (at_ != end_) read_markup();
    }
    flush_run();
    is_guess_ |= run_.has_lost_text();
    if (has_empty_end_tag_ && tree_.had_foreign()) is_guess_ = true;
    if (!is_flattened_ && (is_guess_ || !has_runs_)) return {utf8, true, false, false, 0};
    return {out_.from(0), false, has_runs_, is_flattened_, left_out_};
  }

 private:
  struct StartTag {
    const char* begin;
    std::string_view name;
    Tag tag;
    const char* end = nullptr;  // null: the page ends in it
    bool is_self_closing = false;
    bool hides = false;  // has an attribute that can hide the element
    bool ends_unquoted = false;
  };
  // An element whose tags are left out if its end tag follows after nothing but text.
  struct Around {
    StartTag start;
    std::size_t piece;       // the first inside it
    std::size_t words;       // of the run in front of it
    std::uint32_t elements;  // likewise
  };
  using Foreign = TreeContext::Foreign;

  // ---- Text

  // Up to the next '<' that begins markup.
  void read_text() {
    const char* piece = at_;
    const char* const stop = end_of_text(at_, end_);
    for (const char* amp; (amp = find_byte(at_, stop, '&')) != stop;) {
      const Reference found = read_reference(amp, end_, arena_);
      at_ = amp + std::max<std::size_t>(found.bytes, 1);
      if (found.bytes == 0) continue;
      add_text(piece, amp);
      add_reference(amp, found);
      piece = at_;
    }
    at_ = stop;
    if (at_ == end_)
      add_last_text(piece);
    else
      add_text(piece, at_);
  }

  void add_text(const char* begin, const char* end) {
    if (begin == end) return;
    if (has_runs_)
      run_.add(between(begin, end));
    else
      run_.copy(between(begin, end));
  }

  // Nothing stands behind the page's last byte, so its text is copied before a NUL.
  void add_last_text(const char* begin) {
    const auto bytes = static_cast<std::size_t>(end_ - begin);
    if (bytes == 0) return;
    char* const copy = static_cast<char*>(arena_.allocate(bytes + 1));
    std::memcpy(copy, begin, bytes);
    copy[bytes] = '\0';
    add_text(copy, copy + bytes);
  }

  void add_reference(const char* amp, const Reference& found) {
    if (!found.text.empty() && has_runs_) return run_.add(found.text);
    if (found.is_private) is_guess_ = true;
    flush_run();
    run_.copy_reference({amp, found.bytes});
  }

  // Writes the run of text, and the start tags in it whose elements turned out to hold more.
  void flush_run() {
    const std::size_t count = around_count_;
    around_count_ = 0;
    std::uint32_t before = 0;
    for (std::size_t i = 0; i < count; ++i) {
      Around& around = around_[i];
      run_.write_until(around.piece, around.elements - before);
      before = around.elements;
      const char* const at = at_;
      write_start(around.start);
      at_ = at;
    }
    // gumbo leaves a form without making a node of the text in front of its end tag, so what
    // follows the last tag or comment stands behind the form.
    run_.finish(tree_.in_form() && count == 0);
  }

  // ---- Markup

  void read_markup() {
    switch (markup_at(at_)) {
      case Markup::kStartTag:
        return read_start_tag();
      case Markup::kEndTag:
        return read_end_tag();
      case Markup::kEmptyEndTag:
        return skip_empty_end_tag();
      case Markup::kDeclaration:
        return read_declaration();
      case Markup::kBogusComment:
        return leave_out_comment(end_of_declaration(at_ + 2, end_));
    }
  }

  // "</>" is no token at all (13.2.5.7). gumbo takes it for the start of the next one's name where
  // it compares names in foreign content.
  void skip_empty_end_tag() {
    at_ += 3;
    has_empty_end_tag_ = true;
  }

  void read_declaration() {
    const char* const inside = at_ + 2;
    const std::string_view rest = between(inside, end_);
    if (rest.starts_with("--")) return leave_out_comment(end_of_comment(inside + 2, end_));
    const char* const behind = end_of_declaration(inside, end_);
    if (equals_ignoring_case(rest.substr(0, 7), "doctype")) {
      flush_run();
      run_.copy(between(at_, behind));
      at_ = behind;
      return;
    }
    // A section of characters in foreign content, a comment elsewhere.
    if (tree_.foreign() != Foreign::kNo && rest.starts_with("[CDATA[")) is_guess_ = true;
    leave_out_comment(behind);
  }

  // A comment parts the text around it where that is moved in front of a table, and keeps a line
  // feed behind <pre>. Elsewhere it changes nothing.
  void leave_out_comment(const char* behind) {
    at_ = behind;
    if (text_stays_in_place() && !run_.is_after_pre()) {
      run_.part();
      return;
    }
    flush_run();
    run_.copy("<!---->");
  }

  bool text_stays_in_place() const { return has_runs_ && tree_.text_stays_in_place(); }

  // ---- Start tags

  void read_start_tag() {
    const char* const behind = end_of_name(at_ + 1, end_);
    if (behind == end_) return drop_cut_tag();
    StartTag start{at_, between(at_ + 1, behind), tag_of(between(at_ + 1, behind))};
    const bool was_foreign = tree_.foreign() == Foreign::kYes;
    if (was_foreign && tree_.stays_foreign(start.tag)) return write_foreign_start(start);
    if (!was_foreign && may_be_left_out(start.tag)) {
      read_attributes(start);
      if (start.end == nullptr) return drop_cut_tag();
      if (!start.hides) {
        around_[around_count_++] = {start, run_.pieces(), run_.words(), run_.elements()};
        at_ = start.end;
        return;
      }
    }
    flush_run();
    write_start(start);
  }

  // The end of the page in a tag: there is no tag.
  void drop_cut_tag() { at_ = end_; }

  bool may_be_left_out(Tag tag) const {
    if (!has(tag, kPhrase) || !text_stays_in_place() || around_count_ == kMaxAround) return false;
    if (!has(tag, kFormatting)) return true;
    std::size_t alike = tree_.most_active(tag);
    for (std::size_t i = 0; i < around_count_; ++i) alike += around_[i].start.tag == tag;
    return alike < kNoahsArk;
  }

  // Finds the tag's end and whether it hides.
  void read_attributes(StartTag& start) {
    const std::size_t mark = out_.size();
    write_attributes(start, 0);
    out_.truncate(mark);
  }

  // Writes the attributes that are `kept`, the first of each name.
  void write_attributes(StartTag& start, std::uint32_t kept) {
    AttributeReader reader(start.name.data() + start.name.size(), end_);
    std::uint32_t seen = 0;
    std::size_t count = 0;
    for (Attribute attribute; reader.next(attribute);) {
      if (is_joined(reader, start, attribute, count)) is_guess_ = true;
      const std::uint32_t bit = attribute_bit(attribute.name);
      const bool is_repeated = (seen & bit) != 0;
      seen |= bit;
      const bool hides =
          !is_repeated && (bit == kKeepHidden || (bit == kKeepStyle && may_hide(attribute.value)));
      start.hides |= hides;
      if (++count > kMaxAttributes) {
        is_flattened_ = true;
        continue;
      }
      if ((kept & kKeepAll) == 0) {
        if ((kept & bit) == 0 || is_repeated || (bit == kKeepStyle && !hides)) continue;
      }
      write_attribute(attribute);
      start.ends_unquoted = attribute.has_value && attribute.quote == 0;
    }
    start.end = reader.end_of_tag();
    start.is_self_closing = reader.is_self_closing();
  }

  // True for an attribute without a value, of which the name repeats one before it, and that is not
  // the last: gumbo joins its name and the next attribute's.
  bool is_joined(AttributeReader reader, const StartTag& start, const Attribute& attribute,
                 std::size_t count) const {
    if (attribute.has_value || count == 0 || count >= kMaxAttributes) return false;
    Attribute other;
    if (!reader.next(other)) return false;
    AttributeReader before(start.name.data() + start.name.size(), end_);
    while (before.next(other) && other.name.data() != attribute.name.data())
      if (equals_ignoring_case(other.name, attribute.name)) return true;
    return false;
  }

  void write_attribute(const Attribute& attribute) {
    out_.append(' ');
    out_.append(attribute.name);
    if (!attribute.has_value) return;
    out_.append('=');
    if (attribute.quote != 0) out_.append(attribute.quote);
    out_.append(attribute.value);
    if (attribute.quote != 0) out_.append(attribute.quote);
  }

  // Writes the tag without what is not `kept`. False, and nothing, where the page ends in it.
  bool write_tag(StartTag& start, std::uint32_t kept) {
    const std::size_t mark = out_.size();
    out_.append('<');
    out_.append(start.name);
    write_attributes(start, kept);
    if (start.end == nullptr) {
      out_.truncate(mark);
      drop_cut_tag();
      return false;
    }
    if (start.is_self_closing) out_.append(start.ends_unquoted ? " /" : "/");
    out_.append('>');
    at_ = start.end;
    return true;
  }

  // The start tag of what is an HTML element, or may be one.
  void write_start(StartTag& start) {
    const std::size_t mark = out_.size();
    std::uint32_t kept = kept_attributes(start.tag);
    if (tree_.foreign() == Foreign::kUnsure) kept |= kKeptOfForeign;
    if (!write_tag(start, kept)) return;
    const std::uint64_t attributes =
        has(start.tag, kFormatting)
            ? std::hash<std::string_view>()(out_.from(mark + 1 + start.name.size()))
            : 0;
    if (!open_.start(start.tag, attributes)) {
      out_.truncate(mark);
      ++left_out_;
      is_flattened_ = true;
      return;
    }
    run_.begin_content(start.tag == Tag::kPre || start.tag == Tag::kListing);
    tree_.start(start.tag, start.name, start.is_self_closing);
    if (start.tag == Tag::kFrameset || start.tag == Tag::kPlaintext || start.tag == Tag::kIsindex)
      is_guess_ = true;
    if (has(start.tag, kRawText)) read_raw_text(start.tag);
  }

  // Content without tags, up to the end tag.
  void read_raw_text(Tag tag) {
    if (tree_.may_ignore_raw_text(tag)) is_guess_ = true;
    const char* const close = end_of_content(tag, at_, end_);
    const bool is_shown = tag == Tag::kTitle || tag == Tag::kTextarea || tag == Tag::kXmp;
    if (is_shown && close != at_) {
      run_.copy(between(at_, close));
      if (tag == Tag::kTextarea) look_for_private_references(close);
    }
    at_ = close;
  }

  void look_for_private_references(const char* close) {
    for (const char* amp = at_; (amp = find_byte(amp, close, '&')) != close; ++amp)
      is_guess_ |= read_reference(amp, close, arena_).is_private;
  }

  // ---- Foreign content (13.2.6.5)

  void write_foreign_start(StartTag& start) {
    flush_run();
    const std::size_t mark = out_.size();
    if (!write_tag(start, kKeptOfForeign)) return;
    run_.begin_content(false);
    if (start.is_self_closing) return;
    if (tree_.foreign_depth() >= kMaxForeignDepth) return leave_out_foreign(start, mark);
    tree_.start_foreign(start.tag, start.name);
  }

  // The tag has been written at `mark`. A link stays, without its content.
  void leave_out_foreign(const StartTag& start, std::size_t mark) {
    is_flattened_ = true;
    ++foreign_left_out_[static_cast<std::size_t>(start.tag)];
    if (start.tag == Tag::kA) {
      out_.truncate(out_.size() - 1);
      out_.append(start.ends_unquoted ? " />" : "/>");
    } else {
      out_.truncate(mark);
      ++left_out_;
    }
  }

  // False where the end tag is to be left out.
  bool note_foreign_end(std::string_view name, bool is_plain) {
    const Tag tag = tag_of(name);
    if (tree_.foreign() == Foreign::kUnsure) return open_.end(tag);
    std::uint32_t& left_out = foreign_left_out_[static_cast<std::size_t>(tag)];
    if (left_out > 0) {
      --left_out;
      return false;
    }
    return tree_.end_foreign(name, is_plain) || !is_flattened_;
  }

  // gumbo compares an end tag in foreign content with all that stands between its "</" and '>'.
  void read_foreign_end(std::string_view name, const char* behind) {
    flush_run();
    const std::string_view tag = between(at_, behind);
    at_ = behind;
    if (note_foreign_end(name, tag.size() == name.size() + 3))
      run_.copy(tag);
    else
      is_flattened_ = true;
  }

  // ---- End tags

  void read_end_tag() {
    const char* const behind_name = end_of_name(at_ + 2, end_);
    AttributeReader reader(behind_name, end_);
    for (Attribute attribute; reader.next(attribute);) continue;
    const char* const behind = reader.end_of_tag();
    if (behind == nullptr) return drop_cut_tag();
    const std::string_view name = between(at_ + 2, behind_name);
    if (tree_.foreign() != Foreign::kNo) return read_foreign_end(name, behind);
    at_ = behind;
    const Tag tag = tag_of(name);
    if (ends_around(tag)) {
      --around_count_;
      run_.add_element();
      return;
    }
    flush_run();
    if (!open_.end(tag)) {
      is_flattened_ = true;
      return;
    }
    run_.copy("</");
    run_.copy(name);
    run_.copy(">");
    tree_.end(tag);
  }

  // True where `tag` ends an element around nothing but text, some of it words. White space at the
  // start of the text may be moved or dropped where none precedes it.
  bool ends_around(Tag tag) {
    if (around_count_ == 0) return false;
    const Around& around = around_[around_count_ - 1];
    if (around.start.tag != tag || run_.words() == around.words) return false;
    return around.words > 0 || !run_.begins_with_space(around.piece);
  }

  CondensedText& out_;
  RunTable& runs_;
  TextRun run_;  // that is being read
  OpenElements& open_;
  TreeContext& tree_;
  Arena& arena_;
  const char* at_;
  const char* const end_;
  const bool has_runs_;  // else text is copied

  std::array<Around, kMaxAround> around_;
  std::size_t around_count_ = 0;

  std::array<std::uint32_t, static_cast<std::size_t>(Tag::kCount)> foreign_left_out_{};

  bool has_empty_end_tag_ = false;
  bool is_guess_ = false;
  bool is_flattened_ = false;
  std::uint32_t left_out_ = 0;
};

Condenser::Condenser() : state_(std::make_unique<State>()) {}
Condenser::~Condenser() = default;

Condenser::Result Condenser::condense(std::string_view utf8, Arena& arena) {
  return Pass(*state_, utf8, arena).run(utf8);
}

Condenser::Run Condenser::expand(const char*& at) const { return state_->runs.expand(at); }

}  // namespace parser
