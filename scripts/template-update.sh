#!/usr/bin/env bash
# Brings what changed in the template since this project was made from it: a three-way merge of the
# template then, the template now, both under this project's names, and this project.
#
#   scripts/template-update.sh
#
# TEMPLATE  where git clones the template from (as .template says)
# VERSION   tag, branch or commit to update to (the newest commit of its main branch)
# FROM      version that this project was made from (as .template says)
set -euo pipefail
cd "$(dirname "$0")/.."
say() { echo "template-update: $*"; }
fail() { echo "template-update: $*" >&2; exit 1; }
recorded() { sed -n "s/^$1: //p" .template 2>/dev/null || true; }

template=${TEMPLATE:-$(recorded source)}
from=${FROM:-$(recorded version)}
[ -n "$template" ] || fail "where is the template? make template-update TEMPLATE=address-or-folder FROM=version"
[ -n "$from" ] || fail "which version was this made from? make template-update FROM=tag-or-commit"
git rev-parse --git-dir >/dev/null 2>&1 || fail "this project has no git repository to merge in: git init, and commit"
[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed: commit them first, so that nothing is lost"

temp=$(mktemp -d)
trap 'chmod -R u+w "$temp"; rm -rf "$temp"' EXIT
git clone --quiet "$template" "$temp/new" || fail "no template at $template: name it with TEMPLATE="
if [ -n "${VERSION:-}" ]; then git -C "$temp/new" checkout --quiet "$VERSION" || fail "the template has no version $VERSION"; fi
git clone --quiet "$template" "$temp/old"
git -C "$temp/old" checkout --quiet "$from" 2>/dev/null || fail "the template has no version $from any more: name one with FROM="
version=$(git -C "$temp/new" describe --tags --exact-match 2>/dev/null || git -C "$temp/new" rev-parse HEAD)
if [ "$(git -C "$temp/new" rev-parse HEAD)" = "$(git -C "$temp/old" rev-parse HEAD)" ]; then
  say "up to date: $from"
  exit
fi

# Both sides are made by the newer template's program, which knows what belongs to a project.
module=$(awk '$1 == "module" { print $2; exit }' go.mod)
(cd "$temp/new" && "${GO:-go}" build -tags nomsgpack -trimpath -buildvcs=false -ldflags="-s -w" -o "$temp/make-new" ./src/new)
# record VERSION prints .template as it is here, with another version.
record() {
  if [ -f .template ]; then
    sed "s|^version: .*|version: $1|" .template
  else
    printf '# What make template-update reads.\nsource: %s\nversion: %s\n' "$template" "$1"
  fi
}
# tree SIDE VERSION prints the tree of one side, as git keeps it in this repository.
tree() {
  "$temp/make-new" -export -template "$temp/$1" -dest "$temp/$1-side" -module "$module"
  record "$2" >"$temp/$1-side/.template"
  GIT_INDEX_FILE=$temp/$1.index git --git-dir="$(git rev-parse --absolute-git-dir)" --work-tree="$temp/$1-side" add --all --force .
  GIT_INDEX_FILE=$temp/$1.index git write-tree
}
author=(-c "user.name=$(git config user.name || echo template-update)" -c "user.email=$(git config user.email || echo template-update@localhost)")
old_tree=$(tree old "$from")
new_tree=$(tree new "$version")
base=$(git "${author[@]}" commit-tree "$old_tree" -m "template $from")
update=$(git "${author[@]}" commit-tree "$new_tree" -p "$base" -m "update from the template: $from to $version")

if git "${author[@]}" cherry-pick --allow-empty "$update" >"$temp/log" 2>&1; then
  git --no-pager show --stat --format= HEAD | tail -20
  say "updated from $from to $version; undo it with: git reset --hard HEAD~1"
  exit
fi
grep '^CONFLICT' "$temp/log" || { cat "$temp/log" >&2; fail "git could not merge"; }
say "these places changed here and there. Settle them, then: git add FILE… && git cherry-pick --continue"
say "or leave it all as it was: git cherry-pick --abort"
exit 1
