# A container engine for the checks that need one; they source this instead of lib.sh.
# shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# engine_up leaves a running engine as it is, and else starts one, which is stopped when the check ends.
# Checks that run at once wait for each other here: one would stop the engine that another uses.
engine_up() {
  need docker docker.io
  if command -v flock >/dev/null; then
    exec 9>"$dir/engine.lock"
    flock 9
  fi
  if docker version >/dev/null 2>&1; then return; fi
  [ "$(id -u)" -eq 0 ] || fail "the docker daemon does not answer, and only root may start one"
  need dockerd docker.io

  local home=${INTEROP_ENGINE_DIR:-/var/lib/housing-interop}
  mkdir -p "$home"
  say "starting an engine in $home"
  dockerd --data-root "$home" >"$dir/dockerd.log" 2>&1 </dev/null 9>&- &
  engine=$!
  trap engine_down EXIT
  for _ in $(seq 120); do
    if docker version >/dev/null 2>&1; then
      # Stages of earlier builds are its cache; it need not keep all.
      docker image prune --force --filter until=24h >/dev/null
      return
    fi
    kill -0 "$engine" 2>/dev/null || break
    sleep 0.5
  done
  tail -n 20 "$dir/dockerd.log" >&2
  fail "the docker daemon did not start"
}

engine_down() {
  kill "$engine" 2>/dev/null || true
  wait "$engine" 2>/dev/null || true
}

# go_base sets GO_IMAGE to a base for the first stage: the one that is set, else the Dockerfile's
# where it can be pulled, else a stand-in made here.
go_base() {
  if [ -n "${GO_IMAGE-}" ]; then return; fi
  GO_IMAGE=$(sed -n 's/^ARG GO_IMAGE=//p' "$root/Dockerfile")
  export GO_IMAGE
  if docker image inspect "$GO_IMAGE" >/dev/null 2>&1; then return; fi
  if timeout 300 docker pull --quiet "$GO_IMAGE" >/dev/null 2>&1; then return; fi
  say "$GO_IMAGE can't be pulled: standing in for it"
  stand_in
}

# stand_in builds an image with what the Dockerfile uses of the official one: Debian, make, CA
# certificates (with those that this network may add), and the Go of this machine.
stand_in() {
  GO_IMAGE=housing-go-stand-in:$(go env GOVERSION)
  export GO_IMAGE
  if docker image inspect "$GO_IMAGE" >/dev/null 2>&1; then return; fi
  need debootstrap debootstrap
  local tree
  tree=$(mktemp -d "$dir/stand-in.XXXXXX")
  debootstrap --variant=minbase --include=ca-certificates,make bookworm "$tree" \
    "${DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$dir/debootstrap.log" 2>&1 || {
    tail -n 5 "$dir/debootstrap.log" >&2
    fail "debootstrap failed"
  }
  cp -a "$(go env GOROOT)" "$tree/usr/local/go"
  if [ -n "${SSL_CERT_FILE-}" ]; then cp "$SSL_CERT_FILE" "$tree/etc/ssl/certs/ca-certificates.crt"; fi
  tar -C "$tree" --exclude=./var/cache/apt --exclude=./var/lib/apt/lists -c . | docker import \
    --change 'ENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV GOTOOLCHAIN=local' - "$GO_IMAGE" >/dev/null
  rm -rf "$tree"
}
