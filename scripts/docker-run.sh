#!/usr/bin/env bash
# Builds the image, runs it locked down, waits until it is ready and prints a request to try.
# Ctrl-C stops and removes the container.
#
#   scripts/docker-run.sh
#
# PORT     port on this machine (8080)
# IMAGE    name of the image (housing); this and the build's other variables are in docker-build.sh
set -euo pipefail
cd "$(dirname "$0")/.."
export IMAGE=${IMAGE:-housing}
port=${PORT:-8080}

scripts/docker-build.sh

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

# Without an example of the configuration: to a row without columns the server answers what it needs.
body=@${CONFIG:-configs}/example.json
[ -f "${body#@}" ] || body={}
cat <<END
docker-run: ready; Ctrl-C stops it. A request to try:

  curl -H 'Content-Type: application/json' -d '$body' http://127.0.0.1:$port/predict

END
docker logs --follow "$container" &
wait $!
