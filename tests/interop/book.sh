#!/usr/bin/env bash
# Runs configs/homl-linear and configs/homl whole: what comes out must be in the table of docs/own-data.md beside the
# book's own results.
#
# BOOK  the book's archive (../shared/data/homl/housing.tgz beside the clone, or else what fetch downloads)
# Ends with status 77, skipped, when there is neither the archive nor the network.
. "$(dirname "$0")/lib.sh"
need go golang

book=${BOOK:-$root/../shared/data/homl/housing.tgz}
if [ -f "$book" ]; then
  SOURCE=$(cd "$(dirname "$book")" && pwd)/$(basename "$book")
elif [ -n "${BOOK:-}" ]; then
  fail "no archive at BOOK=$BOOK"
elif ! curl --silent --fail --head --location --max-time 20 "$(sed -n 's/^ *source: //p' "$root/configs/homl/data.yaml")" >/dev/null; then
  say "skipped: there is no network; name the book's archive with BOOK="
  exit 77
fi
export SOURCE=${SOURCE:-}

for name in homl-linear homl; do
  started=$SECONDS
  pipeline "$name" "configs/$name"
  train=$(sed -nE 's/^train: .* rmse ([0-9,]+) in .* ([0-9,]+) on the training rows$/\2 \1/p' "$work.log")
  test=$(sed -nE 's/^evaluate: .*test rmse ([0-9,]+) .*/\1/p' "$work.log")
  say "$name: training, cross-validation and test rows: $train $test, in $((SECONDS - started)) s"
  row=$(grep "^| \`configs/$name\`" "$root/docs/own-data.md") || fail "docs/own-data.md has no row for configs/$name"
  if [ -z "$train" ] || [ -z "$test" ]; then fail "$work.log tells no scores"; fi
  for figure in $train $test; do
    [[ $row == *" $figure "* ]] || fail "$figure is not what docs/own-data.md has: $row"
  done
done
