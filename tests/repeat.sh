#!/bin/sh
# Runs the suite again and again and names each test that failed in any round: a test that depends on
# timing shows here.
# usage: sh tests/repeat.sh [ROUNDS [PRESET]]    default: 20 release; the preset is built before
# Exits 0 if no test failed in any round, else 1. The output of a round with a failure stays in
# .build/PRESET/repeat/.
set -eu
cd "$(dirname "$0")/.."

rounds=${1:-20}
preset=${2:-release}
logs=.build/$preset/repeat
[ -f ".build/$preset/CTestTestfile.cmake" ] ||
  { echo "repeat.sh: no build in .build/$preset: run 'sh tests/run.sh $preset' first" >&2; exit 2; }
rm -rf "$logs"
mkdir -p "$logs"

# The names in ctest's list of failures.
failures() {
  sed -n '/^The following tests FAILED:/,$ s/^[[:space:]]*[0-9]* - \([^ ]*\) (.*$/\1/p' "$@"
}

round=1
while [ "$round" -le "$rounds" ]; do
  log=$logs/round-$round.log
  if ctest --preset "$preset" -j 4 >"$log" 2>&1; then
    rm "$log"
    echo "repeat.sh: round $round of $rounds: all passed" >&2
  else
    echo "repeat.sh: round $round of $rounds: failed: $(failures "$log" | tr '\n' ' ')(see $log)" >&2
  fi
  round=$((round + 1))
done

failed=$(find "$logs" -name 'round-*.log')
[ -n "$failed" ] || { echo "no test failed in $rounds rounds"; exit 0; }
echo "tests that failed, each with the number of its failures in $rounds rounds:"
# shellcheck disable=SC2086  # the logs' names have no blanks
for log in $failed; do failures "$log"; done | sort | uniq -c | sort -rn
exit 1
