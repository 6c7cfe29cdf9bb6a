# cmake -D OUTPUT=FILE -D FILES=A|B|... -P embed.cmake: writes a source that holds the files' bytes.
string(REPLACE "|" ";" FILES "${FILES}")
set(ENTRIES "")
foreach(file IN LISTS FILES)
  cmake_path(GET file FILENAME name)
  file(READ "${file}" bytes HEX)
  string(REGEX REPLACE "(..)" "\\\\x\\1" bytes "${bytes}")
  string(APPEND ENTRIES "    {\"${name}\",\n     \"${bytes}\"sv},\n")
endforeach()
file(WRITE "${OUTPUT}" "// Written by embed.cmake.
#include \"crawler/serve/assets.h\"

namespace crawler {

using namespace std::string_view_literals;

const std::vector<Asset>& assets() {
  static const std::vector<Asset> all{
${ENTRIES}  };
  return all;
}

}  // namespace crawler
")
