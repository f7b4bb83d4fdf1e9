"""Makes bins.json, losses.json and boosting.json, the answers of scikit-learn,
LightGBM and XGBoost that the tests compare with.

Made with Python 3.11, numpy 2.4.6, scikit-learn 1.9.1, LightGBM 4.7.0, XGBoost
3.2.0 (the versions used stand in the files). Run: python testdata/boosting.py
"""

import json
import pathlib
import platform

import lightgbm
import numpy as np
import sklearn
import xgboost
from sklearn._loss.loss import (
    AbsoluteError,
    HalfBinomialLoss,
    HalfMultinomialLoss,
    HalfPoissonLoss,
    HalfSquaredError,
    HuberLoss,
    PinballLoss,
)
from sklearn.ensemble import (
    GradientBoostingRegressor,
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
)
from sklearn.ensemble._hist_gradient_boosting.binning import _BinMapper

from scores import scores

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(42)


def numbers(a):
    """Nested lists with None for NaN."""
    a = np.asarray(a, dtype=float)
    if a.ndim > 1:
        return [numbers(row) for row in a]
    return [None if np.isnan(v) else float(v) for v in a]


def short(a):
    """A flat list of ten significant digits."""
    return [float(f"{v:.10g}") for v in np.asarray(a, dtype=float).ravel()]


# Bins.


def columns():
    few = rng.integers(0, 7, 60) / 4.0
    many = np.round(rng.lognormal(0, 2, 700), 3)
    gaps = rng.normal(size=700)
    gaps[rng.random(700) < 0.2] = np.nan
    ties = np.repeat(rng.normal(size=40), rng.integers(1, 30, 40))
    ends = np.array([-1e150, 1e150, 1.5e150, -0.0, 0.0, 5e-324, 1e-310])
    return {"few": few, "many": many, "gaps": gaps, "ties": ties, "ends": ends, "one": np.full(5, 3.0)}


def bins():
    made = []
    for name, column in columns().items():
        weights = rng.integers(0, 4, len(column)).astype(float)
        cases = []
        for most in (255, 16, 3):
            for w in (None, weights):
                if w is not None and name == "one":
                    continue
                with np.errstate(over="ignore"):
                    mapper = _BinMapper(n_bins=most + 1).fit(column[:, None], sample_weight=w)
                cases.append({"most": most, "weighted": w is not None, "edges": mapper.bin_thresholds_[0].tolist()})
        with np.errstate(over="ignore"):
            codes = _BinMapper(n_bins=256).fit_transform(column[:, None])[:, 0]
        made.append(
            {"name": name, "column": numbers(column), "weights": weights.tolist(), "cases": cases, "codes": codes.astype(int).tolist()}
        )
    return made


# Losses.


def losses():
    n = 40
    raw = rng.normal(size=n) * 2
    y = raw + rng.standard_t(3, size=n)
    count = rng.poisson(2, n).astype(float)
    two = rng.integers(0, 2, n).astype(float)
    three = rng.integers(0, 3, n).astype(float)
    raw3 = rng.normal(size=(n, 3)) * 2
    extreme = np.where(np.arange(n) % 10 == 0, raw * 300, raw)
    w = rng.random(n) * 3
    cases = [
        ("squared_error", HalfSquaredError(), raw, y, {}),
        ("absolute_error", AbsoluteError(), raw, y, {}),
        ("quantile", PinballLoss(quantile=0.8), raw, y, {"level": 0.8}),
        ("huber", HuberLoss(quantile=0.9, delta=1.3), raw, y, {"level": 0.9, "delta": 1.3}),
        ("poisson", HalfPoissonLoss(), raw, count, {}),
        ("log_loss", HalfBinomialLoss(), extreme, two, {}),
        ("multinomial", HalfMultinomialLoss(n_classes=3), raw3, three, {}),
    ]
    out = []
    for name, loss, raw, y, parameters in cases:
        gradient, hessian = loss.gradient_hessian(y_true=y, raw_prediction=raw)
        start = loss.fit_intercept_only(y, None)
        weighted = loss.fit_intercept_only(y, w)
        out.append(
            {
                "name": name,
                **parameters,
                "y": y.tolist(),
                "w": w.tolist(),
                "raw": raw.ravel().tolist(),
                "loss": loss.loss(y_true=y, raw_prediction=raw).tolist(),
                "gradient": gradient.reshape(n, -1).T.tolist(),
                "hessian": np.broadcast_to(hessian, gradient.shape).reshape(n, -1).T.tolist(),
                "start": np.atleast_1d(start).tolist(),
                "start_weighted": np.atleast_1d(weighted).tolist(),
            }
        )
    return out


# Small fits.


def small():
    n = 200
    x = rng.normal(size=(n, 4))
    x[:, 1] = rng.integers(0, 12, n)
    x[rng.random(n) < 0.15, 2] = np.nan
    signal = 2 * x[:, 0] + np.sin(x[:, 1]) + np.where(np.isnan(x[:, 2]), 1.5, x[:, 2]) * (x[:, 3] > 0)
    return x, signal + 0.3 * rng.normal(size=n), signal


def fits(x, y, signal):
    """Predictions on the training rows; exact splits, so nothing is left to chance."""
    n, rows = len(y), x
    targets = {
        "number": y,
        "count": rng.poisson(np.exp(signal / 3)),
        "two": (y > 0).astype(float),
        "three": np.digitize(y, [-1, 1.5]),
    }
    weights = rng.random(n) + 0.5
    base = dict(max_iter=10, learning_rate=0.3, early_stopping=False, min_samples_leaf=5, max_leaf_nodes=12)

    def ours(settings):
        """The settings by our names, where 0 is no limit."""
        made = {k: v for k, v in settings.items() if k != "early_stopping"}
        made["max_leaf_nodes"] = made["max_leaf_nodes"] or 0
        return made

    def sk(name, settings, target="number", weighted=False, model=HistGradientBoostingRegressor, gaps=False):
        # Of a column of categories, the even rows of code 3 may be missing.
        x = np.where(gaps & (np.arange(n) % 2 == 0)[:, None] & (rows == 3) & (np.arange(4) == 1), np.nan, rows)
        m = model(**{**base, **settings}).fit(x, targets[target], sample_weight=weights if weighted else None)
        p = m.predict(x) if model is HistGradientBoostingRegressor else m.predict_proba(x)
        return {"name": name, "by": "scikit-learn", "settings": ours({**base, **settings}), "target": target, "weighted": weighted, "gaps": gaps,
                "prediction": short(p)}

    def lgb(name, settings, named):
        fixed = dict(n_estimators=10, learning_rate=0.3, min_child_samples=5, num_leaves=12, min_data_in_bin=1,
                     verbose=-1, n_jobs=1, deterministic=True, force_col_wise=True, subsample_for_bin=n,
                     feature_pre_filter=False, enable_bundle=False)
        categories = named.get("categorical_features", "auto")
        m = lightgbm.LGBMRegressor(**fixed, **settings).fit(x, y, categorical_feature=categories)
        return {"name": name, "by": "LightGBM", "settings": ours({**base, **named}), "target": "number",
                "weighted": False, "prediction": short(m.predict(x)),
                "gain": short(m.booster_.feature_importance("gain")),
                "splits": m.booster_.feature_importance("split").tolist()}

    def xgb(name, settings, named):
        # LightGBM drops a feature below a node where it found no split, so it
        # is not exact where a penalty leaves few splits.
        fixed = dict(n_estimators=10, learning_rate=0.3, min_child_weight=5, max_leaves=12, max_depth=0,
                     grow_policy="lossguide", tree_method="hist", max_bin=256, base_score=y.mean(), n_jobs=1, reg_lambda=0)
        m = xgboost.XGBRegressor(**{**fixed, **settings}).fit(x, y)
        return {"name": name, "by": "XGBoost", "settings": ours({**base, **named}), "target": "number",
                "weighted": False, "prediction": short(m.predict(x))}

    huber = GradientBoostingRegressor(loss="huber", alpha=0.9, n_estimators=1, learning_rate=0.5, max_depth=2,
                                      min_samples_leaf=5)
    filled = np.nan_to_num(x, nan=9.0)
    huber.fit(filled, y, sample_weight=np.ones(n))  # or else it starts at one median and takes leaves of another
    classifier = HistGradientBoostingClassifier
    cases = [
        sk("one tree", {"max_iter": 1, "learning_rate": 1.0}),
        sk("squared error", {}),
        sk("l2", {"l2_regularization": 3.0}),
        sk("depth", {"max_depth": 3}),
        sk("no limit of leaves", {"max_leaf_nodes": None, "max_depth": 4}),
        sk("few bins", {"max_bins": 8}),
        sk("weights", {}, weighted=True),
        sk("absolute error", {"loss": "absolute_error"}),
        sk("quantile", {"loss": "quantile", "quantile": 0.8}),
        sk("poisson", {"loss": "poisson"}, target="count"),
        sk("poisson, weights", {"loss": "poisson"}, target="count", weighted=True),
        # Weights, as without them a first round has two gradients, and many
        # splits are equally good but for rounding.
        sk("log loss, weights", {}, target="two", weighted=True, model=classifier),
        sk("multinomial", {}, target="three", weighted=True, model=classifier),
        # scikit-learn, unlike LightGBM, does not split off the one category of
        # a node that has enough rows, so its trees stay at the root here.
        sk("categories", {"categorical_features": [1], "max_depth": 1}),
        sk("categories with missing ones", {"categorical_features": [1], "max_depth": 1}, gaps=True),
        lgb("LightGBM", {}, {}),
        lgb("LightGBM, categories", {"cat_l2": 5.0, "max_cat_to_onehot": 1, "min_data_per_group": 1},
            {"categorical_features": [1], "cat_l2": 5.0}),
        xgb("XGBoost", {}, {}),
        xgb("monotone", {"monotone_constraints": (1, 0, 0, -1)}, {"monotonic_cst": [1, 0, 0, -1]}),
        xgb("l1", {"reg_alpha": 4.0}, {"l1_regularization": 4.0}),
        xgb("l1 and l2", {"reg_alpha": 1.0, "reg_lambda": 2.0}, {"l1_regularization": 1.0, "l2_regularization": 2.0}),
        xgb("minimum gain", {"gamma": 5.0}, {"min_gain_to_split": 5.0}),
        {"name": "huber", "by": "scikit-learn, gradient boosting", "target": "number", "ones": True, "filled": 9.0,
         "settings": {"loss": "huber", "huber_quantile": 0.9, "max_iter": 1, "learning_rate": 0.5, "max_depth": 2,
                      "max_leaf_nodes": 0, "min_samples_leaf": 5},
         "prediction": short(huber.predict(filled))},
    ]
    return {"x": numbers(x), "targets": {k: v.tolist() for k, v in targets.items()}, "weights": weights.tolist(), "cases": cases}


def write(name, made):
    versions = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "scikit-learn": sklearn.__version__,
        "lightgbm": lightgbm.__version__,
        "xgboost": xgboost.__version__,
    }
    (HERE / name).write_text(json.dumps({"versions": versions, **made}) + "\n")


def main():
    write("bins.json", {"columns": bins()})
    write("losses.json", {"losses": losses()})
    write("boosting.json", {**fits(*small()), "scores": scores()})


if __name__ == "__main__":
    main()
