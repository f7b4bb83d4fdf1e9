#!/usr/bin/env bash
# Brings what changed in the template since this project was made from it. engine/ is replaced whole; if it
# was edited here, the edits are kept in a patch file. All else is a three-way merge of the template then,
# the template now, both under this project's names, and this project.
#
#   engine/scripts/template-update.sh
#
# TEMPLATE  where git clones the template from (as .template says)
# VERSION   tag, branch or commit to update to (the newest commit of its main branch)
# FROM      version that this project was made from (as .template says, or else the one whose files this
#           project's first commit has, as GitHub's "Use this template" makes it)
set -euo pipefail
cd "$(dirname "$0")/../.."
say() { echo "template-update: $*"; }
fail() { echo "template-update: $*" >&2; exit 1; }
recorded() { sed -n "s/^$1: //p" .template 2>/dev/null || true; }

template=${TEMPLATE:-$(recorded source)}
from=${FROM:-$(recorded version)}
[ -n "$template" ] || fail "where is the template? make template-update TEMPLATE=address-or-folder"
git rev-parse --git-dir >/dev/null 2>&1 || fail "this project has no git repository to merge in: git init, and commit"
[ -z "$(git rev-parse --show-prefix)" ] || fail "this project is a folder of the repository $(git rev-parse --show-toplevel): an update needs one of its own"
if git rev-parse --quiet --verify CHERRY_PICK_HEAD >/dev/null; then
  fail "an update is under way: settle its conflicts and git cherry-pick --continue, or git cherry-pick --abort"
fi
[ -z "$(git status --porcelain)" ] || fail "there are changes that are not committed: commit them first, so that nothing is lost"

temp=$(mktemp -d)
trap 'chmod -R u+w "$temp"; rm -rf "$temp"' EXIT
git clone --quiet "$template" "$temp/new" || fail "no template at $template: name it with TEMPLATE="
if [ -n "${VERSION:-}" ]; then git -C "$temp/new" checkout --quiet "$VERSION" || fail "the template has no version $VERSION"; fi
if [ -z "$from" ]; then
  first=$(git rev-list --max-parents=0 HEAD | tail -n 1)
  from=$(git -C "$temp/new" log --all --format='%T %H' | awk -v tree="$(git rev-parse "$first^{tree}")" '$1 == tree { print $2; exit }')
  [ -n "$from" ] || fail "which version was this made from? make template-update FROM=tag-or-commit"
fi
git -C "$temp/new" worktree add --quiet --detach "$temp/old" "$from" 2>/dev/null ||
  fail "the template at $template has no version $from, which this was made from: push it there, name another place with TEMPLATE=, or another version with FROM="
version=$(git -C "$temp/new" describe --tags --exact-match 2>/dev/null || git -C "$temp/new" rev-parse HEAD)
if [ "$(git -C "$temp/new" rev-parse HEAD)" = "$(git -C "$temp/old" rev-parse HEAD)" ]; then
  say "up to date: $from"
  exit
fi

# Both sides are made by the newer template's program, which knows what belongs to a project.
module=$(awk '$1 == "module" { print $2; exit }' go.mod)
(cd "$temp/new" && "${GO:-go}" build -ldflags="-s -w" -o "$temp/make-new" ./src/new)
# tree SIDE prints the tree of one side, as git keeps it in this repository.
tree() {
  "$temp/make-new" -export -template "$temp/$1" -dest "$temp/$1-side" -module "$module"
  if [ "$1" = old ]; then
    cp .template "$temp/old-side/" 2>/dev/null || true # what it says now is what changes
  else
    cat >"$temp/new-side/.template" <<EOF
# The template that this project was made from: \`make template-update\` reads
# this and brings in what changed there since.
source: $template
version: $version
EOF
  fi
  GIT_INDEX_FILE=$temp/$1.index git --git-dir="$(git rev-parse --absolute-git-dir)" --work-tree="$temp/$1-side" add --all --force .
  GIT_INDEX_FILE=$temp/$1.index git write-tree
}
author=(-c "user.name=$(git config user.name || echo template-update)" -c "user.email=$(git config user.email || echo template-update@localhost)")
old_tree=$(tree old)
new_tree=$(tree new)

# The engine here is what the newer one replaces, whatever the older one was; where they differ, it was edited.
edits=
engine_of() { git rev-parse --quiet --verify "$1:engine" || true; }
ours=$(engine_of HEAD)
theirs=$(engine_of "$old_tree")
if [ -n "$theirs" ] && [ -n "$ours" ] && [ "$theirs" != "$ours" ]; then
  edits=engine-${from:0:12}.patch
  patch=$(git diff --binary --src-prefix=a/engine/ --dst-prefix=b/engine/ "$theirs" "$ours" | git hash-object -w --stdin)
  old_tree=$(git ls-tree "$old_tree" | awk -v ours="$ours" 'BEGIN { FS = OFS = "\t" } $2 == "engine" { $1 = "040000 tree " ours } 1' | git mktree)
  new_tree=$({ git ls-tree "$new_tree"; printf '100644 blob %s\t%s\n' "$patch" "$edits"; } | git mktree)
fi
base=$(git "${author[@]}" commit-tree "$old_tree" -m "template $from")
update=$(git "${author[@]}" commit-tree "$new_tree" -p "$base" -m "update from the template: $from to $version")

tell_edits() {
  [ -z "$edits" ] || say "engine/ was edited here, and is as in the template now; the edits are in $edits: git apply --3way $edits"
}
if git "${author[@]}" cherry-pick --allow-empty "$update" >"$temp/log" 2>&1; then
  git --no-pager show --stat --format= HEAD | tail -20
  tell_edits
  say "updated from $from to $version; undo it with: git reset --hard HEAD~1"
  exit
fi
grep '^CONFLICT' "$temp/log" || { cat "$temp/log" >&2; fail "git could not merge"; }
tell_edits
say "these places changed here and there. Settle them, then: git add FILE… && git cherry-pick --continue"
say "or leave it all as it was: git cherry-pick --abort"
exit 1
