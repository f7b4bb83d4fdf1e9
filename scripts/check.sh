#!/usr/bin/env bash
# Checks format and code, and runs the tests for data races.
#
#   scripts/check.sh [go]
set -euo pipefail
cd "$(dirname "$0")/.."

go=${1:-go}
lint() { "$go" tool -modfile=go.tool.mod golangci-lint "$@"; }

unformatted=$(gofmt -l engine src tests)
[ -z "$unformatted" ] || { echo "gofmt would change: $unformatted" >&2; exit 1; }
"$go" vet ./...
"$go" -C engine vet ./...
lint fmt --diff
lint run --allow-serial-runners
if command -v shellcheck >/dev/null; then
  git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck
else
  echo "check: shellcheck is not installed; the scripts are not checked" >&2
fi
command -v gcc >/dev/null || command -v clang >/dev/null || {
  echo "check: Go's race detector needs a C compiler: install gcc or clang" >&2
  exit 1
}
CGO_ENABLED=1 "$go" -C engine test -race -short ./...
CGO_ENABLED=1 "$go" test -race -short ./src/...
