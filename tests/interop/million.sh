#!/usr/bin/env bash
# A million rows: the report stays a page of less than 1 MB, and clean needs no more memory than for a tenth of them.
. "$(dirname "$0")/lib.sh"

settings=$dir/million-configs
rm -rf "$settings"
mkdir -p "$settings"
printf 'estimator: ridge\ncolumns: [{columns: [c8], steps: [one_hot_encoder]}]\nremainder: passthrough\n' >"$settings/model.yaml"
echo 'derive: [{ratio: {name: r, numerator: c0, denominator: c1}}]' >"$settings/features.yaml"
{
  echo 'target: c9'
  echo 'columns:'
  for i in 0 1 2 3 4 5 6 7; do echo "  - {name: c$i, type: number, min: -1000, max: 1000}"; done
  echo '  - {name: c8, type: category, categories: [a, b, c, d]}'
  echo '  - {name: c9, type: number}'
} >"$settings/schema.yaml"

# rows N writes a table of so many rows.
rows() {
  awk -v rows="$1" 'BEGIN {
    srand(42)
    print "c0,c1,c2,c3,c4,c5,c6,c7,c8,c9"
    for (i = 0; i < rows; i++) {
      sum = 0; line = ""
      for (j = 0; j < 8; j++) { v = 100 * rand() + 1; sum += v * (j % 3); line = line sprintf("%.4f,", v) }
      print line substr("abcd", int(4 * rand()) + 1, 1) sprintf(",%.4f", sum + 50 * rand())
    }
  }'
}
peak() { sed -n 's/.*"peak_bytes": \([0-9]*\).*/\1/p' "$work/reports/lineage/host/clean.json"; }

for count in 100000 1000000; do
  rows $count >"$dir/million.csv"
  echo "fetch: {source: $dir/million.csv}" >"$settings/data.yaml"
  pipeline million "$settings"
  size=$(wc -c <"$work/reports/index.html")
  say "$count rows: a report of $((size / 1000)) KB; clean took $(($(peak) / 1000000)) MB"
  [ "$size" -lt 1000000 ] || fail "the report of $count rows has $size bytes, more than 1 MB"
  before=${before:-$(peak)}
done
[ "$(peak)" -le $((before * 3 / 2)) ] || fail "clean took $(peak) bytes for a million rows, $before for a tenth of them"
