"""Writes forest.json: what scikit-learn's trees do on small data.

Run from this folder's parent: python testdata/forest.py
Made with scikit-learn 1.9.1, numpy 2.4.6; the versions stand in the file.

Features are multiples of 1/64, so that scikit-learn's float32 loses nothing.
Where two splits are equally good scikit-learn takes one at random: cases in
which seeds give different trees are passed over, so each tree here is the
only answer. That needs leaves of some rows, or a single feature.
"""

import csv
import gzip
import json
import pathlib

import numpy as np
import sklearn
from sklearn.ensemble import ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier, RandomForestRegressor
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor, export_text

HERE = pathlib.Path(__file__).parent
SEEDS = range(6)


def clean(a):
    """Nested lists with null for NaN and infinity."""
    a = np.asarray(a)
    if a.dtype.kind != "f":
        return a.tolist()
    if a.ndim > 1:
        return [clean(r) for r in a]
    return [float(v) if np.isfinite(v) else None for v in a]


def nodes(t):
    t = t.tree_
    return {
        "feature": clean(t.feature),
        "threshold": clean(t.threshold),
        "left": clean(t.children_left),
        "right": clean(t.children_right),
        "missing_left": clean(t.missing_go_to_left),
        "cover": clean(t.weighted_n_node_samples),
        "impurity": clean(t.impurity),
        "value": clean(t.value[:, 0, :]),
    }


def fitted(make, x, y, w):
    """The tree, or None if it depends on the seed."""
    trees = [make(random_state=s).fit(x, y, sample_weight=w) for s in SEEDS]
    first = trees[0].tree_
    for t in trees[1:]:
        for array in "feature", "threshold", "missing_go_to_left":
            if not np.array_equal(getattr(t.tree_, array), getattr(first, array)):
                return None
    return trees[0]


def data(seed, n, p, classes, nan, ties):
    r = np.random.RandomState(seed)
    x = np.round(r.uniform(0, 4 if ties else 200, (n, p)) * 64) / 64
    signal = x[:, 0] + 3 * np.sin(x[:, p - 1]) + r.normal(0, 1, n)
    if classes:
        y = np.digitize(signal, np.quantile(signal, np.arange(1, classes) / classes))
        flip = r.uniform(size=n) < 0.15
        y[flip] = r.randint(0, classes, flip.sum())
    else:
        y = np.round(signal * 1024) / 1024
    if nan:
        x[r.uniform(size=(n, p)) < 0.12] = np.nan
    return x, y


def case(name, seed, n, p, classes=0, nan=False, ties=False, weighted=False, **settings):
    kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
    t = None
    while t is None:
        seed += 100
        x, y = data(seed, n, p, classes, nan, ties)
        w = np.random.RandomState(seed + 1).choice([0.25, 0.5, 1.0, 1.5, 3.0], n) if weighted else None
        t = fitted(lambda random_state: kind(random_state=random_state, **settings), x, y, w)
    print(name, seed, t.tree_.node_count)
    probe, _ = data(seed + 2, 20, p, 0, nan, ties)
    out = {
        "name": name,
        "classes": classes,
        "settings": settings,
        "x": clean(x),
        "y": clean(y),
        "w": None if w is None else clean(w),
        "tree": nodes(t),
        "probe": clean(probe),
        "predicted": clean(t.predict_proba(probe) if classes else t.predict(probe)[:, None]),
        "text": export_text(t, show_weights=classes > 0),
        "short_text": export_text(t, max_depth=1, decimals=4),
    }
    if not nan:
        path = t.cost_complexity_pruning_path(x, y, sample_weight=w)
        out["alphas"], out["impurities"] = clean(path.ccp_alphas), clean(path.impurities)
        alpha = float(path.ccp_alphas[len(path.ccp_alphas) // 2] * 1.0001)
        pruned = kind(random_state=0, ccp_alpha=alpha, **settings).fit(x, y, sample_weight=w)
        out["ccp_alpha"], out["pruned"] = alpha, nodes(pruned)
    return out


def census():
    """6,000 rows of the bundled census table, spread over the state."""
    with gzip.open(HERE / "../../../../data/external/housing.csv.gz", "rt") as f:
        rows = list(csv.DictReader(f))
    target = "median_house_value"
    names = [c for c in rows[0] if c != target]
    x = np.array([[float(r[c] or "nan") for c in names] for r in rows])
    y = np.array([float(r[target]) for r in rows])
    pick = np.arange(6000) * 7919 % len(y)
    return names, x[pick], y[pick]


def held_out():
    names, x, y = census()
    a, b = slice(0, 3000), slice(3000, 6000)
    high = (y > 180000).astype(int) + (y > 300000)
    out = {"columns": names, "scores": {}}
    for name, kind, settings in [
        ("forest", RandomForestRegressor, dict(max_features=3, oob_score=True)),
        ("extra", ExtraTreesRegressor, dict(max_features=3)),
        ("forest_leaf5", RandomForestRegressor, dict(max_features=0.5, min_samples_leaf=5)),
        ("forest_classes", RandomForestClassifier, dict(oob_score=True)),
        ("forest_entropy", RandomForestClassifier, dict(criterion="entropy", min_samples_leaf=3)),
        ("extra_classes", ExtraTreesClassifier, dict(min_samples_leaf=2)),
    ]:
        scores, oob = [], []
        for seed in range(10):
            m = kind(100, n_jobs=2, random_state=seed, **settings)
            if "classes" in name or "entropy" in name:
                m.fit(x[a], high[a])
                share = m.predict_proba(x[b])[np.arange(3000), high[b]]
                scores.append(float(np.mean(-np.log(np.maximum(share, 1e-3)))))
            else:
                m.fit(x[a], y[a])
                scores.append(float(np.sqrt(np.mean((m.predict(x[b]) - y[b]) ** 2))))
            if "oob_score" in settings:
                oob.append(m.oob_score_)
        out["scores"][name] = {"settings": settings, "score": float(np.mean(scores)), "spread": float(np.std(scores))}
        if oob:
            out["scores"][name]["oob"] = float(np.mean(oob))
        print(name, out["scores"][name])
    return out


cases = [
    case("regression", 1, 120, 3, min_samples_leaf=4),
    case("regression, one feature to the last row", 2, 60, 1),
    case("regression, equal values", 3, 150, 2, ties=True, min_samples_leaf=6),
    case("regression, weights", 4, 100, 3, weighted=True, min_samples_leaf=5),
    case("regression, missing", 5, 160, 3, nan=True, min_samples_leaf=6),
    case("regression, missing and weights", 6, 150, 2, nan=True, weighted=True, max_depth=4, min_samples_leaf=5),
    case("regression, few leaves", 7, 150, 3, max_leaf_nodes=9),
    case("regression, small gains refused", 8, 120, 3, min_impurity_decrease=2.0, min_samples_leaf=3),
    case("two classes", 9, 200, 3, classes=2, min_samples_leaf=9, max_depth=4),
    case("two classes by entropy, weights", 10, 200, 3, classes=2, weighted=True, criterion="entropy", min_samples_leaf=9),
    case("three classes", 11, 200, 3, classes=3, min_samples_leaf=9, max_depth=4),
    case("four classes by entropy, missing", 12, 240, 3, classes=4, nan=True, criterion="entropy", min_samples_leaf=11, max_depth=4),
    case("three classes, missing and weights", 13, 200, 2, classes=3, nan=True, weighted=True, min_samples_leaf=9),
    case("three classes, few leaves", 14, 200, 3, classes=3, max_leaf_nodes=6, min_samples_leaf=9),
]
out = {"made_with": {"scikit-learn": sklearn.__version__, "numpy": np.__version__}, "cases": cases, "held_out": held_out()}
(HERE / "forest.json").write_text(json.dumps(out, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
