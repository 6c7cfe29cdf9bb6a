// Pages that no author meant to write, from a grammar: the parts that decide a tree, in any order.
// The same seed gives the same pages everywhere.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace fuzz {

class MalformedPages {
 public:
  explicit MalformedPages(std::uint32_t seed) : random_(seed) {}

  // One page. Each uses few of the names, so that they meet.
  std::string next() {
    choose_names();
    std::string page;
    if (one_in(4)) page += "<!DOCTYPE html>";
    if (one_in(6)) page += pick(kHeads);
    for (std::size_t parts = 1 + below(one_in(8) ? 120 : 30); parts > 0; --parts) add_part(page);
    if (one_in(3)) page.resize(below(page.size() + 1));
    return page;
  }

 private:
  template <std::size_t N>
  using Words = std::array<std::string_view, N>;

  static constexpr auto kNames = std::to_array<std::string_view>({"a",
                                                                  "b",
                                                                  "i",
                                                                  "em",
                                                                  "code",
                                                                  "font",
                                                                  "nobr",
                                                                  "span",
                                                                  "sub",
                                                                  "label",
                                                                  "q",
                                                                  "div",
                                                                  "p",
                                                                  "li",
                                                                  "ul",
                                                                  "dl",
                                                                  "dt",
                                                                  "dd",
                                                                  "h1",
                                                                  "h2",
                                                                  "pre",
                                                                  "listing",
                                                                  "table",
                                                                  "tbody",
                                                                  "thead",
                                                                  "tr",
                                                                  "td",
                                                                  "th",
                                                                  "caption",
                                                                  "colgroup",
                                                                  "col",
                                                                  "select",
                                                                  "option",
                                                                  "optgroup",
                                                                  "input",
                                                                  "textarea",
                                                                  "button",
                                                                  "form",
                                                                  "object",
                                                                  "marquee",
                                                                  "template",
                                                                  "svg",
                                                                  "math",
                                                                  "mi",
                                                                  "mtext",
                                                                  "desc",
                                                                  "title",
                                                                  "style",
                                                                  "script",
                                                                  "xmp",
                                                                  "iframe",
                                                                  "noframes",
                                                                  "noembed",
                                                                  "noscript",
                                                                  "body",
                                                                  "html",
                                                                  "head",
                                                                  "base",
                                                                  "meta",
                                                                  "link",
                                                                  "img",
                                                                  "image",
                                                                  "br",
                                                                  "hr",
                                                                  "area",
                                                                  "frame",
                                                                  "x-y",
                                                                  "ruby",
                                                                  "rt",
                                                                  "rp",
                                                                  "address",
                                                                  "center",
                                                                  "details",
                                                                  "blockquote",
                                                                  "foreignObject",
                                                                  "annotation-xml",
                                                                  "datalist",
                                                                  "wbr",
                                                                  "strong",
                                                                  "small",
                                                                  "tt",
                                                                  "u",
                                                                  "s",
                                                                  "big",
                                                                  "strike",
                                                                  "mark",
                                                                  "section",
                                                                  "menuitem",
                                                                  "keygen",
                                                                  "embed",
                                                                  "param",
                                                                  "applet",
                                                                  "g",
                                                                  "main"});
  static constexpr auto kCommon =
      std::to_array<std::string_view>({"a", "span", "b", "p", "div", "table", "td", "tr", "em",
                                       "code", "pre", "svg", "select", "template", "li", "i"});
  static constexpr auto kAttributes = std::to_array<std::string_view>({" class=x",
                                                                       " class=\"a b\"",
                                                                       " id='>'",
                                                                       " href=/1",
                                                                       " href='/2?a=1&amp;b'",
                                                                       " href",
                                                                       " href=",
                                                                       " HREF=\"x y\"",
                                                                       " rel=nofollow",
                                                                       " hidden",
                                                                       " hidden=''",
                                                                       " style=color:red",
                                                                       " style='display:none'",
                                                                       " style=\"DISPLAY: NONE\"",
                                                                       " style='visibility:hidden'",
                                                                       " style='display:n&#111;ne'",
                                                                       " lang=de",
                                                                       " src=/s",
                                                                       " alt='A &lt; b'",
                                                                       " type=hidden",
                                                                       " type=text",
                                                                       " xlink:href=/x",
                                                                       " encoding=text/html",
                                                                       " color=red",
                                                                       " size=1",
                                                                       " content='1;url=/r'",
                                                                       " http-equiv=refresh",
                                                                       " name=description",
                                                                       " name=robots",
                                                                       " =x",
                                                                       " a=b=c",
                                                                       " a==",
                                                                       " \"",
                                                                       " '",
                                                                       " <",
                                                                       " /",
                                                                       "/",
                                                                       " href=a/",
                                                                       "\thref\n=\r'q'",
                                                                       " data-x='\n\n'",
                                                                       " onclick=\"if(a<b)c>d\"",
                                                                       "class=x",
                                                                       " xmlns=y",
                                                                       " hidden href=/3"});
  static constexpr auto kTexts =
      std::to_array<std::string_view>({"x",
                                       "word",
                                       "two words",
                                       "a, b",
                                       ".",
                                       "12",
                                       "long text that goes on for a while",
                                       "\u00E9t\u00E9",
                                       "\u4E2D\u6587",
                                       "\u00A0",
                                       "x\u00A0y",
                                       "a < b",
                                       "a<",
                                       "<",
                                       "< ",
                                       "&",
                                       "& ",
                                       "a&b",
                                       "&&",
                                       ">",
                                       "]]>",
                                       "-->",
                                       "\r\n",
                                       "x\r\ny",
                                       "\f",
                                       "x\n",
                                       "\nx",
                                       " x",
                                       "x ",
                                       "\n\n x",
                                       "'",
                                       "\"",
                                       "=",
                                       ";",
                                       "amp;",
                                       "lt;b>",
                                       "/",
                                       "!--",
                                       "b>",
                                       "=1"});
  static constexpr auto kSpaces =
      std::to_array<std::string_view>({" ", "\n", "  ", "\n\n", " \n ", "\t", "\r\n", "\n "});
  static constexpr auto kReferences = std::to_array<std::string_view>(
      {"&amp;",    "&lt;",      "&gt;",     "&lt",       "&amp",  "&nbsp;",  "&nbsp",
       "&notit;",  "&not",      "&notin;",  "&copy=1",   "&#65;", "&#x41;",  "&#65",
       "&#",       "&#x",       "&#32;",    "&#10;",     "&#13;", "&#128;",  "&#0;",
       "&#xD800;", "&mdash;",   "&eacute;", "&unknown;", "&a",    "&fjlig;", "&NotEqualTilde;",
       "&#xFDD0;", "&#x1F600;", "&quot;",   "&#38;amp;", "&AMP;", "&Tab;",   "&NewLine;"});
  static constexpr auto kComments = std::to_array<std::string_view>({"<!-- c -->",
                                                                     "<!---->",
                                                                     "<!-->",
                                                                     "<!--->",
                                                                     "<!--x--!>",
                                                                     "<!----!>",
                                                                     "<!--!>",
                                                                     "<!---!>",
                                                                     "<!-- <b> -->",
                                                                     "<!-- -- -->",
                                                                     "<!--x--!-->",
                                                                     "<!--",
                                                                     "<!-- --",
                                                                     "<!x>",
                                                                     "<!>",
                                                                     "<?php ?>",
                                                                     "<?",
                                                                     "</ x>",
                                                                     "</>",
                                                                     "</3>",
                                                                     "<!doctype x>",
                                                                     "<!DOCTYPE html PUBLIC \"a>",
                                                                     "<!-->-->",
                                                                     "<!---->x-->",
                                                                     "<!--<!---->",
                                                                     "<![CDATA[x]]>",
                                                                     "<![CDATA[a>b]]>",
                                                                     "<![CDATA["});
  static constexpr auto kRaw =
      std::to_array<std::string_view>({"<script>x</script>",
                                       "<script>a<b</script>",
                                       "<script><!-- </script>",
                                       "<script><!--<script></script>--></script>",
                                       "<script><!--<script>-->x</script>",
                                       "<script><!-->x</script>",
                                       "<script><!--->x</script>",
                                       "<script>'</scripty>'</script >",
                                       "<script><!--<script </script><p>x</script>y",
                                       "<script><!-- <scriptx></script>",
                                       "<script>",
                                       "<SCRIPT>x</ScRiPt>",
                                       "<script/>x</script>",
                                       "<script></script/x>",
                                       "<style>p{}</style>",
                                       "<style><!--</style>",
                                       "<style></styl></style>",
                                       "<style>",
                                       "<title>t &lt; <b>u</title>",
                                       "<title>x</titlex></title y='>'>",
                                       "<title>",
                                       "<title/>a",
                                       "<textarea>\nx\n\ny</textarea>",
                                       "<textarea>&lt;a&#x10000;</textarea>",
                                       "<textarea>",
                                       "<xmp><b>x\n</xmp>",
                                       "<xmp>",
                                       "<iframe src=/f><p></iframe>",
                                       "<iframe>",
                                       "<noembed><p></noembed>",
                                       "<noframes><p></noframes>",
                                       "<noscript><p>n</noscript>",
                                       "<svg><style>a</style></svg>",
                                       "<svg><script>a</script></svg>",
                                       "<svg><title>t</title>",
                                       "<svg><desc><p>x</p></desc></svg>",
                                       "<math><mi>x</mi></math>",
                                       "<svg><a xlink:href=/s>s</a></svg>",
                                       "<svg/>",
                                       "<svg><g/></svg>",
                                       "<svg></svg >",
                                       "<svg><title>t</title><path d=M></svg>",
                                       "<math><mi><p>x",
                                       "<select><option>a<option>b",
                                       "</select>",
                                       "<table><tr><td>",
                                       "</td></tr></table>",
                                       "<template><td>",
                                       "</template>",
                                       "<b><p></b>",
                                       "<a href=/a><p><a href=/b>",
                                       "<p hidden>",
                                       "<b hidden>",
                                       "<i style='display:none'>",
                                       "<code class=x><span class=pre>w</span></code>",
                                       "<em>w</em>",
                                       "<span>w</span>",
                                       "<b>w</b>",
                                       "<span> w</span>",
                                       "<em> </em>",
                                       "<i></i>",
                                       "<b><b><b><b>w</b></b></b></b>",
                                       "<a href=/l><img alt=pic></a>",
                                       "<a href=/t>link text</a>",
                                       "<em>a&lt;b</em>",
                                       "<span>a&notin;b</span>",
                                       "<em>a<!-- c -->b</em>",
                                       "<p><b><b><b>",
                                       "</body>",
                                       "</html>"});
  // With these the whole page is read.
  static constexpr auto kRare = std::to_array<std::string_view>(
      {"&#x10FFFF;", "&#x100001;", "&#1114112;", "&#99999999999;", "\r", "x\ry", "\x01", "\xC2",
       "\u0085", "\u007F", "\uFDD0", "\U000FFFFF", "\U00100000", "<frameset>", "<plaintext>",
       "<isindex prompt=p>", "<frameset><frame src=/f></frameset>",
       "<textarea>&lt;a&#x100000;</textarea>", "<![CDATA[a>b]]>"});
  static constexpr auto kHeads = std::to_array<std::string_view>(
      {"<html lang=en><head><title>T</title></head><body>", "<html>", "<head>",
       "<head><meta name=robots content=none>", "<body hidden>", "<html><body><table><tr><td>",
       "<head><noscript><link rel=canonical href=/c></noscript>", "<base href=/b/>"});

  bool one_in(std::size_t n) { return below(n) == 0; }
  std::size_t below(std::size_t n) { return random_() % n; }
  template <std::size_t N>
  std::string_view pick(const Words<N>& words) {
    return words[below(N)];
  }

  void choose_names() {
    names_.clear();
    for (std::size_t count = 2 + below(7); count > 0; --count)
      names_.push_back(one_in(3) ? pick(kCommon) : pick(kNames));
  }

  void add_part(std::string& page) {
    switch (below(16)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return add_start_tag(page);
      case 4:
      case 5:
      case 6:
        page += "</";
        page += names_[below(names_.size())];
        if (one_in(12)) page += pick(kAttributes);
        if (one_in(20)) page += ' ';
        page += '>';
        return;
      case 7:
      case 8:
      case 9:
        page += pick(kTexts);
        return;
      case 10:
      case 11:
        page += pick(kSpaces);
        return;
      case 12:
        page += pick(kReferences);
        return;
      case 13:
        page += pick(kComments);
        return;
      case 14:
        if (one_in(20)) page += pick(kRare);
        page += pick(kRaw);
        return;
      default:
        page += pick(kRaw);
    }
  }

  void add_start_tag(std::string& page) {
    std::string name(names_[below(names_.size())]);
    if (one_in(10) && name[0] >= 'a') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    page += '<';
    page += name;
    for (std::size_t count = one_in(2) ? 0 : below(4); count > 0; --count)
      page += pick(kAttributes);
    if (one_in(15)) page += '/';
    if (!one_in(60)) page += '>';
  }

  std::mt19937 random_;
  std::vector<std::string_view> names_;
};

}  // namespace fuzz
