#!/bin/sh
# Format and static analysis; silent where all is well.
# usage: sh tests/lint.sh [--analyze] [FILE...]    the files to look at; default: every source
# --analyze follows paths through each function too: it takes five times as long (half an hour on
# two cores where the rest takes six minutes), so .ci/run does without.
set -eu
cd "$(dirname "$0")/.."

sh seeds/install.sh build test lint

analyze=no
[ "${1-}" != --analyze ] || { analyze=yes; shift; }

[ $# -gt 0 ] || {
  # shellcheck disable=SC2046  # the project's file names have no blanks
  set -- $(find crawler parser storage tests -name '*.cc' -o -name '*.h' | sort)
}
clang-format --dry-run -Werror "$@"

# clang-tidy needs the commands that the sources are compiled with, but for the precompiled header,
# which is GCC's: so it also finds a source that leaves out an include. Tests are formatted alone: a
# test's macros cost it minutes and hide what it would find.
commands=.build/lint
cmake --preset release -B "$commands" -DBUILD_TESTING=OFF -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >&2
# The analyzer (LLVM 14's) takes a coroutine's frame for uninitialized memory, in Asio's headers:
# where there are coroutines, what it says of memory is left out.
counts=$(mktemp)
trap 'rm -f "$counts"' EXIT
for file; do
  case $file in
    tests/*) continue ;;
    *.cc) ;;
    *) continue ;;
  esac
  if [ $analyze = no ]; then echo "--checks=-clang-analyzer-* $file"
  elif grep -q co_await "$file"; then echo "--checks=-clang-analyzer-core.* $file"
  else echo "--checks= $file"; fi
done | xargs -r -n 2 -P "$(nproc)" \
  clang-tidy --quiet -p "$commands" --extra-arg=-Wno-unknown-warning-option \
  --extra-arg=-Wno-unused-command-line-argument \
  2>"$counts" || { cat "$counts" >&2; exit 1; }  # GCC has more options; findings go to stdout
