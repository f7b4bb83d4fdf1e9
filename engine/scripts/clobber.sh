#!/usr/bin/env bash
# Removes what the stages made below the work folder, and the programs. What git keeps there, the
# README files, stays.
#
#   engine/scripts/clobber.sh WORK
set -euo pipefail
cd "$(dirname "$0")/../.."

work=${1:?usage: engine/scripts/clobber.sh WORK}
for dir in data/raw data/processed models reports; do
  [ -d "$work/$dir" ] || continue
  (cd "$work/$dir" && find . -mindepth 1 ! -path ./README.md -delete)
done
rm -rf bin
