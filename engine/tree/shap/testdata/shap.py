"""Writes shap.json: contributions by LightGBM and XGBoost for their own models.

Run from this folder's parent: python testdata/shap.py
Made with lightgbm 4.7.0, xgboost 3.2.0; the versions stand in the file.

Each tree is a list of nodes: [feature, threshold, codes, missing_left, left,
right, cover] for a split, [value, cover] for a leaf.
"""

import json
import pathlib

import lightgbm
import numpy as np
import xgboost

HERE = pathlib.Path(__file__).parent
r = np.random.RandomState(5)
N, P = 600, 6


def data():
    x = r.uniform(0, 10, (N, P)).astype(np.float32)
    x[:, 5] = r.randint(0, 8, N)
    y = x[:, 0] * np.sin(x[:, 1]) + x[:, 2] + 3 * np.isin(x[:, 5], [1, 4, 6]) + r.normal(0, 0.5, N)
    x[r.uniform(size=x.shape) < 0.1] = np.nan
    return x, y


def rows(x):
    return [[None if np.isnan(v) else float(v) for v in row] for row in x]


def lightgbm_tree(node, out):
    at = len(out)
    out.append(None)
    if "leaf_value" in node:
        out[at] = [node["leaf_value"], node["leaf_count"]]
        return at
    codes, threshold = None, node["threshold"]
    if node["decision_type"] == "==":
        codes, threshold = [int(c) for c in threshold.split("||")], 0
    else:
        assert node["missing_type"] == "NaN", node["missing_type"]
    left = lightgbm_tree(node["left_child"], out)
    right = lightgbm_tree(node["right_child"], out)
    missing_left = codes is None and node["default_left"]
    out[at] = [node["split_feature"], threshold, codes, missing_left, left, right, node["internal_count"]]
    return at


def by_lightgbm(x, y):
    m = lightgbm.LGBMRegressor(n_estimators=12, num_leaves=15, min_child_samples=5, verbose=-1, random_state=1)
    m.fit(x, y, categorical_feature=[5])
    trees = []
    for t in m.booster_.dump_model()["tree_info"]:
        trees.append([])
        lightgbm_tree(t["tree_structure"], trees[-1])
    return {"trees": trees, "base": 0, "contributions": m.predict(x[:25], pred_contrib=True).tolist()}


def xgboost_tree(node, out):
    at = len(out)
    out.append(None)
    if "leaf" in node:
        out[at] = [node["leaf"], node["cover"]]
        return at
    children = {c["nodeid"]: c for c in node["children"]}
    # x < t in single precision is x <= the next number below t.
    below = float(np.nextafter(np.float32(node["split_condition"]), np.float32(-np.inf)))
    left = xgboost_tree(children[node["yes"]], out)
    right = xgboost_tree(children[node["no"]], out)
    out[at] = [int(node["split"][1:]), below, None, node["missing"] == node["yes"], left, right, node["cover"]]
    return at


def by_xgboost(x, y):
    d = xgboost.DMatrix(x, label=y)
    m = xgboost.train({"max_depth": 5, "base_score": 2.5, "seed": 1}, d, 10)
    trees = []
    for t in m.get_dump(dump_format="json", with_stats=True):
        trees.append([])
        xgboost_tree(json.loads(t), trees[-1])
    return {"trees": trees, "base": 2.5, "contributions": m.predict(xgboost.DMatrix(x[:25]), pred_contribs=True).tolist()}


x, y = data()
out = {
    "made_with": {"lightgbm": lightgbm.__version__, "xgboost": xgboost.__version__, "numpy": np.__version__},
    "rows": rows(x[:25]),
    "lightgbm": by_lightgbm(x, y),
    "xgboost": by_xgboost(x, y),
}
(HERE / "shap.json").write_text(json.dumps(out, separators=(",", ":")) + "\n")
