#!/usr/bin/env bash
# Prints the project's short name, as images and folders of caches are called: the last part of its
# module's path that is no version, in lower case, with hyphens.
#
#   engine/scripts/name.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

awk '$1 == "module" {
  n = split($2, part, "/")
  if (n > 1 && part[n] ~ /^v[0-9]+$/) n--
  name = tolower(part[n])
  gsub(/[^a-z0-9]+/, "-", name); gsub(/^-+|-+$/, "", name)
  print name
  exit
}' go.mod
