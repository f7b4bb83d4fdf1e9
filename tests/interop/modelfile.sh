#!/usr/bin/env bash
# Reads model files with tools that know nothing of this project: unzip, sha256sum and numpy. One is
# that of the configuration; the other is a forest, which has arrays.
. "$(dirname "$0")/lib.sh"
need unzip unzip
venv

read_model() {
  local model=$work/models/champion/model.zip
  rm -rf "$dir/model"
  unzip -q -d "$dir/model" "$model"
  (cd "$dir/model" && sha256sum --check --quiet SHA256SUMS)
  "$python" "$here/modelfile.py" "$model"
}

pipeline work "$config"
read_model

forest=$dir/forest-config
mkdir -p "$forest"
cp "$root"/configs/*.yaml "$forest"
cat >"$forest/model.yaml" <<'END'
remainder: passthrough
estimator:
  random_forest_regressor: {n_estimators: 5}
END
pipeline forest "$forest"
read_model
