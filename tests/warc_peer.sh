#!/bin/sh
# Reads a WARC and its index of `weft export` by warcio (https://github.com/webrecorder/warcio.js):
# every record parsed, every digest computed again, the index compared with the one that warcio makes.
# usage: sh tests/warc_peer.sh [WARC...]    default: one of a crawl of the built-in site
# Run by hand: it needs node and npm, and installs warcio into a folder that it removes again.
set -eu
cd "$(dirname "$0")/.."

weft=$PWD/.build/release/weft
work=$(mktemp -d)
site=
trap '[ -z "$site" ] || kill "$site"; rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

(cd "$work" && npm init -y && npm install warcio@2.4) >"$work/npm.log" 2>&1 || {
  cat "$work/npm.log" >&2
  exit 1
}

if [ $# -eq 0 ]; then
  : >"$work/site.log"
  "$weft" site --hosts 3 --pages 200 --flaws 0.2 --seeds "$work/seeds" >"$work/site.log" 2>&1 &
  site=$!
  tries=0
  until [ "$(wc -l <"$work/site.log")" -ge 3 ]; do
    tries=$((tries + 1))
    [ $tries -lt 100 ] || { echo "warc_peer.sh: the site does not start" >&2; exit 1; }
    sleep 0.1
  done
  "$weft" crawl "$work/seeds" --db "$work/crawl.db" --bodies --delay 0 --per-host 16 --quiet
  "$weft" export "$work/crawl.db" warc -o "$work/crawl.warc.gz"
  set -- "$work/crawl.warc.gz"
fi

cat >"$work/check.mjs" <<'END'
import { createReadStream, readFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { WARCParser } from "warcio";

function sha1(bytes) {
  const hex = createHash("sha1").update(bytes).digest("hex");
  let bits = BigInt("0x" + hex);
  let text = "";
  for (let i = 0; i < 32; i++, bits >>= 5n) text = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[Number(bits & 31n)] + text;
  return "sha1:" + text;
}

const file = process.argv[2];
const counts = {};
let wrong = 0;
for (const parseHttp of [false, true]) {
  for await (const record of new WARCParser(createReadStream(file), { parseHttp })) {
    const bytes = await record.readFully(parseHttp);
    const field = parseHttp ? "WARC-Payload-Digest" : "WARC-Block-Digest";
    const said = record.warcHeader(field);
    if (!parseHttp) counts[record.warcType] = (counts[record.warcType] ?? 0) + 1;
    if (parseHttp && record.warcType !== "response") continue;
    if (said === sha1(bytes)) continue;
    wrong++;
    console.error(`${record.warcType} ${record.warcTargetURI}: ${field} ${said}, not ${sha1(bytes)}`);
  }
}
// warcio keeps a slash at a path's end in its keys, where other indexes drop it.
const index = (text) => text.trimEnd().split("\n").map((line) => line.replace(/^(\S+[^)\s])\/(\?| )/, "$1$2")).sort();
const made = index(execFileSync("node", ["node_modules/warcio/dist/cli.js", "cdx-index", file], { encoding: "utf8", maxBuffer: 1 << 30 }));
const ours = index(readFileSync(file.replace(/\.warc\.gz$/, ".cdxj"), "utf8"));
const differ = Math.abs(made.length - ours.length) + ours.filter((line, i) => line !== made[i]).length;
console.log(`${Object.entries(counts).map(([type, n]) => `${n} ${type}`).join(", ")}: ${wrong} wrong digests; ${ours.length} index entries, ${differ} differ`);
process.exit(wrong + differ === 0 ? 0 : 1);
END

for warc; do
  (cd "$(dirname "$warc")" && printf '%s/%s\n' "$PWD" "$(basename "$warc")")
done >"$work/warcs"
cd "$work"
status=0
while read -r warc; do node check.mjs "$warc" || status=1; done <warcs
exit $status
