#!/bin/sh
# The long proof that nothing is lost: a crawl killed at random moments, again and again, and each time
# gone on with by the same command, must end with the rows of a crawl that nobody disturbed.
# usage: sh tests/proof_kill.sh [KILLS [URL [OPTION...]]]
#   KILLS    how often, default 20
#   URL      the site to crawl, with OPTIONs for its crawl; default: the built-in one, started here
# environment: SEED for the same moments again, WEFT for another program
# Exits 0 if all is equal, 1 if not. Needs the release build and sqlite3.
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

# Moments: from none to a share of the whole and a batch (which is committed each half second), so that
# kills come while the file is opened, while what the last one left is taken up, and between commits.
awk -v seed="$seed" -v kills="$kills" -v took="$took" \
  'BEGIN { srand(seed); for (i = 0; i < kills; ++i) printf "%.3f\n", rand() * (1.5 * took / kills + 500) / 1000 }' >"$work/moments"
done_before=0
faults=0
number=0
while read -r moment; do
  number=$((number + 1))
  (run "$work/killed.db" "$@") </dev/null 2>"$work/err" &
  crawl=$!
  sleep "$moment"
  if kill -KILL "$crawl" 2>/dev/null; then what=killed; else what="had ended"; fi
  wait "$crawl" 2>/dev/null || true
  crawl=
  pages=0
  if [ -e "$work/killed.db" ]; then
    pages=$(ask "SELECT count(*) FROM sqlite_schema WHERE name = 'pages'")
    [ "$pages" = 0 ] || pages=$(ask "SELECT count(*) FROM pages")
    check=$(ask "PRAGMA integrity_check")
    [ "$check" = ok ] || { faults=$((faults + 1)); echo "  integrity: $check"; }
  fi
  if [ "$pages" -lt "$done_before" ]; then
    faults=$((faults + 1))
    echo "  $((done_before - pages)) committed pages are gone"
  fi
  done_before=$pages
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
  echo "kill $number after $moment s ($what): $pages pages"
done <"$work/moments"
(run "$work/killed.db" "$@")

rows "$work/undisturbed.db" >"$work/expected"
rows "$work/killed.db" >"$work/got"
twice=$(ask "SELECT (SELECT count(*) - count(DISTINCT url) FROM urls) +
                    (SELECT count(*) - count(DISTINCT url_id) FROM pages)")
queued=$(ask "SELECT count(*) FROM urls WHERE state = 'queued'")
differ=$(diff "$work/expected" "$work/got" | grep -c '^[<>]' || true)
echo "rows: $(wc -l <"$work/expected") undisturbed, $(wc -l <"$work/got") after $kills kills; differing $differ, twice $twice, queued $queued, faults $faults"
if [ "$differ" != 0 ]; then diff "$work/expected" "$work/got" | head -20; fi
[ "$differ$twice$queued$faults" = 0000 ] && [ -z "$(left)" ]
