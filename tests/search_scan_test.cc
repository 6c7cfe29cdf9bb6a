// weft search against a scan: 200 questions made from a crawl's own words, each answered by reading
// every page's text, word by word, in a way that shares nothing with the index.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crawl_support.h"
#include "tests/json.h"

namespace {

// Sentences as pages in these languages have them; with Latin words and figures in between.
constexpr std::array<std::array<std::string_view, 6>, 4> kSentences{{
    {"北京大学的图书馆今天开放，学生可以借阅三本书。", "我们使用Python编程，也写一些C语言的程序。",
     "东京都的天气预报说，明天会下雨。", "铁路从上海通往杭州，全程一小时。",
     "这条河流经过古老的村庄和石桥。", "2026年的春天来得很早，花园里的樱花开了。"},
    {"東京都の天気は明日も雨でしょう。", "図書館で本を三冊借りて、家で読みました。",
     "プログラミング言語Rustは安全で速いです。", "新幹線は東京から京都まで二時間十五分かかります。",
     "カタカナとひらがなと漢字を使います。", "古い橋の下を川がゆっくり流れている。"},
    {"서울에서 부산까지 기차로 세 시간이 걸립니다.", "도서관에서 책을 세 권 빌렸습니다.",
     "내일은 비가 올 것으로 예상됩니다.", "우리는 Python으로 프로그램을 작성합니다.",
     "오래된 다리 아래로 강이 흐른다.", "봄에는 정원에 꽃이 핍니다."},
    {"แม่น้ำไหลผ่านหมู่บ้านเก่าและสะพานหิน", "วันนี้ห้องสมุดเปิดให้ยืมหนังสือได้สามเล่ม", "พรุ่งนี้กรุงเทพมหานครจะมีฝนตก",
     "เราใช้ภาษา Python เขียนโปรแกรม", "รถไฟไปเชียงใหม่ใช้เวลาสิบสองชั่วโมง", "ดอกไม้บานในสวนในฤดูใบไม้ผลิ"},
}};
constexpr std::array<std::string_view, 4> kLanguages{"zh", "ja", "ko", "th"};
constexpr int kPagesALanguage = 15;

// Pages of three sentences each, and one that links to them all.
void write_pages(const tests::TempDir& root) {
  std::mt19937 random(3);
  std::string index = "<title>Index</title>";
  for (std::size_t language = 0; language < kLanguages.size(); ++language) {
    const auto sentence = [&] { return std::string(kSentences[language][random() % 6]); };
    for (int page = 0; page < kPagesALanguage; ++page) {
      const std::string name = std::string(kLanguages[language]) + std::to_string(page) + ".html";
      index += "<a href=" + name + ">" + name + "</a> ";
      tests::write_file(root.file(name), "<!doctype html><meta charset=utf-8><html lang=" +
                                             std::string(kLanguages[language]) + "><title>" +
                                             sentence() + "</title><p>" + sentence() + "<p>" +
                                             sentence() + "<p>" + sentence());
    }
  }
  tests::write_file(root.file("index.html"), index);
}

// ---- The scan ----------------------------------------------------------------------------------

using Words = std::vector<std::u32string>;

std::u32string decoded(std::string_view utf8) {
  std::u32string out;
  for (std::size_t i = 0; i < utf8.size();) {
    const auto byte = static_cast<unsigned char>(utf8[i]);
    const std::size_t size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    char32_t letter = size == 1 ? byte : byte & (0x7fu >> size);
    for (std::size_t k = 1; k < size; ++k)
      letter = letter << 6 | (static_cast<unsigned char>(utf8[i + k]) & 0x3fu);
    out += letter;
    i += size;
  }
  return out;
}

std::string encoded(const std::u32string& letters) {
  std::string out;
  for (const char32_t c : letters) {
    if (c < 0x80) {
      out += static_cast<char>(c);
      continue;
    }
    if (c < 0x800) {
      out += static_cast<char>(0xc0 | c >> 6);
    } else {
      out += static_cast<char>(0xe0 | c >> 12);
      out += static_cast<char>(0x80 | (c >> 6 & 0x3f));
    }
    out += static_cast<char>(0x80 | (c & 0x3f));
  }
  return out;
}

// Of the languages above: no spaces between words, or endings that run on.
bool stands_alone(char32_t c) {
  return (c >= 0x0e01 && c <= 0x0e4e) || (c >= 0x3041 && c <= 0x30ff) ||
         (c >= 0x4e00 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3);
}

// A letter or figure without its case and accent; 0: neither. Latin-1 is all that the pages have.
char32_t folded(char32_t c) {
  constexpr std::string_view kFolded =
      "aaaaaa?ceeeeiiii?nooooo ?uuuuy??aaaaaa?ceeeeiiii?nooooo ?uuuuy?y";
  if (c >= 'A' && c <= 'Z') return c + 32;
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) return c;
  if (c < 0xc0 || c > 0xff) return 0;
  const char plain = kFolded[c - 0xc0];
  return plain == ' ' ? 0 : plain == '?' ? c : static_cast<char32_t>(plain);
}

Words words_of(std::string_view text) {
  Words words;
  std::u32string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(word);
    word.clear();
  };
  for (const char32_t c : decoded(text)) {
    if (stands_alone(c)) {
      end_word();
      words.push_back({c});
    } else if (const char32_t plain = folded(c)) {
      word += plain;
    } else {
      end_word();
    }
  }
  end_word();
  return words;
}

bool holds(const Words& words, const Words& phrase) {
  return std::search(words.begin(), words.end(), phrase.begin(), phrase.end()) != words.end();
}

struct Page {
  std::string url, host, lang;
  Words title, text;
};

struct Question {
  std::vector<std::string> arguments;  // of weft search
  std::vector<Words> phrases, in_title;
  std::string host, lang;

  bool fits(const Page& page) const {
    const auto in_either = [&](const Words& phrase) {
      return holds(page.title, phrase) || holds(page.text, phrase);
    };
    return std::all_of(phrases.begin(), phrases.end(), in_either) &&
           std::all_of(in_title.begin(), in_title.end(),
                       [&](const Words& phrase) { return holds(page.title, phrase); }) &&
           (host.empty() || page.host == host) && (lang.empty() || page.lang == lang);
  }
};

// ---- The crawl, and what is asked of it --------------------------------------------------------

class Scan : public testing::Test {
 protected:
  void SetUp() override {
    write_pages(root_);
    const tests::Nginx nginx({.root = root_.path().string(), .http = "charset utf-8;"});
    const tests::Site site({"--pages", "60", "--body", "1KiB", "--flaws", "0.3"}, 3);
    std::vector<std::string> seeds = site.start_urls();
    seeds.push_back(nginx.url("/index.html"));
    ASSERT_EQ(tests::crawl(seeds, db_).code, 0);
    const std::string rows = tests::run({"sqlite3", "-json", db_,
                                         "SELECT u.url, p.lang, t.title, t.text FROM page_text t "
                                         "JOIN urls u ON u.id = t.rowid JOIN pages p ON "
                                         "p.url_id = t.rowid ORDER BY u.url"})
                                 .out;
    for (const auto& row : tests::Json::parse(rows)) {
      Page page;
      page.url = row["url"];
      page.host = page.url.substr(7, page.url.find('/', 7) - 7);
      if (row["lang"].is_string()) page.lang = row["lang"];
      page.title = words_of(row["title"].text());
      page.text = words_of(row["text"].text());
      pages_.push_back(std::move(page));
    }
    ASSERT_GT(pages_.size(), 200u);
  }

  const Page& any_page() { return pages_[random_() % pages_.size()]; }
  const Page& page_in(std::string_view lang) {
    for (;;)
      if (const Page& page = any_page(); page.lang == lang) return page;
  }
  // So many words in a row of a page's text, from anywhere.
  Words phrase_of(const Page& page, std::size_t size) {
    const std::size_t from = random_() % (page.text.size() - size + 1);
    return {page.text.begin() + static_cast<long>(from),
            page.text.begin() + static_cast<long>(from + size)};
  }
  // As a person would write it: no space between letters that stand alone.
  static std::string written(const Words& phrase) {
    std::u32string text;
    for (std::size_t i = 0; i < phrase.size(); ++i) {
      if (i > 0 && !(stands_alone(phrase[i][0]) && stands_alone(phrase[i - 1][0]))) text += U' ';
      text += phrase[i];
    }
    return encoded(text);
  }
  static void add(Question& question, const Words& phrase) {
    question.phrases.push_back(phrase);
    question.arguments.push_back(written(phrase));
  }

  Question make_question(int number) {
    Question question;
    switch (number % 8) {
      case 0:  // a word
        add(question, phrase_of(any_page(), 1));
        break;
      case 1:  // two words, of a page or of two
        add(question, phrase_of(any_page(), 1));
        add(question, phrase_of(any_page(), 1));
        break;
      case 2:  // a phrase
        add(question, phrase_of(any_page(), 2 + random_() % 3));
        break;
      case 3: {  // a word on a host
        const Page& page = any_page();
        add(question, phrase_of(page, 1));
        question.host = page.host;
        question.arguments.push_back("site:" + page.host);
        break;
      }
      case 4: {  // a word of the title, and one of any page
        const Page& page = any_page();
        question.in_title.push_back({page.title[random_() % page.title.size()]});
        question.arguments.push_back("intitle:" + written(question.in_title[0]));
        add(question, phrase_of(page, 1));
        break;
      }
      case 5: {  // letters in a row, in a language
        const Page& page = page_in(kLanguages[random_() % kLanguages.size()]);
        add(question, phrase_of(page, 1 + random_() % 3));
        question.lang = page.lang;
        question.arguments.push_back("lang:" + page.lang);
        break;
      }
      default:  // letters in a row
        add(question,
            phrase_of(page_in(kLanguages[random_() % kLanguages.size()]), 1 + random_() % 6));
    }
    return question;
  }

  std::set<std::string> found(const Question& question) {
    std::vector<std::string> args{"search",       db_,       "--format", "tsv",
                                  "--no-headers", "--limit", "100000",   "--"};
    args.insert(args.end(), question.arguments.begin(), question.arguments.end());
    const tests::Ended ended = tests::weft(args);
    EXPECT_EQ(ended.err, "");
    std::set<std::string> urls;
    for (std::size_t at = 0; at < ended.out.size(); at = ended.out.find('\n', at) + 1)
      urls.insert(ended.out.substr(at, ended.out.find('\t', at) - at));
    return urls;
  }

  tests::TempDir root_;
  tests::TempDir dir_;
  const std::string db_ = dir_.file("crawl.db");
  std::vector<Page> pages_;
  std::mt19937 random_{11};
};

// Each question is a process: in parts, so that a slow build's test ends in time too.
class ScanOfQuestions : public Scan, public testing::WithParamInterface<int> {};

constexpr int kQuestionsInAPart = 40;

INSTANTIATE_TEST_SUITE_P(FiveParts, ScanOfQuestions, testing::Range(0, 5));

TEST_P(ScanOfQuestions, FindsThePagesThatSearchFinds) {
  const int first = GetParam() * kQuestionsInAPart;
  int answered = 0;
  for (int i = first; i < first + kQuestionsInAPart; ++i) {
    const Question question = make_question(i);
    std::set<std::string> expected;
    for (const Page& page : pages_)
      if (question.fits(page)) expected.insert(page.url);
    std::string asked;
    for (const std::string& argument : question.arguments) asked += argument + " | ";
    EXPECT_EQ(found(question), expected) << asked;
    answered += expected.empty() ? 0 : 1;
  }
  EXPECT_GT(answered, kQuestionsInAPart * 3 / 4) << "few questions have an answer at all";
}

TEST_F(Scan, RanksAsFts5sOwnBm25) {
  for (const std::string expression :
       {"the", "silver", "river OR harbor", "river AND the NOT silver", "\"the river\"", "riv*",
        "title : the", "\"東 京\" OR python"}) {
    const std::string expected =
        tests::run({"sqlite3", "-json", db_,
                    "SELECT u.url, -bm25(page_text, 10.0, 1.0) AS score FROM page_text f "
                    "JOIN urls u ON u.id = f.rowid WHERE page_text MATCH '" +
                        expression + "' ORDER BY score DESC, u.id LIMIT 30"})
            .out;
    const auto sqlite = tests::Json::parse(expected);
    const auto ours = tests::Json::parse(
        tests::weft({"search", db_, "--raw", expression, "--format", "json", "--limit", "30"}).out);
    ASSERT_EQ(ours.size(), sqlite.size()) << expression;
    EXPECT_GT(ours.size(), 1u) << expression;
    for (std::size_t i = 0; i < ours.size(); ++i) {
      EXPECT_EQ(ours[i]["url"], sqlite[i]["url"]) << expression << ", place " << i;
      const double score = sqlite[i]["score"].number();
      EXPECT_NEAR(ours[i]["score"].number(), score, score * 1e-9) << expression;
    }
  }
}

}  // namespace
