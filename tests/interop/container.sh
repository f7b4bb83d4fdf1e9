#!/usr/bin/env bash
# Builds the image on a real engine, runs it locked down, and asks it for every test row.
. "$(dirname "$0")/engine.sh"
need go golang
engine_up
go_base
pipeline work "$config"

export IMAGE=housing-interop
say "docker build with $GO_IMAGE"
"$root/engine/scripts/docker-build.sh" >"$dir/docker-build.log" 2>&1 </dev/null || {
  tail -n 40 "$dir/docker-build.log" >&2
  fail "docker build failed"
}
gotest TestContainer -image="$IMAGE" -work="$work"
