#!/usr/bin/env bash
# Measures what a person waits for: the whole pipeline, the same with nothing to do, and the first
# stages on a million rows of ten columns. Programs must be built: `make bench` sees to that.
#
#   scripts/bench.sh [CONFIG]
set -euo pipefail
cd "$(dirname "$0")/.."

config=${1:-configs}
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
TIMEFORMAT=%R
stages=(fetch clean features train evaluate promote plot)

# seconds COMMAND… prints how long the command takes; what it prints goes to the log.
seconds() {
  { time "$@" >"$temp/log" 2>&1; } 2>&1 || { cat "$temp/log" >&2; exit 1; }
}
# median N COMMAND… prints the middle of N measurements.
median() {
  local n=$1
  shift
  for _ in $(seq "$n"); do seconds "$@"; done | sort -n | sed -n "$(((n + 1) / 2))p"
}
row() { printf '%-58s %8s s   %s\n' "$1" "$2" "$3"; }

inner_make() { env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make --no-print-directory CONFIG="$config" WORK="$temp/work" all; }
afresh() { rm -rf "$temp/work" && inner_make; }
each_stage() { for stage in "${stages[@]}"; do "bin/$stage" -config "$config" -work "$temp/work" || return; done; }

row "make all, programs built" "$(median 3 afresh)" ""
row "make all, programs built, with ridge" "$(config=configs/ridge && median 3 afresh)" "at most 3"
afresh >/dev/null 2>&1
row "make all, nothing to do" "$(median 5 inner_make)" "at most 1"
row "  of which the stages" "$(median 5 each_stage)" "at most 0.15"

mkdir -p "$temp/configs" "$temp/million/data/raw"
cat >"$temp/configs/data.yaml" <<'YAML'
fetch: {name: table.csv}
YAML
{
  echo 'target: c9'
  echo 'columns:'
  for i in 0 1 2 3 4 5 6 7 8 9; do echo "  - {name: c$i, type: number, min: -1000, max: 1000}"; done
} >"$temp/configs/schema.yaml"
cat >"$temp/configs/features.yaml" <<'YAML'
derive:
  - ratio: {name: r, numerator: c0, denominator: c1}
YAML
awk 'BEGIN {
  srand(42)
  print "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9"
  for (i = 0; i < 1000000; i++) {
    line = sprintf("%.4f", 100 * rand() + 1)
    for (j = 1; j < 10; j++) line = line sprintf(",%.4f", 100 * rand() + 1)
    print line
  }
}' >"$temp/million/data/raw/table.csv"

million() { "bin/$1" -config "$temp/configs" -work "$temp/million"; }
peak() { sed -n 's/.*"peak_bytes": \([0-9]*\).*/\1/p' "$temp/million/reports/lineage/host/$1.json"; }
for stage in clean features; do
  spent=$(seconds million "$stage")
  row "$stage, a million rows of ten columns" "$spent" "$(($(peak "$stage") / 1000000)) MB; together at most 6 s, each at most 500 MB"
done

# A champion of a few of the rows, and all of them as what it is asked about.
mkdir -p "$temp/few/data/raw"
sed -n '1,20001p' "$temp/million/data/raw/table.csv" >"$temp/few/data/raw/table.csv"
printf 'estimator: ridge\nremainder: passthrough\nintervals: {method: none}\n' >"$temp/configs/model.yaml"
for stage in clean features train; do "bin/$stage" -config "$temp/configs" -work "$temp/few" >/dev/null; done
drift() {
  bin/tools drift -config "$temp/configs" -work "$temp/few" -model "$temp/few/models/candidate/model.zip" \
    -current "$temp/million/data/raw/table.csv"
}
row "drift, a million rows of ten columns" "$(seconds drift)" "with clean at most 3"
row "schema, a million rows of ten columns" "$(seconds bin/tools schema -data "$temp/million/data/raw/table.csv")" ""
