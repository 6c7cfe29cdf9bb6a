// What a file's record of a run says of it: the command line as it could be typed again, and the
// options in force. Files are passed on, so neither holds a secret: names and passwords in URLs are
// left out, and the values of --header.
#pragma once

#include <string>
#include <vector>

#include "crawler/options/command.h"

namespace crawler {

// `text` so that a shell takes it for one word.
std::string shell_word(const std::string& text);

// "weft crawl list.txt --db a.db --depth 3"; what WEFT_ variables and --config said is in it too.
std::string command_line_of(const Command& command);

// The settings of the rows that are recorded, as one JSON object. `accept_encoding`: what libcurl
// sends, since the options do not know it.
std::string options_json(const std::vector<Option>& rows, const std::string& accept_encoding);

// What rows of secrets leave of a word.
//
// A seed without its "user:password@". The URL parser drops it however it is spelled
// ("https:user:password@host" counts too); a word that is not a URL is a file's name.
std::string without_credentials(const std::string& seed);
// A proxy without its "user:password@"; its scheme may be any, or missing.
std::string proxy_without_credentials(const std::string& proxy);
// "Name: ..."
std::string header_without_value(const std::string& header);

}  // namespace crawler
