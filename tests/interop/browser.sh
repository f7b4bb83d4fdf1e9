#!/usr/bin/env bash
# Opens the pages of the server in a real browser without a network, and looks at what they draw and ask for.
. "$(dirname "$0")/lib.sh"
look "TestPage.*"
