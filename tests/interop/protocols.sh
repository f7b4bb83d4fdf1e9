#!/usr/bin/env bash
# Asks the server with other people's clients: MLflow's scoring client, and Triton's for the Open Inference
# Protocol. For all test rows each must get what evaluate wrote, from a regression and from a classifier
# with categories and nulls.
. "$(dirname "$0")/lib.sh"
need go golang
requirements=$here/requirements-protocols.txt
venv

# shapes makes a table and settings of a classification.
shapes() {
  mkdir -p "$shapes"
  "$python" "$here/protocols.py" table "$shapes/shapes.csv"
  cat >"$shapes/data.yaml" <<END
fetch: {source: "$shapes/shapes.csv"}
END
  cat >"$shapes/schema.yaml" <<'END'
target: shape
columns:
  - {name: shape, type: category}
  - {name: colour, type: category, nullable: true}
  - {name: width, type: number, nullable: true}
  - {name: corners, type: integer}
END
  cat >"$shapes/features.yaml" <<'END'
split:
  stratified: {column: shape}
END
  cat >"$shapes/model.yaml" <<'END'
task: multiclass
columns:
  - {columns: [width, corners], steps: [simple_imputer, standard_scaler]}
  - columns: [colour]
    steps: [{simple_imputer: {strategy: most_frequent}}, one_hot_encoder]
estimator: logistic_regression
END
}

pipeline work "$config"
"$python" "$here/protocols.py" ask "$root/bin/serve" "$config" "$work"
shapes=$dir/shapes-config
shapes
pipeline shapes "$shapes"
"$python" "$here/protocols.py" ask "$root/bin/serve" "$shapes" "$work"
