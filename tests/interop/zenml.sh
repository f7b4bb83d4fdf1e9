#!/usr/bin/env bash
# Runs the pipeline on a real ZenML with a real MLflow, through scripts/zenml.sh, then changes settings and
# programs one by one and asks ZenML's client which steps ran.
. "$(dirname "$0")/lib.sh"
need go golang
need "${PYTHON:-python3}" "python3 python3-venv"
need curl curl

export HOUSING_ZENML=${HOUSING_ZENML:-$dir/zenml}
project=$dir/zenml-project
rm -rf "$HOUSING_ZENML"/config "$HOUSING_ZENML"/mlflow* "$project"
mkdir -p "$project/data"
make -C "$root" --no-print-directory build
cp -r "$root/bin" "$root/configs" "$project"
cp -r "$root/data/external" "$project/data"
export HOUSING_PROJECT=$project

port=$(python3 -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$root/scripts/zenml.sh" mlflow "$port" >"$dir/zenml-mlflow.log" 2>&1 </dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
export MLFLOW_TRACKING_URI=http://127.0.0.1:$port
say "an MLflow server at $MLFLOW_TRACKING_URI"
until curl --silent --fail --max-time 5 "$MLFLOW_TRACKING_URI/health" >/dev/null; do
  kill -0 "$server" 2>/dev/null || { tail -n 5 "$dir/zenml-mlflow.log" >&2; fail "the MLflow server did not start"; }
  sleep 0.5
done

say "scripts/zenml.sh --config configs/ridge"
"$root/scripts/zenml.sh" --config configs/ridge >"$dir/zenml.log" 2>&1 </dev/null || {
  tail -n 40 "$dir/zenml.log" >&2
  fail "the pipeline failed"
}
say "changing settings and programs"
"$root/scripts/zenml.sh" python "$here/zenml_runs.py" "$project" configs/ridge >"$dir/zenml-runs.log" 2>&1 </dev/null || {
  tail -n 60 "$dir/zenml-runs.log" >&2
  fail "the runs are not as expected"
}
grep -E '^(artifacts|metadata|tracker|refusals|failure|nothing|a |the ).*: ' "$dir/zenml-runs.log"
