#!/usr/bin/env bash
# Times the learners against scikit-learn, LightGBM and XGBoost and writes docs/benchmarks.md.
# The libraries come, with pinned versions, into a virtual environment in $PEERS_DIR
# (default: housing-peers in the temporary folder); PYTHON names another interpreter that has them.
# Flags go to peers.py.
#
#   scripts/peers/run.sh [--book housing.tgz] [--turns 5] [--task NAME]
set -euo pipefail
cd "$(dirname "$0")/../.."

python=${PYTHON:-}
if [ -z "$python" ]; then
  command -v python3 >/dev/null || { echo "peers: python3 is missing: install it, with its venv module" >&2; exit 1; }
  venv=${PEERS_DIR:-${TMPDIR:-/tmp}/housing-peers}
  python=$venv/bin/python
  if ! cmp -s scripts/peers/requirements.txt "$venv/requirements.txt"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$python" -m pip install --quiet --disable-pip-version-check -r scripts/peers/requirements.txt
    cp scripts/peers/requirements.txt "$venv/"
  fi
fi
mkdir -p bin
"${GO:-go}" build -o bin/peers ./src/peers
exec "$python" scripts/peers/peers.py "$@"
