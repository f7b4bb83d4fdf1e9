#!/usr/bin/env bash
# Builds the image, runs it locked down, waits until it is ready and prints a request to try.
# Ctrl-C stops and removes the container.
#
#   engine/scripts/docker-run.sh
#
# PORT     port on this machine (8080)
# IMAGE    name of the image (the project's); this and the build's other variables are in docker-build.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
IMAGE=${IMAGE:-$(bash engine/scripts/name.sh)}
export IMAGE
port=${PORT:-8080}

bash engine/scripts/docker-build.sh

container=$(docker create --publish "127.0.0.1:$port:8080" \
  --read-only --cap-drop ALL --security-opt no-new-privileges "$IMAGE")
trap 'docker rm --force "$container" >/dev/null' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
docker start "$container" >/dev/null

ready() { docker exec "$container" /serve -healthcheck >/dev/null 2>&1; }
for _ in $(seq 100); do
  if ready; then break; fi
  sleep 0.1
done
ready || { docker logs "$container" >&2; echo "docker-run: the server is not ready after 10 s" >&2; exit 1; }

# The row that the server's own description gives as an example, on one line, quoted for the shell.
row=$(curl --silent --max-time 5 "http://127.0.0.1:$port/openapi.json" |
  awk '/"value": {/ { on = 1; printf "{"; next } on && /}/ { print "}"; exit } on { $1 = $1; printf "%s ", $0 }' |
  sed "s/'/'\\\\''/g") || true
none='{}' # which the server answers with what it needs
cat <<END
docker-run: ready; Ctrl-C stops it. Open http://127.0.0.1:$port, or try

  curl -H 'Content-Type: application/json' -d '${row:-$none}' http://127.0.0.1:$port/predict

END
docker logs --follow "$container" &
wait $!
