"""Makes halving.json: how many candidates get how much of the resource in
scikit-learn's HalvingRandomSearchCV.

Made with Python 3.11.7, scikit-learn 1.9.1, numpy 2.4.6. From this folder's
parent:

    python testdata/make.py
"""

import json
import pathlib
import platform
import warnings

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import HalvingRandomSearchCV, KFold


class Constant(RegressorMixin, BaseEstimator):
    """Learns nothing, quickly."""

    def __init__(self, alpha=0.0, rounds=1):
        self.alpha = alpha
        self.rounds = rounds

    def fit(self, X, y):
        self.fitted_ = True
        return self

    def predict(self, X):
        return np.full(len(X), self.alpha)


def rungs(candidates, rows, folds, factor, resource, least, most, aggressive):
    x, y = np.zeros((rows, 1)), np.arange(rows, dtype=float)
    search = HalvingRandomSearchCV(
        Constant(),
        {"alpha": list(np.linspace(0, 1, candidates))},
        n_candidates=candidates,
        factor=factor,
        resource="n_samples" if resource == "rows" else "rounds",
        min_resources=least,
        max_resources=most or "auto",
        aggressive_elimination=aggressive,
        cv=KFold(folds),
        random_state=1,
        refit=False,
        scoring="neg_mean_absolute_error",
    )
    search.fit(x, y)
    return [
        {"budget": int(b), "candidates": int(n)}
        for b, n in zip(search.n_resources_, search.n_candidates_)
    ]


def cases():
    for candidates in (1, 2, 3, 8, 9, 10, 26, 27, 28, 60, 81):
        for least in ("exhaust", "smallest", 20):
            yield dict(candidates=candidates, rows=1000, folds=5, factor=3, resource="rows", least=least, most=0, aggressive=False)
    for factor in (2, 4, 5):
        yield dict(candidates=30, rows=1000, folds=3, factor=factor, resource="rows", least="exhaust", most=0, aggressive=False)
    for candidates in (12, 40, 90):
        yield dict(candidates=candidates, rows=300, folds=5, factor=3, resource="rows", least="smallest", most=0, aggressive=True)
        yield dict(candidates=candidates, rows=300, folds=5, factor=3, resource="rows", least=70, most=0, aggressive=True)
    yield dict(candidates=50, rows=1000, folds=5, factor=3, resource="rows", least="exhaust", most=400, aggressive=False)
    yield dict(candidates=200, rows=100, folds=5, factor=3, resource="rows", least="exhaust", most=0, aggressive=False)
    for least in ("exhaust", "smallest", 4, 7):
        for aggressive in (False, True):
            yield dict(candidates=30, rows=50, folds=5, factor=3, resource="rounds", least=least, most=90, aggressive=aggressive)
    # floor(log(243) / log(3)) is 4 in floating point: see TestRungsWhereLogarithmsRound.
    yield dict(candidates=243, rows=1000, folds=2, factor=3, resource="rows", least="exhaust", most=0, aggressive=False)


warnings.simplefilter("ignore")
out = {
    "versions": {"python": platform.python_version(), "scikit-learn": sklearn.__version__, "numpy": np.__version__},
    "cases": [dict(c, rungs=rungs(**c)) for c in cases()],
}
text = json.dumps(out["versions"])
lines = ",\n  ".join(json.dumps(c) for c in out["cases"])
pathlib.Path(__file__).with_name("halving.json").write_text(f'{{"versions": {text}, "cases": [\n  {lines}\n]}}\n')
