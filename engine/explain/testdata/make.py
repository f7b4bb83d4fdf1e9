"""Makes explain.json, the answers of scikit-learn that the tests compare with.

Made with Python 3.11, numpy 2.4.6, scikit-learn 1.9.1 (the versions used stand
in the file). Run: python testdata/make.py
"""

import json
import pathlib
import platform

import numpy as np
import sklearn
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence, permutation_importance

HERE = pathlib.Path(__file__).parent
ROWS, REPEATS, SEED = 60, 4, 7


class Formula(RegressorMixin, BaseEstimator):
    """A model that Go can write down, too: 3 a + b² + 2 a c."""

    def fit(self, x, y):
        self.fitted_ = True
        return self

    def predict(self, x):
        return 3 * x[:, 0] + x[:, 1] ** 2 + 2 * x[:, 0] * x[:, 2]


def orders():
    """The orders in which permutation_importance deals out each column's rows.

    It shuffles one array of row numbers again and again, and the column by it.
    """
    seed = np.random.RandomState(SEED).randint(np.iinfo(np.int32).max + 1)
    rng = np.random.RandomState(seed)
    index, dealt, out = np.arange(ROWS), np.arange(ROWS), []
    for _ in range(REPEATS):
        rng.shuffle(index)
        dealt = dealt[index]
        out.append(dealt.tolist())
    return out


rng = np.random.default_rng(42)
x = rng.normal(size=(ROWS, 4)).round(3)
x[:, 1] = rng.integers(0, 5, ROWS)
model = Formula().fit(x, None)
y = model.predict(x) + rng.normal(size=ROWS).round(3)

importance = permutation_importance(
    model, x, y, scoring="neg_root_mean_squared_error", n_repeats=REPEATS, random_state=SEED
)
dependence = []
for column in range(3):
    d = partial_dependence(model, x, [column], kind="both", method="brute", grid_resolution=9)
    dependence.append({
        "grid": d["grid_values"][0].tolist(),
        "mean": d["average"][0].tolist(),
        "individual": d["individual"][0].tolist(),
    })

out = {
    "versions": {"python": platform.python_version(), "numpy": np.__version__, "scikit-learn": sklearn.__version__},
    "x": x.tolist(),
    "y": y.tolist(),
    "orders": orders(),
    "importances": importance.importances.tolist(),
    "means": importance.importances_mean.tolist(),
    "deviations": importance.importances_std.tolist(),
    "points": 9,
    "dependence": dependence,
}
(HERE / "explain.json").write_text(json.dumps(out) + "\n")
