#!/usr/bin/env bash
# Reads the report in a real browser as people do: in the light, in the dark, on a phone, by keyboard and
# on paper, with small files and no request to any network.
. "$(dirname "$0")/lib.sh"
look "TestReport.*"
