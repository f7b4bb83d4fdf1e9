#!/usr/bin/env bash
# Logs to a real MLflow server and asks MLflow's own client what arrived: two trainings and a search; a
# server that is killed in the middle; wrong credentials, a wrong address, a proxy's page; then loads the
# champion with mlflow.pyfunc and with `mlflow models serve` and compares predictions on all test rows.
. "$(dirname "$0")/lib.sh"
need go golang
need "${PYTHON:-python3}" "python3 python3-venv"
need curl curl

home=$dir/mlflow
export MLFLOW_HOME=${MLFLOW_HOME:-$dir/mlflow-home}
rm -rf "$home"
mkdir -p "$home"
python=$(bash "$root/engine/scripts/mlflow-ui.sh" --python)
bin=$(dirname "$python")
export MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false

pids=()
end() {
  local pid
  for pid in "${pids[@]}"; do kill -- "$pid" 2>/dev/null || true; done
  wait
}
trap end EXIT

free_port() { "$python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# await URL PID LOG waits until the address answers.
await() {
  until curl --silent --fail --max-time 5 --output /dev/null "$1"; do
    kill -0 "$2" 2>/dev/null || { tail -n 20 "$3" >&2; fail "$1 did not start"; }
    sleep 0.2
  done
}

# start PORT FLAG… starts the MLflow server and names its process group in $server.
start() {
  set -m
  "$bin/mlflow" server --host 127.0.0.1 --port "$1" --workers 1 --backend-store-uri "sqlite:///$home/mlflow.db" \
    --artifacts-destination "$home/artifacts" >>"$home/server.log" 2>&1 </dev/null &
  server=$!
  set +m
  pids+=("-$server")
  await "http://127.0.0.1:$1/health" "$server" "$home/server.log"
}

work=$home/work
config=$home/config
cp -rL "$root/configs/ridge" "$config"
cp "$root/configs/serve.yaml" "$config"

# run TARGET… makes targets of the project, their output in $home/make.log.
run() { make -C "$root" --no-print-directory "$@" CONFIG="$config" WORK="$work" >"$home/make.log" 2>&1 </dev/null || { cat "$home/make.log" >&2; fail "make $* failed"; }; }

# keep NAME keeps what the stages left, to compare with what arrives.
keep() { rm -rf "${home:?}/$1" && mkdir "$home/$1" && cp -r "$work/reports" "$work/models" "$home/$1"; }

ask() { "$python" "$here/mlflow_runs.py" "$@"; }

# setting ESTIMATOR changes what is learned.
setting() { "$python" -c 'import re, sys; p = sys.argv[1]; s = open(p).read(); open(p, "w").write(re.sub(r"(?s)estimator:.*?\n\n", "estimator: " + sys.argv[2] + "\n\n", s))' "$config/model.yaml" "$1"; }

port=$(free_port)
start "$port"
export MLFLOW_TRACKING_URI=http://127.0.0.1:$port
say "an MLflow server at $MLFLOW_TRACKING_URI"

say "make all, with ridge"
run all
keep ridge
say "make all, with boosting and a learning curve; make search"
setting '{gradient_boosting_regressor: {max_iter: 60, early_stopping: true}}'
echo 'learning_curve: true' >>"$config/model.yaml"
run all
keep boosting
run all
if grep -qv "up to date" "$home/make.log"; then cat "$home/make.log" >&2; fail "a second make all has something to do"; fi
ask runs "$home/ridge" "$home/boosting"

say "the server is killed in the middle of make all"
setting '{gradient_boosting_regressor: {max_iter: 120}}'
printf 'search:\n  trials: 4\n  space:\n    estimator.gradient_boosting_regressor.max_iter: {int_uniform: [5, 20]}\n' >>"$config/model.yaml"
seen=$(grep -c runs/log-batch "$home/server.log")
make -C "$root" --no-print-directory all CONFIG="$config" WORK="$work" >"$home/make.log" 2>&1 </dev/null &
make=$!
until [ "$(grep -c runs/log-batch "$home/server.log")" -gt "$seen" ]; do
  kill -0 "$make" 2>/dev/null || { cat "$home/make.log" >&2; fail "make all ended and sent nothing"; }
  sleep 0.01
done
kill -9 -- "-$server"
wait "$make" || { cat "$home/make.log" >&2; fail "make all failed with the server"; }
[ "$(grep -c '^track: warning' "$home/make.log")" -eq 1 ] || { cat "$home/make.log" >&2; fail "not one warning"; }
grep '^track: warning: .* does not answer: .*the run is kept' "$home/make.log"
keep killed
run search
start "$port"
run track
ask runs "$home/ridge" "$home/boosting" "$home/killed"
ask search "$work"

say "what is no MLflow server"
for kind in html unauthorized; do
  stubport=$(free_port)
  "$python" "$here/mlflow_runs.py" refuse "$kind" "$stubport" &
  stub=$!
  pids+=("$stub")
  await "http://127.0.0.1:$stubport/ready" "$stub" "$home/make.log"
  MLFLOW_TRACKING_URI=http://127.0.0.1:$stubport MLFLOW_TRACKING_USERNAME=me MLFLOW_TRACKING_PASSWORD=wrong \
    "$root/bin/tools" track -config "$config" -work "$work" -after plot >"$home/refused.log" 2>&1 || fail "track failed"
  [ "$(wc -l <"$home/refused.log")" -eq 1 ] || { cat "$home/refused.log" >&2; fail "not one line"; }
  cat "$home/refused.log"
  rm "$work/reports/runs/unreachable"
  kill "$stub"
done
for uri in http://127.0.0.1:1 sqlite:///mlflow.db; do
  MLFLOW_TRACKING_URI=$uri "$root/bin/tools" track -config "$config" -work "$work" -after plot 2>&1 | tee "$home/refused.log"
  [ "$(wc -l <"$home/refused.log")" -eq 1 ] || fail "not one line"
  rm "$work/reports/runs/unreachable"
done
ask runs "$home/ridge" "$home/boosting" "$home/killed" >/dev/null

# serve_both serves the champion with both servers and compares.
serve_both() {
  local ours theirs
  ours=$(free_port)
  "$root/bin/serve" -config "$config" -work "$work" -address "127.0.0.1:$ours" >"$home/serve.log" 2>&1 &
  pids+=("$!")
  await "http://127.0.0.1:$ours/ping" "$!" "$home/serve.log"
  theirs=$(free_port)
  set -m
  PATH=$bin:$PATH "$bin/mlflow" models serve --model-uri models:/housing@champion --env-manager local --host 127.0.0.1 --port "$theirs" \
    >"$home/models-serve.log" 2>&1 </dev/null &
  pids+=("-$!")
  set +m
  await "http://127.0.0.1:$theirs/ping" "$!" "$home/models-serve.log"
  ask champion "$work" "http://127.0.0.1:$ours" "http://127.0.0.1:$theirs"
}

say "the champion in Python"
run onnx
serve_both
say "make rollback"
run rollback
run onnx
ask champion "$work"
