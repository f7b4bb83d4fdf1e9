#!/usr/bin/env bash
# Reads the report in a real browser as people do: in the light, in the dark, on a phone, by keyboard and
# on paper, with small files and no request to any network.
. "$(dirname "$0")/lib.sh"
need go golang
browser=
for name in "${CHROME-}" chromium chromium-browser google-chrome google-chrome-stable; do
  if [ -n "$name" ] && browser=$(command -v "$name"); then break; fi
done
[ -n "$browser" ] || fail "no Chromium found: apt-get install chromium, or set CHROME"
pipeline work "$config"
gotest "TestReport.*" -browser="$browser" -config="$config" -work="$work" -shots="$dir"
