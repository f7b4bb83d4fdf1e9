#!/usr/bin/env bash
# Checks the project against other programs: a container engine, a browser, Python.
#
#   tests/interop/run.sh                     all checks
#   tests/interop/run.sh container browser   only those
#
# Each check is a script beside this one that also runs alone. It ends with status 0 when it passed.
# A missing tool is a failure that names its package. What they make lies in $INTEROP_DIR
# (default: housing-interop in the temporary folder) and is used again by the next run.
set -uo pipefail
cd "$(dirname "$0")" || exit

checks=("$@")
[ $# -gt 0 ] || checks=(modelfile onnx mlflow zenml protocols manifests argo slurm report browser container)
# A project made from the template makes no others.
if [ $# -eq 0 ] && [ -f template.sh ]; then checks+=(template); fi

passed=0 failed=0
for check in "${checks[@]}"; do
  started=$SECONDS
  if [ ! -f "./$check.sh" ]; then
    echo "run.sh: no check is named $check" >&2
    verdict=FAIL
  elif bash "./$check.sh" </dev/null; then
    verdict=PASS
  else
    verdict=FAIL
  fi
  echo "$verdict: $check ($((SECONDS - started)) s)"
  if [ $verdict = PASS ]; then passed=$((passed + 1)); else failed=$((failed + 1)); fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
