#!/usr/bin/env bash
# claims.sh: run the tests named TestClaim… and print a table of what their simulations came to.
set -eu
cd "$(dirname "$0")/.."
CLAIMS=$(mktemp); export CLAIMS
trap 'rm -f "$CLAIMS"' EXIT
status=0
for module in engine .; do
	"${GO:-go}" -C "$module" test -count=1 -timeout=60m -run '^TestClaim' ./... >"$CLAIMS.log" 2>&1 || { status=1; grep -v -e '^ok' -e 'no test files' "$CLAIMS.log" >&2; }
done
rm -f "$CLAIMS.log"
sort -t$'\t' -k5,5 -k1,1 -s "$CLAIMS" | awk -F'\t' '
	BEGIN { printf "%-72s %12s  %-20s %6s  %s\n", "claim", "figure", "allowed", "runs", "test" }
	{ printf "%-72s %12s  %-20s %6s  %s\n", $1, $2, $3, $4, $5 }'
exit $status
