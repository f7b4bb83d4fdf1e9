# Helpers for the checks in this folder; each sources it first.
# shellcheck shell=bash
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
check=$(basename "$0" .sh)
dir=${INTEROP_DIR:-${TMPDIR:-/tmp}/housing-interop}
# shellcheck disable=SC2034 # who sources this uses it
config=$(cd "$root" && cd "${CONFIG:-configs}" && pwd)
mkdir -p "$dir"

say() { echo "$check: $*"; }
fail() { echo "$check: $*" >&2; exit 1; }

# need COMMAND PACKAGE fails unless the command is there.
need() { command -v "$1" >/dev/null || fail "$1 is not installed: apt-get install $2"; }

# pipeline NAME CONFIG runs the whole pipeline in a place of its own and names it in $work, so that a
# check sees what a fresh clone makes. It goes without the models of an earlier run: a champion among
# them might stay.
pipeline() {
  work=$dir/$1
  local command=(make -C "$root" --no-print-directory build all CONFIG="$2" WORK="$work")
  rm -rf "$work/models"
  say "${command[*]}"
  "${command[@]}" >"$work.log" 2>&1 </dev/null || {
    cat "$work.log" >&2
    fail "make build all failed"
  }
}

# gotest NAME [FLAG…] runs one test of this folder's module, with flags of its own.
gotest() {
  local name=$1
  shift
  (cd "$here" && go test -count=1 -v -run "^$name\$" . -args "$@")
}

# look NAME runs tests of this folder's module in a real browser, on what the whole pipeline made.
look() {
  need go golang
  local name browser=
  for name in "${CHROME-}" chromium chromium-browser google-chrome google-chrome-stable; do
    if [ -n "$name" ] && browser=$(command -v "$name"); then break; fi
  done
  [ -n "$browser" ] || fail "no Chromium found: apt-get install chromium, or set CHROME"
  pipeline work "$config"
  gotest "$1" -browser="$browser" -config="$config" -work="$work" -shots="$dir"
}

# ridge_search FOLDER makes settings of a search there and names them in $config.
ridge_search() {
  config=$1
  rm -rf "$config"
  mkdir -p "$config"
  cp "$root"/configs/ridge/*.yaml "$config"
  cat >>"$config/model.yaml" <<'END'

search:
  space:
    estimator.ridge.alpha: {log_uniform: [0.001, 100]}
END
}

# venv makes the virtual environment of $requirements, once for each content of that file, and names its
# interpreter in $python.
requirements=$here/requirements.txt
venv() {
  need "${PYTHON:-python3}" "python3 python3-venv"
  local home sum
  sum=$(cksum <"$requirements" | tr ' ' '-')
  home=${VENV:-$dir/venv-$sum}
  python=$home/bin/python
  if [ ! -e "$home/complete" ]; then
    say "virtual environment in $home"
    "${PYTHON:-python3}" -m venv "$home"
    "$python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements"
    touch "$home/complete"
  fi
}
