#!/usr/bin/env bash
# Starts an MLflow server of one's own, sends it the runs of a work folder, and tells where to look at them.
# It stays until Ctrl-C; what it has is there again the next time.
#
#   engine/scripts/mlflow-ui.sh [FLAG…]     flags of bin/tools track: -config DIR -work DIR
#   engine/scripts/mlflow-ui.sh --python    make the virtual environment, and print its interpreter
#
# MLFLOW_HOME      where environment, database and artifacts are (NAME-mlflow in the user's cache)
# MLFLOW_PORT      port on 127.0.0.1 (5000)
# PYTHON           interpreter, 3.11 or newer (python3)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
home=${MLFLOW_HOME:-${XDG_CACHE_HOME:-$HOME/.cache}/$(bash engine/scripts/name.sh)-mlflow}
port=${MLFLOW_PORT:-5000}

# venv makes the virtual environment, once for each content of its requirements: those of the models that
# bin/tools track registers.
venv() {
  local sum
  sum=$(cksum <engine/commands/track/requirements.txt | tr ' ' '-')
  bin=$home/venv-$sum/bin
  if [ -e "$bin/../complete" ]; then return; fi
  "${PYTHON:-python3}" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "mlflow-ui: Python 3.11 or newer is needed, with venv: apt-get install python3-venv, or set PYTHON" >&2
    exit 1
  }
  echo "mlflow-ui: virtual environment in ${bin%/bin}, this takes a minute" >&2
  mkdir -p "$home"
  "${PYTHON:-python3}" -m venv "${bin%/bin}"
  "$bin/python" -m pip install --quiet --disable-pip-version-check --requirement engine/commands/track/requirements.txt
  touch "$bin/../complete"
}

# await waits until the server answers.
await() {
  until "$bin/python" -c 'import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=5)' "$1/health" 2>/dev/null; do
    kill -0 "$server" 2>/dev/null || {
      tail -n 5 "$home/server.log" >&2
      echo "mlflow-ui: the server did not start; is port $port free? MLFLOW_PORT= takes another" >&2
      exit 1
    }
    sleep 0.5
  done
}

venv
if [ "${1-}" = --python ]; then
  echo "$bin/python"
  exit
fi

export MLFLOW_DISABLE_TELEMETRY=true DO_NOT_TRACK=true
"$bin/mlflow" server --host 127.0.0.1 --port "$port" --workers 1 --backend-store-uri "sqlite:///$home/mlflow.db" \
  --artifacts-destination "$home/artifacts" >"$home/server.log" 2>&1 </dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true' EXIT
address=http://127.0.0.1:$port
await "$address"
env -u MLFLOW_RUN_ID -u MLFLOW_EXPERIMENT_ID MLFLOW_TRACKING_URI="$address" bin/tools track "$@"
echo "mlflow-ui: $address, until Ctrl-C"
if [ -t 1 ]; then
  for open in xdg-open open; do
    if command -v "$open" >/dev/null; then "$open" "$address" >/dev/null 2>&1 && break; fi
  done
fi
wait "$server"
