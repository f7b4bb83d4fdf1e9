#!/usr/bin/env bash
# Lets onnxruntime answer and compares: the champion on all test rows; then all kinds of derivations,
# transformers and estimators, fitted here, on test rows and on planted ones.
. "$(dirname "$0")/lib.sh"
need go golang
venv

pipeline work "$config"
make -C "$root" --no-print-directory onnx CONFIG="$config" WORK="$work"
"$python" "$here/graphs.py" pipeline "$work"

cases=$dir/onnx-cases
rm -rf "$cases"
say "fitting the cases"
go -C "$root/engine" test -count=1 ./onnx -run '^TestCases$' -args -cases "$cases"
"$python" "$here/graphs.py" cases "$cases"
