"""Scores of scikit-learn and LightGBM on the census table, of which every fifth row
is held out: a part of boosting.json, which boosting.py makes.
"""

import gzip
import pathlib

import lightgbm
import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, mean_absolute_error, mean_pinball_loss, mean_poisson_deviance

CENSUS = pathlib.Path(__file__).parents[4] / "data" / "external" / "housing.csv.gz"


def census():
    with gzip.open(CENSUS, "rt") as f:
        f.readline()
        rows = np.loadtxt(f, delimiter=",")
    return rows[:, :8], rows[:, 8]


def scores():
    x, y = census()
    test = np.arange(len(y)) % 5 == 0
    # Categories: the cell of a grid of half a degree, numbered row by row.
    cell = np.floor(2 * (x[:, 0] + 125)) + 25 * np.floor(2 * (x[:, 1] - 32))
    grid = np.column_stack([cell, x[:, 2:]])
    two = (y > np.median(y)).astype(int)
    four = np.digitize(y, np.quantile(y, [0.25, 0.5, 0.75]))
    common = dict(n_estimators=100, num_leaves=31, min_child_samples=20, verbose=-1, n_jobs=2)
    hgb = dict(early_stopping=False)

    def rmse(p):
        return float(np.sqrt(np.mean((y[test] - p) ** 2)))

    def sk(model, x=x, y=y, **settings):
        return model(**hgb, **settings).fit(x[~test], y[~test])

    def lgb(model, x=x, y=y, fit={}, **settings):
        return model(**common, **settings).fit(x[~test], y[~test], **fit)

    R, C = HistGradientBoostingRegressor, HistGradientBoostingClassifier
    L, K = lightgbm.LGBMRegressor, lightgbm.LGBMClassifier
    codes = np.unique(cell, return_inverse=True)[1]  # scikit-learn wants few codes
    return {
        "rmse": {
            "scikit-learn": rmse(sk(R).predict(x[test])),
            "LightGBM": rmse(lgb(L).predict(x[test])),
        },
        "absolute_error": {
            "scikit-learn": mean_absolute_error(y[test], sk(R, loss="absolute_error").predict(x[test])),
            "LightGBM": mean_absolute_error(y[test], lgb(L, objective="l1").predict(x[test])),
        },
        "quantile_0.9": {
            "scikit-learn": mean_pinball_loss(y[test], sk(R, loss="quantile", quantile=0.9).predict(x[test]), alpha=0.9),
            "LightGBM": mean_pinball_loss(y[test], lgb(L, objective="quantile", alpha=0.9).predict(x[test]), alpha=0.9),
        },
        "poisson": {
            "scikit-learn": mean_poisson_deviance(y[test] / 1e5, sk(R, y=y / 1e5, loss="poisson").predict(x[test])),
            "LightGBM": mean_poisson_deviance(y[test] / 1e5, lgb(L, y=y / 1e5, objective="poisson").predict(x[test])),
        },
        "log_loss": {
            "scikit-learn": log_loss(two[test], sk(C, y=two).predict_proba(x[test])),
            "LightGBM": log_loss(two[test], lgb(K, y=two).predict_proba(x[test])),
        },
        "multinomial": {
            "scikit-learn": log_loss(four[test], sk(C, y=four).predict_proba(x[test])),
            "LightGBM": log_loss(four[test], lgb(K, y=four).predict_proba(x[test])),
        },
        "categories": {
            "scikit-learn": rmse(
                sk(R, x=np.column_stack([codes, x[:, 2:]]), categorical_features=[0], max_bins=255).predict(
                    np.column_stack([codes, x[:, 2:]])[test]
                )
            )
            if codes.max() < 255
            else None,
            "LightGBM": rmse(lgb(L, x=grid, fit={"categorical_feature": [0]}).predict(grid[test])),
        },
    }
