#!/usr/bin/env bash
# Measures the server with scripts/load and prints its table. Programs and champion must be made:
# `make load` sees to that.
#
#   scripts/load.sh [FLAG…]      the flags are those of scripts/load
#
# FASTAPI=N       beside it uvicorn with N workers: FastAPI and the same model as a scikit-learn pipeline. It is
#                 for the default data; its virtual environment is made in the user's cache
# PYTHON          interpreter for that (python3)
# GO              the Go command (go)
set -euo pipefail
cd "$(dirname "$0")/.."

temp=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; fi
  rm -rf "$temp"
}
trap finish EXIT

# fastapi_up WORK fits the pipeline on the training rows and serves it; its address is in $beside.
fastapi_up() {
  local home=${XDG_CACHE_HOME:-$HOME/.cache}/housing-fastapi sum python port
  sum=$(cksum <scripts/fastapi/requirements.txt | tr ' ' '-')
  python=${VENV:-$home/venv-$sum}/bin/python
  if [ ! -e "${python%/bin/python}/complete" ]; then
    "${PYTHON:-python3}" -m venv "${python%/bin/python}"
    "$python" -m pip install --quiet --disable-pip-version-check --requirement scripts/fastapi/requirements.txt
    touch "${python%/bin/python}/complete"
  fi
  "$python" scripts/fastapi/pipeline.py "$1/data/processed/train.csv" "$temp/model.joblib"
  port=$("$python" -c 'import socket; s = socket.create_server(("127.0.0.1", 0)); print(s.getsockname()[1])')
  MODEL=$temp/model.joblib OMP_NUM_THREADS=1 "$python" -m uvicorn app:app --app-dir scripts/fastapi \
    --workers "$FASTAPI" --port "$port" --log-level warning >"$temp/log" 2>&1 </dev/null &
  server=$!
  beside=127.0.0.1:$port
  until curl --silent --fail --max-time 5 "http://$beside/readyz" >/dev/null; do
    kill -0 "$server" 2>/dev/null || { cat "$temp/log" >&2; echo "load.sh: uvicorn did not start" >&2; exit 1; }
    sleep 0.2
  done
}

flags=("$@")
if [ -n "${FASTAPI-}" ]; then
  work=.
  for ((i = 0; i < $#; i++)); do
    if [ "${flags[i]}" = -work ]; then work=${flags[i + 1]}; fi
  done
  fastapi_up "$work"
  flags+=(-beside "$beside")
fi
"${GO:-go}" build -o "$temp/load" ./scripts/load
"$temp/load" "${flags[@]}"
