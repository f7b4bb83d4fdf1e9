#!/usr/bin/env bash
# Reads the model file with tools that know nothing of this project: unzip and numpy.
. "$(dirname "$0")/lib.sh"
need unzip unzip
pipeline
unzip -tq "$work/models/champion/model.zip"
venv
"$python" "$here/modelfile.py" "$work"
