"""Makes kmeans.json, and cluster_similarity.json of package transform, from
scikit-learn's KMeans.

    python testdata/make.py

Made with Python 3.11, scikit-learn 1.9.1, numpy 2.4.6, pandas 3.1.1; each fixture
names the versions that made it.
"""

import json
import platform
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from sklearn.cluster import KMeans
from sklearn.metrics.pairwise import rbf_kernel

HERE = Path(__file__).parent
VERSIONS = {
    "python": platform.python_version(), "scikit-learn": sklearn.__version__,
    "numpy": np.__version__, "pandas": pd.__version__,
}


def save(path, cases):
    text = json.dumps({"made_with": VERSIONS, "cases": cases}, indent=None, separators=(",", ":"))
    path.write_text(text.replace('{"name":', '\n{"name":') + "\n")


def clusters(rng):
    centers = rng.normal(0, 6, (8, 2))
    points = np.round(np.vstack([rng.normal(c, 1.2, (40, 2)) for c in centers]), 4)
    weights = np.round(rng.exponential(1, len(points)), 4)
    cube = np.round(rng.random((200, 3)), 4)
    cases = []
    for name, x, w, k in (("plane", points, None, 6), ("weighted", points, weights, 6), ("cube", cube, None, 5),
                          ("line", points[:, :1], None, 4), ("empty cluster", points, None, 4)):
        init = x[:: len(x) // k][:k].copy()
        if name == "empty cluster":
            init[3] = [500, 500]
        given = KMeans(k, init=init, n_init=1, tol=1e-4).fit(x, sample_weight=w)
        best = min(KMeans(k, n_init=10, random_state=s).fit(x, sample_weight=w).inertia_ for s in range(5))
        cases.append({"name": name, "points": x.tolist(), "weights": None if w is None else w.tolist(), "init": init.tolist(),
                      "centers": given.cluster_centers_.tolist(), "inertia": float(given.inertia_), "best_inertia": float(best)})
    save(HERE / "kmeans.json", cases)
    fitted = KMeans(6, n_init=10, random_state=1).fit(points)
    places = np.vstack([points[::16], fitted.cluster_centers_, [[100, 100]]])
    save(HERE.parents[1] / "transform" / "testdata" / "cluster_similarity.json", [
        {"name": f"gamma {g}", "gamma": g, "centers": fitted.cluster_centers_.tolist(), "points": places.tolist(),
         "want": rbf_kernel(places, fitted.cluster_centers_, gamma=g).T.tolist()} for g in (1.0, 0.1)
    ])


clusters(np.random.default_rng(42))
