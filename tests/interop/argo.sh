#!/usr/bin/env bash
# Checks the workflows that `bin/tools search` makes against the JSON schema of Argo Workflows, which is part of
# its Go module, and runs what they say, task by task, as Argo would.
. "$(dirname "$0")/lib.sh"
need go golang
venv

version=v3.6.5
say "github.com/argoproj/argo-workflows/v3@$version"
schema=$(cd "$dir" && go mod download -json "github.com/argoproj/argo-workflows/v3@$version" |
  sed -n 's/.*"Dir": "\(.*\)".*/\1/p')/api/jsonschema/schema.json
[ -e "$schema" ] || fail "the module has no $schema"

rm -rf "$dir"/argo-work "$dir"/argo-alone
ridge_search "$dir/argo-config"
make -C "$root" --no-print-directory build
cd "$root"
for flags in "" "-trials 9 -strategy halving -seed 7"; do
  # shellcheck disable=SC2086 # several flags
  bin/tools search -config "$config" -argo -of 3 -image registry.example.com/housing:1 $flags >"$dir/workflow.yaml"
  "$python" "$here/argo.py" check "$dir/workflow.yaml" "$schema"
done
"$python" "$here/argo.py" run "$dir/workflow.yaml" "$config" "$dir/argo-work"

cp -r "$dir/argo-work" "$dir/argo-alone"
rm -r "$dir/argo-alone/reports/search"
bin/tools search -config "$config" -work "$dir/argo-alone" -trials 9 -strategy halving -seed 7
diff -r "$dir/argo-alone/reports/search" "$dir/argo-work/reports/search" || fail "the results differ"
say "the workflow's tasks and one process made the same"
