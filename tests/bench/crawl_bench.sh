#!/bin/sh
# What a whole crawl costs against its floor: the CPU of all weft processes on a site, beside that of
# gumbo alone (static, arena) on the same pages, in one run, as a ratio. The site should be one whose
# server is nearby and idle; its CPU is not counted.
# usage: sh tests/bench/crawl_bench.sh URL [OPTION...]    OPTIONs of weft crawl
# Needs the release preset. hyperfine, where it is installed, measures the wall time as well.
set -eu
cd "$(dirname "$0")/../.."

[ $# -gt 0 ] || { sed -n '5s/^# //p' "$0" >&2; exit 2; }
cmake --build --preset release --target weft weft-parser page_bench >&2

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
weft=.build/release/weft
crawl() { # DB ARGUMENT...
  db=$1
  shift
  "$weft" crawl --db "$db" --quiet --delay 0 --per-host 64 "$@"
}
# CPU seconds of this shell's ended children, user and system, theirs included: the parsers are
# weft's. Sets $cpu, since a $() would be a shell of its own, with no children yet.
take_cpu() {
  times >"$work/times"
  cpu=$(awk 'NR == 2 { for (i = 1; i <= 2; ++i) { split($i, t, /[ms]/); sum += 60 * t[1] + t[2] } print sum }' "$work/times")
}

crawl "$work/bodies.db" --bodies "$@"
WEFT_BENCH_PAGES=$work/bodies.db .build/release/tests/page_bench \
  --benchmark_filter='^ParseAgainstGumbo' --benchmark_format=json >"$work/gumbo.json" 2>/dev/null
counter() { sed -n "s/^ *\"$1\": \([0-9.e+-]*\),*$/\1/p" "$work/gumbo.json" | head -1; }

for round in 1 2 3; do
  take_cpu
  before=$cpu
  crawl "$work/$round.db" "$@"
  take_cpu
  after=$cpu
  pages=$(sqlite3 "$work/$round.db" "SELECT count(*) FROM pages WHERE elements IS NOT NULL")
  awk -v round="$round" -v pages="$pages" -v before="$before" -v after="$after" \
    -v gumbo="$(counter gumbo_s)" -v parse="$(counter parse_s)" -v of="$(counter pages)" 'BEGIN {
      cpu = after - before
      printf "crawl %d: %d pages, CPU of all processes %.2f s; gumbo alone %.2f s, the whole parser %.2f s (%d pages); ratio to gumbo %.2f\n",
        round, pages, cpu, gumbo, parse, of, (gumbo > 0 ? cpu / gumbo : 0) }'
  rm -f "$work/$round.db"
done

if command -v hyperfine >/dev/null; then
  arguments=
  for word; do arguments="$arguments '$word'"; done
  hyperfine --style basic --runs 5 --prepare "rm -f $work/h.db" \
    "$weft crawl --db $work/h.db --quiet --delay 0 --per-host 64 $arguments"
fi
