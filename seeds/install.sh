#!/bin/sh
# Installs the Debian packages of .packages that are missing.
# usage: sh seeds/install.sh GROUP...    groups: build test lint demo
set -eu

list=$(dirname "$0")/../.packages

say() { echo "install.sh: $*" >&2; }
fail() {
  say "$*"
  exit 2
}

[ $# -gt 0 ] || fail "name the groups to install: build, test, lint, demo"
for group; do
  case $group in
    build | test | lint | demo) ;;
    *) fail "no group is called '$group'; there are build, test, lint, demo" ;;
  esac
done
command -v dpkg-query >/dev/null ||
  fail "this is not Debian (no dpkg-query): install by hand what stands in .packages"

# One word a package of the groups asked for, alternatives as A|B.
wanted=$(awk -v groups=" $* " '$1 !~ /^#/ && NF == 2 && index(groups, " " $1 " ") { print $2 }' "$list")
# One call for all of them: it complains about those that it has never heard of.
# shellcheck disable=SC2046  # one word a package
installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' $(echo "$wanted" | tr '|' '\n') 2>/dev/null |
  sed -n 's/^ii //p') || true

has() { # WORD LINES
  case "
$2
" in *"
$1
"*) return 0 ;; esac
  return 1
}

missing=
for alternatives in $wanted; do
  there=no
  for name in $(echo "$alternatives" | tr '|' ' '); do
    if has "$name" "$installed"; then there=yes; fi
  done
  [ $there = yes ] || missing="$missing $alternatives"
done
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
  as_root=
elif command -v sudo >/dev/null; then
  as_root=sudo
else
  fail "missing:$missing. Neither root nor sudo is here to install them: ask root for 'apt-get install'"
fi
command -v apt-get >/dev/null || fail "missing:$missing. This is not Debian (no apt-get)"

say "fetching apt's lists"
$as_root apt-get -q update >&2

# The first of each entry's alternatives that apt can install.
known() { LC_ALL=C apt-cache policy "$1" | grep -q '^  Candidate: [^(]'; }
packages=
for alternatives in $missing; do
  choice=
  for name in $(echo "$alternatives" | tr '|' ' '); do
    if [ -z "$choice" ] && known "$name"; then choice=$name; fi
  done
  [ -n "$choice" ] || fail "apt knows no package '$alternatives'; weft needs Debian 12 or 13"
  packages="$packages $choice"
done

say "installing$packages"
# shellcheck disable=SC2086  # one word a package
$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qy --no-install-recommends --no-remove install $packages >&2
