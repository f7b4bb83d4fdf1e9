#!/usr/bin/env bash
# Compares the engine's exported names with those of its last tagged version: what was removed or changed asks
# for a new minor version before v1, for a major one after.
#
#   scripts/api.sh [TAG]
#
# TAG   a tag engine/vX.Y.Z (the last one before HEAD); without any there is nothing to compare
# GO    the Go command (go)
set -euo pipefail
cd "$(dirname "$0")/.."
go=${GO:-go}
apidiff=golang.org/x/exp/cmd/apidiff@v0.0.0-20261113113407-e3970619a1a4

tag=${1:-$(git describe --tags --abbrev=0 --match 'engine/v*' 2>/dev/null || true)}
if [ -z "$tag" ]; then
  echo "api: no tag engine/v…, nothing to compare with"
  exit
fi
temp=$(mktemp -d)
trap 'git worktree remove --force "$temp/tagged" 2>/dev/null || true; rm -rf "$temp"' EXIT
git worktree add --quiet --detach "$temp/tagged" "$tag"
GOBIN=$temp "$go" install "$apidiff"
(cd "$temp/tagged/engine" && "$temp/apidiff" -m -w "$temp/before" example.com/engine)
changed=$(cd engine && "$temp/apidiff" -m -incompatible "$temp/before" example.com/engine)
version=$(awk '/example.com\/engine v/ { print $2; exit }' go.mod)
# The part of a version that may break importers: v0.3 of v0.3.1, v2 of v2.1.0.
breaking() { echo "${1#engine/}" | sed -E 's/^(v0\.[0-9]+).*/\1/; s/^(v[1-9][0-9]*)\..*/\1/'; }
if [ -n "$changed" ] && [ "$(breaking "$version")" = "$(breaking "$tag")" ]; then
  echo "$changed"
  echo "api: the above breaks programs that import $tag, and go.mod names $version: give it a new version, and engine/CHANGELOG.md a line" >&2
  exit 1
fi
echo "api: $tag and $version: $(echo "$changed" | grep -c . || true) incompatible changes"
