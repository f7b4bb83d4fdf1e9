#!/usr/bin/env bash
# Checks format and code, and runs the tests for data races. What Go does not bring, shellcheck and a C
# compiler, is used if it is there. The engine is checked in the template only, which has its tests.
#
#   engine/scripts/check.sh [go]
set -euo pipefail
cd "$(dirname "$0")/../.."

go=${1:-go}
note() { echo "check: $*" >&2; }
modules=(.)
folders=(src tests)
if compgen -G 'engine/table/*_test.go' >/dev/null; then
  modules+=(engine)
  folders+=(engine)
elif ! bash engine/scripts/hash.sh --check; then
  note "engine/ has been edited here; the next update replaces it, and leaves the edits in a patch"
fi

unformatted=$(gofmt -l "${folders[@]}")
[ -z "$unformatted" ] || { note "gofmt would change: $unformatted"; exit 1; }
for module in "${modules[@]}"; do "$go" -C "$module" vet ./...; done

if [ -f .golangci.yml ]; then
  config=$PWD/.golangci.yml
  lint() { "$go" run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 "$@" --config "$config"; }
  for module in "${modules[@]}"; do
    (cd "$module" && lint fmt --diff && lint run --allow-serial-runners)
  done
fi
if ! command -v shellcheck >/dev/null; then
  note "shellcheck is not installed; the scripts are not checked"
elif [ -d .git ] || [ -f .git ]; then
  git ls-files -z '*.sh' .ci/run | xargs -0 shellcheck
fi
if [ -f scripts/api.sh ]; then GO="$go" bash scripts/api.sh; fi

if ! command -v gcc >/dev/null && ! command -v clang >/dev/null; then
  note "the tests do not run for data races: Go's race detector needs a C compiler, gcc or clang"
  exit
fi
for module in "${modules[@]}"; do
  packages=./...
  if [ "$module" = . ]; then packages=./src/...; fi
  CGO_ENABLED=1 "$go" -C "$module" test -race -short "$packages"
done
