"""Makes neighbors.json, scikit-learn's predictions that the tests compare with.

Made with Python 3.11, numpy 2.4.6, scikit-learn 1.9.1 (the versions used stand
in the file). Run: python testdata/make.py

Repeated rows stand in pairs of one target, as scikit-learn's choice between rows
at the same distance depends on the algorithm. The algorithm is the k-d tree,
as brute force rounds a distance of 0 to 1e-8.
"""

import json
import pathlib
import platform

import numpy as np
import sklearn
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(42)


def case(n, p):
    x = rng.normal(size=(n, p))
    x[10:20] = x[:10]  # each twice, at distance 0
    y = np.round(x[:, 0] * 10 + rng.normal(size=n), 3)
    classes = rng.integers(0, 3, n)
    y[10:20], classes[10:20] = y[:10], classes[:10]
    q = np.vstack([x[5:9], rng.normal(size=(16, p))])
    out = {"x": x.tolist(), "y": y.tolist(), "classes": classes.tolist(), "q": q.tolist(), "fits": []}
    for k in (1, 4, 7):
        for weights in ("uniform", "distance"):
            regressor = KNeighborsRegressor(k, weights=weights, algorithm="kd_tree").fit(x, y)
            classifier = KNeighborsClassifier(k, weights=weights, algorithm="kd_tree").fit(x, classes)
            out["fits"].append({
                "settings": {"n_neighbors": k, "weights": weights},
                "value": regressor.predict(q).tolist(),
                "proba": classifier.predict_proba(q).tolist(),
            })
    return out


def main():
    out = {
        "made_with": {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__},
        "cases": [case(120, 1), case(120, 3), case(60, 18)],
    }
    (HERE / "neighbors.json").write_text(json.dumps(out) + "\n")


main()
