#include "crawler/site/text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <utility>

namespace crawler {
namespace {

// Sentences ready to be put into pages: enough that two pages seldom share more than a few.
constexpr std::size_t kSentences = 4096;
// Slots of the table that words are drawn from; the rarest word has about one.
constexpr std::size_t kDraws = 8192;

constexpr std::array kNouns = std::to_array<std::string_view>(
    {"river",     "harbor",     "garden",     "engine",    "letter",    "mountain", "market",
     "window",    "island",     "library",    "winter",    "summer",    "bridge",   "village",
     "kitchen",   "railway",    "forest",     "mirror",    "captain",   "teacher",  "weather",
     "journey",   "history",    "machine",    "signal",    "station",   "harvest",  "meadow",
     "lantern",   "compass",    "voyage",     "painter",   "violin",    "orchard",  "quarry",
     "castle",    "farmer",     "doctor",     "printer",   "valley",    "canal",    "glacier",
     "desert",    "pigeon",     "falcon",     "salmon",    "copper",    "silver",   "granite",
     "marble",    "timber",     "cotton",     "pepper",    "ginger",    "barley",   "clover",
     "walnut",    "cherry",     "almond",     "candle",    "blanket",   "button",   "needle",
     "thread",    "pattern",    "fabric",     "carpet",    "ladder",    "hammer",   "anchor",
     "sailor",    "pilot",      "rocket",     "planet",    "comet",     "shadow",   "thunder",
     "rainbow",   "current",    "harmony",    "rhythm",    "chorus",    "theatre",  "museum",
     "gallery",   "archive",    "journal",    "chapter",   "paragraph", "grammar",  "alphabet",
     "dialect",   "proverb",    "legend",     "fable",     "riddle",    "puzzle",   "chess",
     "ribbon",    "pocket",     "basket",     "barrel",    "bottle",    "kettle",   "furnace",
     "chimney",   "cellar",     "attic",      "balcony",   "corridor",  "archway",  "fountain",
     "statue",    "temple",     "monastery",  "cathedral", "tower",     "fortress", "frontier",
     "province",  "capital",    "parliament", "council",   "treaty",    "merchant", "caravan",
     "custom",    "tariff",     "ledger",     "invoice",   "auction",   "workshop", "factory",
     "foundry",   "turbine",    "piston",     "circuit",   "magnet",    "crystal",  "prism",
     "telescope", "microscope", "laboratory", "theorem",   "equation",  "fraction", "triangle",
     "spiral",    "horizon",    "equator",    "latitude",  "climate",   "monsoon",  "drought",
     "blizzard",  "avalanche",  "volcano",    "geyser",    "lagoon"});

constexpr std::array kAdjectives = std::to_array<std::string_view>(
    {"northern", "quiet",    "ancient", "narrow",  "golden",    "hidden",  "broken", "early",
     "modern",   "distant",  "wooden",  "gentle",  "silent",    "crowded", "famous", "frozen",
     "hollow",   "southern", "curious", "patient", "brilliant", "careful", "common", "rare",
     "heavy",    "bitter",   "coastal", "rural",   "royal",     "private", "public", "scarlet",
     "yellow",   "purple",   "shallow", "steep",   "smooth",    "rough",   "local",  "foreign",
     "annual",   "sudden",   "gradual", "precise", "complete",  "certain", "useful", "western",
     "eastern",  "empty",    "little",  "great",   "young",     "old",     "new",    "slow"});

constexpr std::array kVerbs = std::to_array<std::string_view>(
    {"follows",  "crosses",   "remembers", "carries",  "describes", "surrounds", "measures",
     "repairs",  "explains",  "borrows",   "collects", "divides",   "protects",  "reveals",
     "replaces", "resembles", "supports",  "changes",  "guides",    "reaches",   "welcomes",
     "observes", "joins",     "leaves",    "finds",    "keeps",     "shows",     "moves",
     "builds",   "answers",   "paints",    "studies"});

constexpr std::array kPlaces = std::to_array<std::string_view>(
    {"in the", "near the", "behind the", "under the", "beyond the", "across the", "before the",
     "after the", "along the", "without the", "for the", "from the"});

constexpr std::array kFrench = std::to_array<std::string_view>(
    {"L'été dernier, la forêt était très calme près du château.",
     "Le garçon a mangé une crêpe à la crème sous le chêne.",
     "Où est passée la clé du théâtre où l'élève répétait ?",
     "Noël approche et la neige gèle déjà les fenêtres du musée.",
     "Ça et là, des pêcheurs français réparent leurs bateaux abîmés."});

// Draws from `words` so that the first is the most frequent: word n has a share of 1/(n+1).
template <std::size_t N>
class Zipf {
 public:
  explicit Zipf(const std::array<std::string_view, N>& words) : words_(words) {
    double total = 0;
    for (std::size_t n = 0; n < N; ++n) total += 1.0 / static_cast<double>(n + 1);
    double sum = 0;
    std::size_t slot = 0;
    for (std::size_t n = 0; n < N; ++n) {
      sum += 1.0 / static_cast<double>(n + 1) / total;
      const auto end = static_cast<std::size_t>(std::lround(sum * kDraws));
      for (; slot < end; ++slot) draws_[slot] = n;
    }
  }
  std::string_view operator()(std::uint64_t key) const { return words_[draws_[key % kDraws]]; }

 private:
  const std::array<std::string_view, N>& words_;
  std::array<std::size_t, kDraws> draws_{};
};

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// The next code point of well-formed UTF-8 of at most three bytes.
unsigned next_code_point(std::string_view& utf8) {
  const auto byte = [&](std::size_t n) {
    return n < utf8.size() ? static_cast<unsigned char>(utf8[n]) : 0U;
  };
  const std::size_t size = byte(0) < 0x80 ? 1 : byte(0) < 0xE0 ? 2 : 3;
  const unsigned point = size == 1 ? byte(0)
                         : size == 2
                             ? (byte(0) & 0x1F) << 6 | (byte(1) & 0x3F)
                             : (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
  utf8.remove_prefix(std::min(size, utf8.size()));
  return point;
}

}  // namespace

std::uint64_t mix(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
  std::uint64_t hash = 0;
  for (const std::uint64_t part : {a, b, c}) {  // splitmix64 over the parts
    hash += part + 0x9E3779B97F4A7C15U;
    hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9U;
    hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EBU;
    hash ^= hash >> 31;
  }
  return hash;
}

DemoText::DemoText(std::uint64_t seed) {
  const Zipf nouns(kNouns);
  const Zipf adjectives(kAdjectives);
  const Zipf verbs(kVerbs);
  sentences_.reserve(kSentences);
  for (std::size_t n = 0; n < kSentences; ++n) {
    std::uint64_t draws = 0;
    const auto draw = [&] { return mix(seed, n, ++draws); };
    std::string text = "The ";
    const auto add = [&](std::string_view word) { (text += word) += ' '; };
    if (draw() % 2 == 0) add(adjectives(draw()));
    add(nouns(draw()));
    add(verbs(draw()));
    add("the");
    if (draw() % 3 == 0) add(adjectives(draw()));
    add(nouns(draw()));
    if (draw() % 2 == 0) {
      add(kPlaces[draw() % kPlaces.size()]);
      add(nouns(draw()));
    }
    text.back() = '.';
    sentences_.push_back(std::move(text));
  }
}

std::string_view DemoText::noun(std::uint64_t key) const { return kNouns[key % kNouns.size()]; }

std::string DemoText::title(std::uint64_t key) const {
  std::string text(noun(mix(key, 1)));
  text.front() = upper(text.front());
  text += " of the ";
  text += kAdjectives[mix(key, 2) % kAdjectives.size()];
  text += ' ';
  text += noun(mix(key, 3));
  return text;
}

std::string_view DemoText::sentence(std::uint64_t key) const {
  return sentences_[key % kSentences];
}

std::string_view DemoText::french(std::uint64_t key) const { return kFrench[key % kFrench.size()]; }

std::string to_latin1(std::string_view utf8) {
  std::string bytes;
  while (!utf8.empty()) {
    const unsigned point = next_code_point(utf8);
    bytes += point <= 0xFF ? static_cast<char>(point) : '?';
  }
  return bytes;
}

std::string to_utf16le(std::string_view utf8) {
  std::string bytes = "\xFF\xFE";
  while (!utf8.empty()) {
    const unsigned point = next_code_point(utf8);
    bytes += static_cast<char>(point & 0xFF);
    bytes += static_cast<char>(point >> 8);
  }
  return bytes;
}

}  // namespace crawler
