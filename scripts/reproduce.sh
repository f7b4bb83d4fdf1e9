#!/usr/bin/env bash
# Runs the whole pipeline twice, from two clean clones of the last commit in folders of different names, once on one
# core and once on several, in different time zones and locales, and compares the SHA-256 of every output.
#
#   scripts/reproduce.sh [CONFIG]
#
# SOURCE   path or address to fetch instead of the configured one
set -euo pipefail
cd "$(dirname "$0")/.."

config=${1:-configs}
# A path is relative to here, not to the clones.
if [ -f "${SOURCE:-}" ]; then SOURCE=$(cd "$(dirname "$SOURCE")" && pwd)/$(basename "$SOURCE"); fi
export SOURCE
[ -z "$(git status --porcelain)" ] ||
  echo "reproduce: the tree has changes that are not committed; what is compared is the last commit" >&2

temp=$(mktemp -d)
trap 'chmod -R u+w "$temp"; rm -rf "$temp"' EXIT
sum=$(command -v sha256sum || echo "shasum -a 256")

# run FOLDER JOBS GOMAXPROCS ZONE LOCALE writes the sums of all outputs to FOLDER.sums. Make's own variables are
# unset, so that the inner make takes its -j from here.
run() {
  local clone=$temp/$1
  mkdir -p "$(dirname "$clone")"
  git clone --quiet . "$clone"
  echo "reproduce: make -j$2 with GOMAXPROCS=$3, TZ=$4, LC_ALL=$5"
  env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u WORK GOMAXPROCS="$3" TZ="$4" LC_ALL="$5" \
    make --no-print-directory -C "$clone" -j"$2" CONFIG="$config" WORK=. all | sed 's/^/  /'
  (cd "$clone" && find data models reports -type f ! -path 'reports/lineage/host/*' ! -path 'reports/runs/*' ! -name README.md \
    ! -path 'data/external/*' | LC_ALL=C sort | while IFS= read -r file; do $sum "$file"; done) >"$temp/$(basename "$1").sums"
}

run one 1 1 UTC C
run "elsewhere/a longer name/two" 4 2 Asia/Kolkata tr_TR.UTF-8

count=$(wc -l <"$temp/one.sums" | tr -d ' ')
if [ "$count" -eq 0 ]; then
  echo "reproduce: FAILED: no outputs were made" >&2
  exit 1
fi
if ! diff "$temp/one.sums" "$temp/two.sums"; then
  echo "reproduce: FAILED: the outputs above differ" >&2
  exit 1
fi
echo "reproduce: passed: $count files are the same, byte for byte"
