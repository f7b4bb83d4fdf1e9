#!/usr/bin/env bash
# Asks each stage in order whether it would run, and why. A file carries from one to the next what
# would be made anew.
#
#   engine/scripts/why.sh -config DIR -work DIR -- STAGE…
set -euo pipefail
cd "$(dirname "$0")/../.."

place=()
while [ "$1" != -- ]; do place+=("$1"); shift; done
shift

remade=$(mktemp)
trap 'rm -f "$remade"' EXIT
for stage in "$@"; do
  "bin/$stage" "${place[@]}" -why "$remade"
done
