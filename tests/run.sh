#!/bin/sh
# Installs what is missing, builds, and runs all tests.
# usage: sh tests/run.sh [PRESET...]    presets: release (default) debug asan tsan
# Exits with ctest's code of the first preset that failed; the last lines are ctest's own.
set -eu
cd "$(dirname "$0")/.."

[ $# -gt 0 ] || set -- release
jobs=$(($(nproc) * 2))  # most tests wait for a server more than they compute

sh seeds/install.sh build test

for preset; do
  echo "tests/run.sh: $preset" >&2
  cmake --preset "$preset" -DBUILD_TESTING=ON
  cmake --build --preset "$preset"
  ctest --preset "$preset" -j "$jobs"
done
