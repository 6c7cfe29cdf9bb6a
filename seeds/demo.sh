#!/bin/sh
# Everything from nothing: installs what is missing, builds weft, starts its built-in site, crawls
# seeds/demo.txt, and asks the database that comes of it. The first run takes minutes, the next seconds.
# usage: sh seeds/demo.sh
set -eu
cd "$(dirname "$0")/.."

port=8899 # the one in seeds/demo.txt
db=.build/demo.db
weft=.build/release/weft

say() { echo "demo.sh: $*" >&2; }
run() { # shows a command as one would type it, then runs it
  line='$'
  for word; do
    case $word in
      *[!A-Za-z0-9_./:-]*) line="$line \"$word\"" ;;
      *) line="$line $word" ;;
    esac
  done
  printf '\n%s\n' "$line"
  "$@"
}

sh seeds/install.sh build demo

# A folder that tests/run.sh has configured keeps its tests: only a fresh one goes without.
[ -f .build/release/build.ninja ] || cmake --preset release -DBUILD_TESTING=OFF
cmake --build --preset release --target weft weft-parser

site=
work=$(mktemp -d)
clean_up() {
  if [ -n "$site" ]; then kill "$site" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

start_site() { # PORT: fails where it is taken
  : >"$work/urls"
  "$weft" site --hosts 12 --pages 100 --flaws 0.05 --latency 'lognormal(40ms,0.6)' --port "$1" \
    --seeds "$work/seeds.txt" >"$work/urls" 2>"$work/site.log" &
  site=$!
  until [ -s "$work/urls" ]; do
    if ! kill -0 "$site" 2>/dev/null; then
      site=
      return 1
    fi
    sleep 0.05
  done
}

seeds=seeds/demo.txt
if ! start_site "$port"; then
  say "$(cat "$work/site.log"); taking another port"
  if ! start_site 0; then
    cat "$work/site.log" >&2
    exit 2
  fi
  seeds=$work/seeds.txt
fi
cat "$work/site.log" >&2

# 20 ms a host between requests is impolite to anyone else's site; this one is our own.
rm -f "$db" "$db-wal" "$db-shm"
run "$weft" crawl "$seeds" --db "$db" --delay 20ms
run "$weft" query "$db" "SELECT host, done, skipped, failed, mean_ms FROM host_summary" --format table
run "$weft" search "$db" silver river --limit 3
echo
say "the crawl is in $db: any SQLite client opens it, storage/schema.sql says what is in it"
