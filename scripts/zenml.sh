#!/usr/bin/env bash
# Runs the pipeline on ZenML, in a place of its own: a virtual environment, a store without account or
# analytics, and an MLflow server for as long as the pipeline runs.
#
#   scripts/zenml.sh [FLAG…]             run it; the flags are those of zenml/run.py
#   scripts/zenml.sh dashboard [PORT]    show the runs at 127.0.0.1:8237, until Ctrl-C
#   scripts/zenml.sh mlflow [PORT]       show what the programs logged at 127.0.0.1:5001, until Ctrl-C
#   scripts/zenml.sh zenml ARGUMENT…     any command of ZenML's, on that store; python runs a script
#
# HOUSING_ZENML         the place (housing-zenml in the user's cache)
# MLFLOW_TRACKING_URI   an MLflow server that runs, instead of one of its own
# PYTHON                interpreter, 3.10 to 3.14 (python3)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
home=${HOUSING_ZENML:-${XDG_CACHE_HOME:-$HOME/.cache}/housing-zenml}
mkdir -p "$home/config"

export ZENML_CONFIG_PATH=$home/config ZENML_ANALYTICS_OPT_IN=false ZENML_AUTO_OPEN_DASHBOARD=false
export ZENML_DISABLE_INTERACTIVE_INPUT=true ZENML_ENABLE_RICH_TRACEBACK=false
export MLFLOW_DISABLE_TELEMETRY=true MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false DO_NOT_TRACK=true
export PYTHONDONTWRITEBYTECODE=1
if [ ! -t 1 ]; then export ZENML_LOGGING_COLORS_DISABLED=true; fi

# venv makes the virtual environment of requirements.txt, once for each content of that file.
venv() {
  local sum
  sum=$(cksum <"$root/zenml/requirements.txt" | tr ' ' '-')
  bin=$home/venv-$sum/bin
  if [ -e "$bin/../complete" ]; then return; fi
  echo "zenml.sh: virtual environment in ${bin%/bin}" >&2
  "${PYTHON:-python3}" -c 'import sys; sys.exit(not (3, 10) <= sys.version_info < (3, 15))' || {
    echo "zenml.sh: ZenML needs Python 3.10 to 3.14: set PYTHON" >&2
    exit 1
  }
  "${PYTHON:-python3}" -m venv "${bin%/bin}"
  "$bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$root/zenml/requirements.txt"
  touch "$bin/../complete"
}

# mlflow_server PORT becomes MLflow's server on the store of this place.
mlflow_server() {
  cd "$home"
  exec "$bin/mlflow" server --host 127.0.0.1 --port "$1" --workers 1 \
    --backend-store-uri "sqlite:///$home/mlflow.db" --artifacts-destination "$home/mlflow-artifacts"
}

# free_port prints 5001, at which links to the runs lead somewhere later too, or another if it is taken.
free_port() {
  "$bin/python" -c '
import socket
try:
    s = socket.create_server(("127.0.0.1", 5001))
except OSError:
    s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1])'
}

# mlflow_up starts it until this script ends, and names it in MLFLOW_TRACKING_URI.
mlflow_up() {
  local port
  port=$(free_port)
  (mlflow_server "$port") >"$home/mlflow.log" 2>&1 </dev/null &
  server=$!
  trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
  export MLFLOW_TRACKING_URI=http://127.0.0.1:$port
  for _ in $(seq 240); do
    if curl --silent --fail --max-time 5 "$MLFLOW_TRACKING_URI/health" >/dev/null; then return; fi
    kill -0 "$server" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 5 "$home/mlflow.log" >&2
  echo "zenml.sh: MLflow's server did not start" >&2
  exit 1
}

venv
case ${1-} in
dashboard) exec "$bin/zenml" login --local --blocking --port "${2:-8237}" ;;
mlflow) mlflow_server "${2:-5001}" ;;
zenml | python) exec "$bin/$1" "${@:2}" ;;
esac
if [ -z "${MLFLOW_TRACKING_URI-}" ]; then mlflow_up; fi
cd "$root"
"$bin/python" zenml/stack.py "$MLFLOW_TRACKING_URI"
"$bin/python" zenml/run.py "$@"
if [ -z "${server-}" ]; then exit; fi
echo "the runs: scripts/zenml.sh dashboard; what they logged to MLflow: scripts/zenml.sh mlflow"
