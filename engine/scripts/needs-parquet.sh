#!/usr/bin/env bash
# Prints yes where a table is a Parquet file: by its name, in a folder of that name, by the settings, or as it lies
# below the work folder.
# Make asks at every start, so no other program is run.
#
#   engine/scripts/needs-parquet.sh CONFIG WORK [NAME…]
set -euo pipefail
shopt -s nocasematch nocaseglob nullglob

config=${1:?usage: engine/scripts/needs-parquet.sh CONFIG WORK [NAME…]}/data.yaml
work=${2:?usage: engine/scripts/needs-parquet.sh CONFIG WORK [NAME…]}
yes() { echo yes; exit; }

for name in "${@:3}"; do
  if [[ $name = *.parquet* ]]; then yes; fi
  if [ -n "$name" ]; then for _ in "$name"/*.parquet; do yes; done; fi
done
for _ in "$work"/data/raw/*.parquet "$work"/data/processed/*.parquet; do yes; done
if [ ! -r "$config" ]; then exit; fi
while IFS= read -r line || [ -n "$line" ]; do
  line=" $line" # a comment begins after a space, or the line with it
  if [[ ${line%%[[:space:]]#*} = *parquet* ]]; then yes; fi
done <"$config"
