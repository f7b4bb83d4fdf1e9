"""Makes metrics.json, the answers of scikit-learn that the tests compare with.

Made with Python 3.11, numpy 2.4.6, scipy 1.17.1, scikit-learn 1.9.1 (the
versions used stand in the file). Run: python testdata/make.py
"""

import json
import pathlib
import platform
import warnings

import numpy as np
import scipy
import sklearn
from sklearn import calibration
from sklearn import metrics as m

HERE = pathlib.Path(__file__).parent
rng = np.random.default_rng(42)


def ece(hit, p, w, bins=10):
    """Expected calibration error by its definition; scikit-learn has none."""
    w = np.ones(len(p)) if w is None else w
    bin_ = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], p)
    gaps = [abs(np.sum((w * (p - hit))[bin_ == b])) for b in range(bins)]
    return np.sum(gaps) / np.sum(w)


REGRESSION = {
    "rmse": m.root_mean_squared_error,
    "mse": m.mean_squared_error,
    "mae": m.mean_absolute_error,
    "median_absolute_error": m.median_absolute_error,
    "r2": m.r2_score,
    "mape": m.mean_absolute_percentage_error,
    "rmsle": m.root_mean_squared_log_error,
    "pinball": lambda y, p, **k: m.mean_pinball_loss(y, p, alpha=0.5, **k),
    "pinball_0.9": lambda y, p, **k: m.mean_pinball_loss(y, p, alpha=0.9, **k),
    "max_error": lambda y, p, sample_weight=None: (
        m.max_error(y, p) if sample_weight is None else m.max_error(y[sample_weight > 0], p[sample_weight > 0])),
    "explained_variance": m.explained_variance_score,
}
CLASSES = {
    "accuracy": m.accuracy_score,
    "balanced_accuracy": m.balanced_accuracy_score,
    "mcc": m.matthews_corrcoef,
}
SCORES = {"precision": m.precision_score, "recall": m.recall_score, "f1": m.f1_score}
BINARY = {
    "roc_auc": lambda y, p, **k: m.roc_auc_score(y, p[:, 1], **k),
    "average_precision": lambda y, p, **k: m.average_precision_score(y, p[:, 1], **k),
    "log_loss": lambda y, p, **k: m.log_loss(y, y_proba=p, **k),
    "brier": lambda y, p, **k: m.brier_score_loss(y, p[:, 1], **k),
    "ece": lambda y, p, sample_weight=None: ece(y == 1, p[:, 1], sample_weight),
}
MULTICLASS = {
    "log_loss": lambda y, p, **k: m.log_loss(y, y_proba=p, **k),
    "brier": lambda y, p, **k: m.brier_score_loss(y, p, **k),
    "ece": lambda y, p, sample_weight=None: ece(y == p.argmax(1), p.max(1), sample_weight),
}
for pairing in ("ovr", "ovo"):
    for average in ("macro", "weighted"):
        name = f"roc_auc_{pairing}" + ("" if average == "macro" else "_weighted")
        MULTICLASS[name] = lambda y, p, o=pairing, a=average, **k: m.roc_auc_score(
            y, p, multi_class=o, average=a, **k)


def scores(table, y, pred, w):
    out = {}
    for name, f in table.items():
        out[name] = [float(f(y, pred))]
        if "ovo" not in name:  # scikit-learn has no weights there
            out[name].append(float(f(y, pred, sample_weight=w)))
    return out


def regression():
    n = 61
    y = np.round(rng.gamma(2, 100, n))
    pred = np.round(np.abs(y * rng.normal(1, 0.3, n) + 5))  # errors tie
    w = rng.integers(0, 4, n) * 0.5
    return {"y": y, "pred": pred, "w": w, "scores": scores(REGRESSION, y, pred, w)}


def curves(y, p, w):
    fpr, tpr, at = m.roc_curve(y, p, sample_weight=w)
    precision, recall, thresholds = m.precision_recall_curve(y, p, sample_weight=w)
    out = {
        "roc": {"fpr": fpr, "tpr": tpr, "threshold": at[1:]},
        "pr": {"precision": precision, "recall": recall, "threshold": thresholds},
    }
    if w is None:
        observed, predicted = calibration.calibration_curve(y, p, n_bins=5, strategy="quantile")
        out["quantile"] = {"observed": observed, "predicted": predicted}
    return out


def classified(name, k, n, table, extra):
    y = rng.choice(k, n, p=np.arange(1, k + 1) / (k * (k + 1) / 2))
    logits = rng.normal(size=(n, k)) + 1.5 * np.eye(k)[y]
    p = np.round(np.exp(logits) / np.exp(logits).sum(1, keepdims=True), 2)  # scores tie
    p[:, 0] = 1 - p[:, 1:].sum(1)
    p = np.clip(p, 0, 1)
    pred = p.argmax(1)
    w = rng.integers(0, 4, n) * 0.5
    out = {"y": y, "proba": p, "pred": pred, "w": w}
    by_class = dict(CLASSES)
    for score, f in SCORES.items():
        for average in extra:
            by_class[score + ("" if average == "binary" else "_" + average)] = (
                lambda y, q, f=f, a=average, **kw: f(y, q, average=a, zero_division=0, **kw))
    out["scores"] = scores(by_class, y, pred, w) | scores(table, y, p, w)
    out["confusion"] = [m.confusion_matrix(y, pred), m.confusion_matrix(y, pred, sample_weight=w)]
    if k == 2:
        out["curves"] = [curves(y, p[:, 1], None), curves(y, p[:, 1], w)]
    return out


def plain(v):
    if isinstance(v, dict):
        return {k: plain(x) for k, x in v.items()}
    if isinstance(v, (list, tuple)):
        return [plain(x) for x in v]
    return v.tolist() if isinstance(v, (np.ndarray, np.generic)) else v


def main():
    warnings.simplefilter("error")
    out = {
        "made_with": {"python": platform.python_version(), "numpy": np.__version__,
                      "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "regression": regression(),
        "binary": classified("binary", 2, 80, BINARY, ["binary"]),
        "multiclass": classified("multiclass", 4, 90, MULTICLASS, ["micro", "macro", "weighted"]),
    }
    (HERE / "metrics.json").write_text(json.dumps(plain(out), allow_nan=False) + "\n")


main()
