#!/usr/bin/env bash
# Reads the model file with tools that know nothing of this project: unzip, sha256sum and numpy.
. "$(dirname "$0")/lib.sh"
need unzip unzip
pipeline

model=$work/models/champion/model.zip
rm -rf "$dir/model"
unzip -q -d "$dir/model" "$model"
(cd "$dir/model" && sha256sum --check --quiet SHA256SUMS)

venv
"$python" "$here/modelfile.py" "$model"
