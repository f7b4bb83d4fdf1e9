"""Makes folds.json, scikit-learn's folds that the tests compare with.

Made with Python 3.11, numpy 2.4.6, pandas 3.1.1, scikit-learn 1.9.1 (the
versions used stand in the file). Run: python testdata/make.py

Where nothing is drawn the folds are the same. Where something is, the streams
differ, and the tests compare how many rows of each class a part gets.
"""

import json
import pathlib
import platform
import warnings

import numpy as np
import pandas as pd
import sklearn
from sklearn import model_selection as ms

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(42)
N = 60
y = rng.choice(3, N, p=[0.6, 0.28, 0.12])
groups = rng.integers(0, 14, N) * 3 - 10
numbers = np.round(rng.gamma(2, 2, N), 1)  # ties


def folds(splitter, n=N, y=y, groups=groups):
    kept = {"groups": groups} if "Group" in type(splitter).__name__ else {}
    return [{"train": a.tolist(), "test": np.asarray(b).tolist()} for a, b in splitter.split(np.zeros(n), y, **kept)]


def counts(splitter, y=y):
    """Rows of each class in the training and the test part, by fold."""
    return [[np.bincount(y[part], minlength=y.max() + 1).tolist() for part in fold]
            for fold in splitter.split(np.zeros(len(y)), y)]


def main():
    warnings.simplefilter("ignore")
    exact = [
        ("kfold", {"folds": 7}, ms.KFold(7)),
        ("stratified_kfold", {"folds": 4}, ms.StratifiedKFold(4)),
        ("group_kfold", {"folds": 4}, ms.GroupKFold(4)),
        ("stratified_group_kfold", {"folds": 3}, ms.StratifiedGroupKFold(3)),
        ("stratified_group_kfold", {"folds": 5}, ms.StratifiedGroupKFold(5)),
        ("leave_one_group_out", {}, ms.LeaveOneGroupOut()),
        ("time_series_split", {"folds": 4}, ms.TimeSeriesSplit(4)),
        ("time_series_split", {"folds": 3, "test_size": 5, "gap": 2, "max_train_size": 9},
         ms.TimeSeriesSplit(3, test_size=5, gap=2, max_train_size=9)),
    ]
    # Class counts that leave no tie among the remainders.
    shares = np.repeat([0, 1, 2, 3], [31, 17, 8, 5])
    drawn = [
        ("kfold", {"folds": 7, "shuffle": True}, [[[n - t], [t]] for n, t in
         [(len(a) + len(b), len(b)) for a, b in ms.KFold(7, shuffle=True, random_state=0).split(np.zeros(N))]],
         np.zeros(N, int)),
        ("stratified_kfold", {"folds": 4, "shuffle": True},
         counts(ms.StratifiedKFold(4, shuffle=True, random_state=0)), y),
        ("stratified", {"test_size": 0.25}, counts(ms.StratifiedShuffleSplit(1, test_size=0.25), shares), shares),
        ("stratified", {"test_size": 0.1}, counts(ms.StratifiedShuffleSplit(1, test_size=0.1), shares), shares),
        ("random", {"test_size": 0.21}, [[[N - 13], [13]]], np.zeros(N, int)),
    ]
    a, b = next(ms.ShuffleSplit(1, test_size=0.21).split(np.zeros(N)))
    assert (len(a), len(b)) == (N - 13, 13)
    edges = [1.5, 3.0, 4.5, 6.0]
    out = {
        "made_with": {"python": platform.python_version(), "numpy": np.__version__,
                      "pandas": pd.__version__, "scikit-learn": sklearn.__version__},
        "y": y.tolist(), "groups": groups.tolist(), "numbers": numbers.tolist(),
        "exact": [{"kind": k, "settings": s, "folds": folds(f)} for k, s, f in exact],
        "drawn": [{"kind": k, "settings": s, "y": v.tolist(), "counts": c} for k, s, c, v in drawn],
        "edges": edges,
        "cut": pd.cut(numbers, [-np.inf, *edges, np.inf], labels=False).tolist(),
        "qcut": pd.qcut(numbers, 5, labels=False).tolist(),
    }
    (HERE / "folds.json").write_text(json.dumps(out) + "\n")


main()
