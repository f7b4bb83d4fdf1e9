#!/usr/bin/env bash
# Prints the hash of the engine's files: the SHA-256 of the list of their SHA-256, by name. `make new` and
# updates record it in engine/HASH.
#
#   engine/scripts/hash.sh           print it
#   engine/scripts/hash.sh --check   status 1 if the files are not those of engine/HASH
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sum=(sha256sum)
command -v sha256sum >/dev/null || sum=(shasum -a 256)
hash=$(find . -type f ! -path ./HASH | sed 's|^\./||' | LC_ALL=C sort | xargs "${sum[@]}" | "${sum[@]}" | cut -d ' ' -f 1)
if [ "${1-}" = --check ]; then
  [ ! -f HASH ] || [ "$hash" = "$(cat HASH)" ]
  exit
fi
echo "$hash"
