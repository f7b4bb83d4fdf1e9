#!/usr/bin/env bash
# Opens the pages of the server in a real browser without a network, and looks at what they draw and ask for.
. "$(dirname "$0")/lib.sh"
need go golang
browser=
for name in "${CHROME-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$name" ] && browser=$(command -v "$name"); then break; fi
done
[ -n "$browser" ] || fail "no Chromium found: apt-get install chromium, or set CHROME"
pipeline work "$config"
gotest "TestPage.*" -browser="$browser" -config="$config" -work="$work" -shots="$dir"
