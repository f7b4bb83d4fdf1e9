#!/usr/bin/env bash
# Prints the hash of the engine's files: the SHA-256 of the list of their SHA-256, by name. `make new` and
# updates record it in engine/HASH.
#
#   engine/scripts/hash.sh           print it
#   engine/scripts/hash.sh --check   status 1 if the files are not those of engine/HASH
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

sum() { if command -v sha256sum >/dev/null; then sha256sum "$@"; else shasum -a 256 "$@"; fi; }
hash=$(find . -type f ! -path ./HASH -print0 | LC_ALL=C sort -z | while IFS= read -r -d '' file; do
  printf '%s  %s\n' "$(sum <"$file" | cut -d ' ' -f 1)" "${file#./}"
done | sum | cut -d ' ' -f 1)
if [ "${1-}" = --check ]; then
  [ ! -f HASH ] || [ "$hash" = "$(cat HASH)" ]
  exit
fi
echo "$hash"
