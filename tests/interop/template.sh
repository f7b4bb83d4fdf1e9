#!/usr/bin/env bash
# Makes projects from a clean clone of the template, as people do: for each of the tables that
# template/tables.py writes, make new, make all, serve, and predictions with curl. In one of them also make
# test and make onnx. Then the same from a copy as GitHub makes it, and from one by Go's gonew.
#
#   tests/interop/template.sh                     everything
#   tests/interop/template.sh churn.csv penguins  only these
. "$(dirname "$0")/lib.sh"
need go golang
need git git
need curl curl
need "${PYTHON:-python3}" python3

python=${PYTHON:-python3}
home=$dir/template
template=$home/template
# The copies share a module path, so that what one compiled and linked is there for the next.
module=github.com/me/project
gonew=v0.52.0

rm -rf "$home"
mkdir -p "$home"
git clone --quiet "$root" "$template"
linked=
server=
trap '[ -z "$server" ] || kill "$server"' EXIT

# run FOLDER TARGET… makes targets there; what they print is in FOLDER.log.
run() {
  local folder=$1
  shift
  make -C "$folder" --no-print-directory "$@" >>"$folder.log" 2>&1 </dev/null || {
    tail -n 40 "$folder.log" >&2
    fail "make $* in $folder failed"
  }
}

# serve FOLDER starts its server on a free port, and names its process in $server and its address in $url.
serve() {
  : >"$1.serve.log"
  (cd "$1" && exec bin/serve -address 127.0.0.1:0) >"$1.serve.log" 2>&1 </dev/null &
  server=$!
  until url=$(sed -n 's/.*"msg":"ready","address":"\([^"]*\)".*/\1/p' "$1.serve.log") && [ -n "$url" ]; do
    kill -0 "$server" 2>/dev/null || { cat "$1.serve.log" >&2; fail "bin/serve in $1 did not start"; }
    sleep 0.1
  done
  url=http://$url
}

# judge FOLDER TARGET TASK makes all there, serves, and asks.
judge() {
  local started=$SECONDS
  run "$1" all build PROGRAMS=serve
  serve "$1"
  "$python" "$here/template/project.py" "$1" "$url" "$2" "$3"
  kill "$server"
  wait "$server" || fail "bin/serve in $1 ended with status $?"
  server=
  say "$(basename "$1"): make all, served, in $((SECONDS - started)) s"
}

# project NAME TABLE TARGET TASK makes a project from the table and judges it.
project() {
  say "$1: make new DATA=$(basename "$2") TARGET='$3'"
  run "$template" new DEST="$home/$1" MODULE="$module" DATA="$2" TARGET="$3"
  if [ -n "$linked" ]; then
    mkdir -p "$home/$1/bin"
    for program in "$linked"/*; do [ -e "$home/$1/bin/${program##*/}" ] || cp "$program" "$home/$1/bin/"; done
  fi
  judge "$home/$1" "$3" "$4"
  linked=$home/$1/bin
}

# wanted NAME tells whether a part was asked for.
asked=" $* "
wanted() { [ "$asked" = "  " ] || [[ $asked == *" $1 "* ]]; }

"$python" "$here/template/tables.py" "$home/tables"
while IFS=$'\t' read -r file target task; do
  if wanted "$file"; then project "${file%.*}" "$home/tables/$file" "$target" "$task"; fi
done <"$home/tables/list"

# A forecast is better off without the year, which no training row has of a test row.
if wanted weather; then
  project weather "$root/data/external/weather.csv" temp_max_next_day regression
  grep -q cyclic "$home/weather/configs/features.yaml" || fail "weather: no circle of days in features.yaml"
fi

if wanted penguins; then
  project penguins "$template/data/external/penguins.csv" species multiclass
  say "penguins: make test onnx"
  run "$home/penguins" test onnx
  [ -s "$home/penguins/models/champion/model.onnx" ] || fail "make onnx wrote no model"
  [ -z "$(git -C "$home/penguins" status --porcelain)" ] || fail "the new project is not as it was committed: $(git -C "$home/penguins" status --short)"
fi

# GitHub's "Use this template": the files of one version in one commit, and a remote of one's own.
if wanted github; then
  say "github: one commit, no tags, another remote"
  git clone --quiet "$template" "$home/github"
  rm -rf "$home/github/.git"
  git -C "$home/github" init --quiet
  git -C "$home/github" remote add origin https://github.com/me/project.git
  git -C "$home/github" add --all
  git -C "$home/github" -c user.name=me -c user.email=me@localhost commit --quiet --message "Initial commit"
  run "$home/github" new DEST=. MODULE="$module" DATA="$template/data/external/penguins.csv" TARGET=species
  judge "$home/github" species multiclass
  say "github: make test"
  run "$home/github" test
fi

# A project that was made when the engine was in src/internal, and edited there, comes to the newer layout by the script
# that it has. Where the history is not here, nothing can be made of it.
moved=$(git -C "$template" log --diff-filter=A --format=%H -- engine/go.mod | tail -n 1)
if wanted update && [ -n "$moved" ] && git -C "$template" rev-parse --quiet --verify "$moved^" >/dev/null; then
  say "update: from the last version with src/internal"
  old=$home/updated
  git -C "$template" worktree add --quiet --detach "$home/before" "$moved^"
  (cd "$home/before" && go build -o "$home/new-before" ./src/new && "$home/new-before" -dest "$old" -module "$module") >"$old.log"
  echo '// An edit of the engine.' >>"$old/src/internal/random/random.go"
  sed -i 's|source: ""|source: data/external/penguins.csv|' "$old/configs/data.yaml"
  cp "$template/data/external/penguins.csv" "$old/data/external"
  git -C "$old" add --all
  git -C "$old" -c user.name=me -c user.email=me@localhost commit --quiet --message "edits"
  run "$old" template-update TEMPLATE="$template"
  grep -q 'An edit of the engine' "$old/engine/random/random.go" || fail "update: an edit of the engine is lost"
  grep -q 'source: data/external/penguins.csv' "$old/configs/data.yaml" || fail "update: an edit of the settings is lost"
  [ ! -e "$old/src/internal" ] || fail "update: src/internal is still there"
  run "$old" configure DATA=data/external/penguins.csv TARGET=species
  judge "$old" species multiclass
  run "$old" test

  say "update: once more, which replaces the engine"
  git -C "$old" add --all
  git -C "$old" -c user.name=me -c user.email=me@localhost commit --quiet --message "settings"
  git -C "$template" -c user.name=me -c user.email=me@localhost commit --quiet --allow-empty --message "newer"
  run "$old" template-update
  grep -q '^+// An edit of the engine' "$old"/engine-*.patch || fail "update: no patch has the edit of the engine"
  bash "$old/engine/scripts/hash.sh" --check || fail "update: the engine is not as it came"
fi

if wanted gonew; then
  say "gonew@$gonew"
  "$python" "$here/template/proxy.py" "$template" "$home/proxy"
  GOBIN=$home/bin go install "golang.org/x/tools/cmd/gonew@$gonew"
  # A cache of its own: this version of the module is another one next time.
  proxied() { GOPROXY="file://$home/proxy,$(go env GOPROXY)" GONOSUMDB=example.com GOMODCACHE=$home/modules GOFLAGS=-modcacherw "$@"; }
  (cd "$home" && proxied "$home/bin/gonew" "example.com/housing@v0.0.1" "$module" "$home/gonew") || fail "gonew failed"
  if make -C "$home/gonew" all >"$home/gonew.log" 2>&1; then fail "gonew: make all works without the engine"; fi
  grep -q 'make engine' "$home/gonew.log" || fail "gonew: nobody says how to get the engine"
  say "gonew: make engine all, as it is"
  proxied run "$home/gonew" engine
  [ ! -e "$home/gonew/engine/table/testdata" ] || fail "make engine brought the engine's tests"
  run "$home/gonew" all
  run "$home/gonew" clobber ALL=1 # else the example's champion stays, as another target can't be compared with it
  run "$home/gonew" new DEST=. DATA="$template/data/external/penguins.csv" TARGET=species
  if grep -n housing "$home/gonew"/{Dockerfile,compose.yaml,go.mod,deploy/kubernetes/deployment.yaml}; then
    fail "gonew: files still have the template's name"
  fi
  judge "$home/gonew" species multiclass
fi
