#!/usr/bin/env bash
# Two clean clones make the same bytes.
set -euo pipefail
exec make --no-print-directory -C "$(dirname "$0")/../.." reproduce
