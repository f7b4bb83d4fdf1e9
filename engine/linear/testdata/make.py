"""Makes linear.json, the answers of scikit-learn that the tests compare with.

Made with Python 3.11, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1 (the
versions used stand in the file). Run: python testdata/make.py

Solvers and tolerances are set so that the reference is at its optimum: the
tests then measure the distance to the solution, not to where a solver stopped.
"""

import gzip
import json
import pathlib
import platform
import warnings

import numpy as np
import scipy
import sklearn
from sklearn import linear_model as lm

HERE = pathlib.Path(__file__).parent
CENSUS = HERE.parents[3] / "data" / "external" / "housing.csv.gz"
rng = np.random.default_rng(42)


def census():
    """The table's columns in file order and the value of the houses."""
    with gzip.open(CENSUS, "rt") as f:
        names = f.readline().strip().split(",")
        rows = np.loadtxt(f, delimiter=",")
    target = names.index("median_house_value")
    return np.delete(rows, target, axis=1), rows[:, target]


def tall():
    """40 rows, columns of unlike scale, two of them correlated."""
    x = rng.normal(size=(40, 4)) * [1, 100, 0.01, 5] + [0, 1000, 1, -7]
    x[:, 3] += 0.04 * x[:, 1]
    y = x @ [3, -0.2, 50, 0] + rng.normal(size=40)
    return x, y


def dependent():
    """A one-hot block that adds up to 1, a repeated and a constant column."""
    hot = np.eye(3)[rng.integers(0, 3, 30)]
    z = rng.normal(size=30)
    x = np.column_stack([hot, z, z, np.full(30, 0.1)])
    return x, z + hot @ [1.0, 2, 4] + 0.1 * rng.normal(size=30)


def wide():
    """More columns than rows."""
    x = rng.normal(size=(6, 9))
    return x, rng.normal(size=6)


DATA = {"tall": tall(), "dependent": dependent(), "wide": wide()}
WEIGHTS = {k: rng.integers(0, 4, len(v[1])) * 0.5 for k, v in DATA.items()}

REGRESSIONS = [
    # (kind, settings as in the model's JSON, constructor)
    ("least_squares", {}, lambda **k: lm.LinearRegression(**k)),
    ("least_squares", {"fit_intercept": False}, lambda **k: lm.LinearRegression(**k)),
    ("least_squares", {"positive": True}, lambda **k: lm.LinearRegression(**k)),
    ("ridge", {}, lambda **k: lm.Ridge(solver="svd", **k)),
    ("ridge", {"alpha": 0.01}, lambda **k: lm.Ridge(solver="svd", **k)),
    ("ridge", {"alpha": 30.0, "fit_intercept": False}, lambda **k: lm.Ridge(solver="svd", **k)),
    ("lasso", {"alpha": 0.1, "tol": 1e-15, "max_iter": 1000000}, lambda **k: lm.Lasso(**k)),
    ("lasso", {"alpha": 0.05, "fit_intercept": False, "positive": True, "tol": 1e-15, "max_iter": 1000000},
     lambda **k: lm.Lasso(**k)),
    ("elastic_net", {"alpha": 0.1, "tol": 1e-15, "max_iter": 1000000}, lambda **k: lm.ElasticNet(**k)),
    ("elastic_net", {"alpha": 0.5, "l1_ratio": 0.1, "tol": 1e-15, "max_iter": 1000000},
     lambda **k: lm.ElasticNet(**k)),
]


def regressions():
    for kind, settings, make in REGRESSIONS:
        for data, (x, y) in DATA.items():
            for weighted in (False, True):
                model = make(**settings).fit(x, y, sample_weight=WEIGHTS[data] if weighted else None)
                yield {
                    "kind": kind, "settings": settings, "data": data, "weighted": weighted,
                    "coef": model.coef_.tolist(), "intercept": float(model.intercept_),
                }


def on_census():
    x, y = census()
    for kind, settings, model in [
        ("least_squares", {}, lm.LinearRegression()),
        ("ridge", {"alpha": 1.0}, lm.Ridge(solver="svd")),
        ("ridge", {"alpha": 1e4}, lm.Ridge(alpha=1e4, solver="svd")),
    ]:
        model.fit(x, y)
        yield {"kind": kind, "settings": settings, "data": "census", "weighted": False,
               "coef": model.coef_.tolist(), "intercept": float(model.intercept_)}


def classes(k, n, p, scale):
    x = rng.normal(size=(n, p)) * scale + 10 * np.arange(p)
    z = rng.normal(size=(n, k)) + 1.2 * (x - x.mean(0))[:, :1] / scale[0] * np.arange(k)
    return x, z.argmax(1)


def classifications():
    """Newton's method with a tight tolerance: its coefficients are the optimum
    to about 1e-9, which the tests compare at 1e-6."""
    for name, k, n, p in (("binary", 2, 50, 3), ("three", 3, 70, 4), ("wide", 2, 8, 12)):
        x, y = classes(k, n, p, np.logspace(-2, 2, p))
        w = rng.integers(0, 4, n) * 0.5
        w[:k] = 1
        data = {"x": x.tolist(), "y": y.tolist(), "w": w.tolist()}
        fits = []
        for settings in ({}, {"c": 50.0}, {"c": 0.01}, {"fit_intercept": False}, {"class_weight": "balanced"}):
            for weighted in (False, True):
                args = {{"c": "C"}.get(key, key): v for key, v in settings.items()}
                model = lm.LogisticRegression(solver="newton-cholesky", tol=1e-13, max_iter=1000, **args)
                model.fit(x, y, sample_weight=w if weighted else None)
                intercept = model.intercept_ - (model.intercept_.mean() if k > 2 else 0)
                fits.append({"settings": settings, "weighted": weighted, "coef": model.coef_.tolist(),
                             "intercept": intercept.tolist(), "proba": model.predict_proba(x).tolist()})
        yield {"name": name, "data": data, "fits": fits}


def main():
    warnings.simplefilter("ignore")  # the descents stop at rounding, not at tol
    out = {
        "made_with": {"python": platform.python_version(), "numpy": np.__version__,
                      "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "data": {k: {"x": x.tolist(), "y": y.tolist(), "w": WEIGHTS[k].tolist()} for k, (x, y) in DATA.items()},
        "regressions": [*regressions(), *on_census()],
        "classifications": [*classifications()],
    }
    (HERE / "linear.json").write_text(json.dumps(out) + "\n")


main()
