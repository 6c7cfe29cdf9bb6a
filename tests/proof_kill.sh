#!/bin/sh
# The long proof that nothing is lost: a crawl killed at random moments, again and again, and each time
# gone on with by the same command, must end with the rows of a crawl that nobody disturbed. One that
# ends before all kills are used up is compared, and the next one begins.
# usage: sh tests/proof_kill.sh [KILLS [URL [OPTION...]]]
#   KILLS    how often a crawl that runs is killed, default 20
#   URL      the site to crawl, with OPTIONs for its crawl; default: the built-in one, started here
# environment: SEED for the same moments again, WEFT for another program
# Exits 0 if all is equal, 1 if not, or if no kill came after a commit. Needs the release build and sqlite3.
set -eu
cd "$(dirname "$0")/.."

kills=${1:-20}
url=${2:-}
if [ $# -gt 2 ]; then shift 2; else shift $#; fi
weft=${WEFT:-.build/release/weft}
seed=${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
[ -x "$weft" ] || { echo "proof_kill.sh: $weft is not there: build the release preset" >&2; exit 2; }

work=$(mktemp -d)
site=
crawl=
clean_up() {
  for process in $crawl $site; do kill -KILL "$process" 2>/dev/null || true; done
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

if [ -z "$url" ]; then
  "$weft" site --hosts 4 --pages 250 --flaws 0.1 --latency 60ms --seeds "$work/seeds" \
    >"$work/urls" 2>/dev/null &
  site=$!
  until [ -s "$work/seeds" ]; do
    kill -0 "$site" 2>/dev/null || { echo "proof_kill.sh: no site" >&2; exit 2; }
    sleep 0.05
  done
  url=$work/seeds
fi

now_ms() { date +%s%3N; }
rows() { # DB: what must be equal, in an order of its own; ids and times are not
  sqlite3 -batch "$1" "
    SELECT 'page', u.url, p.status, p.title, p.digest, p.simhash FROM pages p
      JOIN urls u ON u.id = p.url_id ORDER BY 2;
    SELECT 'link', f.url, l.seq, t.url, l.fragment, l.text, l.rel, l.source FROM links l
      JOIN urls f ON f.id = l.from_id JOIN urls t ON t.id = l.to_id ORDER BY 2, 3;
    SELECT 'url', url, state, reason FROM urls ORDER BY url;
    SELECT 'text', u.url, t.title, t.text FROM page_text t JOIN urls u ON u.id = t.rowid ORDER BY 2"
}
ask() { sqlite3 -batch -cmd '.timeout 10000' "$work/killed.db" "$1"; }
# What runs of our crawls, their workers included: each carries a mark in its environment.
left() { grep -lzx "WEFT_PROOF=$work" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true; }
run() { # DB OPTION...
  db=$1
  shift
  WEFT_PROOF=$work exec "$weft" crawl "$url" --db "$db" --quiet --delay 0 --per-host 4 "$@"
}

began=$(now_ms)
(run "$work/undisturbed.db" "$@")
took=$(($(now_ms) - began))
echo "seed $seed; undisturbed: $(sqlite3 "$work/undisturbed.db" 'SELECT count(*) FROM pages') pages in $took ms"

# Moments: from none to two batches (one is committed each half second), so that kills come while the
# file is opened, while what the last one left is taken up, while a batch is written, and between.
awk -v seed="$seed" -v count=$((20 * kills)) \
  'BEGIN { srand(seed); for (i = 0; i < count; ++i) printf "%.3f\n", rand() * 1.1 }' >"$work/moments"
exec 3<"$work/moments"
faults=0
number=0
after_commit=0

look() { # at the file after a kill
  pages=0
  [ -e "$work/killed.db" ] || return 0
  pages=$(ask "SELECT count(*) FROM sqlite_schema WHERE name = 'pages'")
  [ "$pages" = 0 ] || pages=$(ask "SELECT count(*) FROM pages")
  check=$(ask "PRAGMA integrity_check")
  [ "$check" = ok ] || { faults=$((faults + 1)); echo "  integrity: $check"; }
  if [ "$pages" -lt "$done_before" ]; then
    faults=$((faults + 1))
    echo "  $((done_before - pages)) committed pages are gone"
  fi
  [ "$pages" -le "$done_before" ] || after_commit=$((after_commit + 1))
  done_before=$pages
}

nobody_left() {
  # The workers see their crawl's end by themselves: a moment is granted.
  tries=0
  while [ -n "$(left)" ] && [ $tries -lt 100 ]; do
    tries=$((tries + 1))
    sleep 0.02
  done
  if [ -n "$(left)" ]; then
    faults=$((faults + 1))
    echo "  still running: $(left | tr '\n' ' ')"
  fi
}

compare() { # the crawl that has ended with the undisturbed one
  rows "$work/killed.db" >"$work/got"
  twice=$(ask "SELECT (SELECT count(*) - count(DISTINCT url) FROM urls) +
                      (SELECT count(*) - count(DISTINCT url_id) FROM pages)")
  queued=$(ask "SELECT count(*) FROM urls WHERE state = 'queued'")
  differ=$(diff "$work/expected" "$work/got" | grep -c '^[<>]' || true)
  echo "crawl $crawls: $(wc -l <"$work/got") rows of $(wc -l <"$work/expected"); differing $differ, twice $twice, queued $queued"
  [ "$differ" = 0 ] || diff "$work/expected" "$work/got" | head -20
  [ "$differ$twice$queued" = 000 ] || wrong=$((wrong + 1))
}

rows "$work/undisturbed.db" >"$work/expected"
crawls=0
wrong=0
while [ "$number" -lt "$kills" ]; do
  crawls=$((crawls + 1))
  done_before=0
  rm -f "$work"/killed.db*
  ended=
  while [ -z "$ended" ] && [ "$number" -lt "$kills" ]; do
    read -r moment <&3
    (run "$work/killed.db" "$@") </dev/null 2>"$work/err" &
    crawl=$!
    sleep "$moment"
    kill -KILL "$crawl" 2>/dev/null || ended=yes
    wait "$crawl" 2>/dev/null || true
    crawl=
    [ -n "$ended" ] && break
    number=$((number + 1))
    look
    nobody_left
    echo "crawl $crawls, kill $number after $moment s: $pages pages"
  done
  [ -n "$ended" ] || (run "$work/killed.db" "$@")
  compare
done
echo "$kills kills of $crawls crawls, $after_commit of them after a commit; wrong $wrong, faults $faults"
[ "$wrong$faults" = 00 ] && [ "$after_commit" -gt 0 ] && [ -z "$(left)" ]
