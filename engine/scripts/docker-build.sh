#!/usr/bin/env bash
# Builds the container image: programs and model in its first stage, the server alone in its last.
#
#   engine/scripts/docker-build.sh
#
# IMAGE     name of the image (the project's)
# CONFIG    directory of the configuration to train with (configs)
# GO_IMAGE  base of the first stage (see the Dockerfile)
#
# Go's and the proxy's own variables are handed to the build where they are set. The build uses the
# host's network, so that a proxy on loopback works in it as it does outside.
set -euo pipefail
cd "$(dirname "$0")/../.."

command -v docker >/dev/null || { echo "docker-build: docker is not installed: https://docs.docker.com/engine/install/" >&2; exit 1; }
docker version >/dev/null 2>&1 || { echo "docker-build: the docker daemon does not answer: start it, or see \`docker version\`" >&2; exit 1; }

REVISION=$(git describe --always --dirty --abbrev=40 --exclude="*" 2>/dev/null || true)
export REVISION
args=(--network=host --tag "${IMAGE:-$(bash engine/scripts/name.sh)}")
for name in REVISION CONFIG GO_IMAGE GOPROXY GOFLAGS GOSUMDB GONOSUMDB GOPRIVATE \
            HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy; do
  if [ -n "${!name-}" ]; then args+=(--build-arg "$name"); fi
done
export CONFIG GO_IMAGE
exec docker build "${args[@]}" .
