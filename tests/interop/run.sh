#!/usr/bin/env bash
# Checks the project against other programs: a container engine, a browser, Python.
#
#   tests/interop/run.sh                     all checks
#   tests/interop/run.sh container browser   only those
#
# Each check is a script beside this one that also runs alone. It ends with status 0 when it passed, and 77
# when it was skipped.
# A missing tool is a failure that names its package. What they make lies in $INTEROP_DIR
# (default: housing-interop in the temporary folder) and is used again by the next run.
set -uo pipefail
cd "$(dirname "$0")" || exit

checks=("$@")
[ $# -gt 0 ] || checks=(modelfile onnx mlflow zenml protocols manifests argo slurm report million browser container)
# What is about the template itself is not in a project made from it.
for check in book template reproduce; do
  if [ $# -eq 0 ] && [ -f $check.sh ]; then checks+=("$check"); fi
done

passed=0 failed=0 skipped=0
for check in "${checks[@]}"; do
  started=$SECONDS
  if [ ! -f "./$check.sh" ]; then
    echo "run.sh: no check is named $check" >&2
    status=1
  else
    bash "./$check.sh" </dev/null
    status=$?
  fi
  case $status in
    0) verdict=PASS passed=$((passed + 1)) ;;
    77) verdict=SKIP skipped=$((skipped + 1)) ;;
    *) verdict=FAIL failed=$((failed + 1)) ;;
  esac
  echo "$verdict: $check ($((SECONDS - started)) s)"
done

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
