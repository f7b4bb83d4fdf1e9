#!/usr/bin/env bash
# Ends with one line and status 1 unless the Go command is there and new enough for go.mod.
#
#   engine/scripts/need-go.sh [go]
set -euo pipefail
cd "$(dirname "$0")/../.."

go=${1:-go}
needed=$(awk '$1 == "go" { print $2; exit }' go.mod)
command -v "$go" >/dev/null || {
  echo "Go $needed or newer is needed, and there is no command \"$go\": https://go.dev/doc/install" >&2
  exit 1
}
# "go version go1.26.8 linux/amd64"; releases of distributions may add words.
found=$(GOTOOLCHAIN=local "$go" version | awk '{ print $3 }') || {
  echo "Go $needed or newer is needed, and \"$go version\" fails" >&2
  exit 1
}
awk -v found="${found#go}" -v needed="$needed" 'BEGIN {
  if (found ~ /^devel/) exit 0
  split(found, f, /[^0-9]+/); split(needed, n, /[^0-9]+/)
  for (i = 1; i <= 3; i++) if (f[i] + 0 != n[i] + 0) exit (f[i] + 0 < n[i] + 0)
}' || {
  echo "Go $needed or newer is needed, and \"$go\" is $found: https://go.dev/doc/install" >&2
  exit 1
}
