#!/usr/bin/env bash
# Puts the engine's module, which this script is part of, into the project's folder engine/, without its
# tests. `make engine` downloads the module and runs this from the project's folder.
#
#   …/scripts/bring.sh VERSION
#
# An engine that is there is replaced. If it was edited, what differs from its own version is kept in a
# patch file.
set -euo pipefail
version=${1:?usage: bring.sh VERSION, in the folder of a project}
module=$(cd "$(dirname "$0")/.." && pwd)
go=${GO:-go}
say() { echo "engine: $*"; }
fail() { echo "engine: $*" >&2; exit 1; }

grep -q 'example.com/engine v' go.mod 2>/dev/null || fail "there is no project here whose go.mod names the engine"
before=$(awk '/example.com\/engine v/ { print $2; exit }' go.mod)
if compgen -G 'engine/table/*_test.go' >/dev/null; then fail "this engine comes with its tests: it is the template's, which make engine leaves alone"; fi

temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
# take MODULE DIR copies what a project has of the engine's module.
take() {
  mkdir -p "$2"
  (cd "$1" && find . -type f ! -name '*_test.go' ! -path '*/testdata/*' | tar -cf - -T -) | (cd "$2" && tar -xf -)
  chmod -R u+w "$2"
}

if [ -d engine ] && ! bash engine/scripts/hash.sh --check; then
  old=$(cd / && GOWORK=off "$go" mod download -json "example.com/engine@$before" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p') ||
    fail "engine/ was edited here, and version $before, which it was, can't be had to compare with: take your edits aside, and remove the folder"
  take "$old" "$temp/a/engine"
  cp -R engine "$temp/b-engine" && mkdir "$temp/b" && mv "$temp/b-engine" "$temp/b/engine" && rm -f "$temp/b/engine/HASH"
  patch=engine-$before.patch
  (cd "$temp" && diff -ruN a/engine b/engine) >"$patch" || true
  say "engine/ was edited here; the edits are in $patch: git apply --3way $patch"
fi
take "$module" "$temp/engine"
rm -rf engine
mv "$temp/engine" engine
bash engine/scripts/hash.sh >"$temp/hash"
mv "$temp/hash" engine/HASH
"$go" mod edit -require="example.com/engine@$version"
say "$version, $(find engine -type f | wc -l | tr -d ' ') files"
