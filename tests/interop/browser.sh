#!/usr/bin/env bash
# Opens the report in a real browser without a network and looks at what it draws and asks for.
. "$(dirname "$0")/lib.sh"
need go golang
browser=
for name in "${CHROME-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$name" ] && browser=$(command -v "$name"); then break; fi
done
[ -n "$browser" ] || fail "no Chromium found: apt-get install chromium, or set CHROME"
pipeline work
gotest "TestReport.*" -browser="$browser" -work="$work" -shots="$dir"
