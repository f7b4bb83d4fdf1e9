"""Fits LightGBM, with defaults of scikit-learn's boosting, to the rows that
TestClaimMeanPredictions wrote, and prints its mean prediction over the mean
target and its loss on other rows: bias.py FOLDER COLUMNS LOSS"""

import pathlib
import sys

import lightgbm
import numpy as np

folder, columns, loss = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
x, y, xt, yt = (np.fromfile(folder / name) for name in ("x", "y", "xt", "yt"))
objective = {"squared_error": "regression", "poisson": "poisson", "log_loss": "binary"}[loss]
settings = {"objective": objective, "learning_rate": 0.1, "num_leaves": 31, "verbose": -1, "num_threads": 1}
b = lightgbm.train(settings, lightgbm.Dataset(x.reshape(-1, columns), y), 100)
p = b.predict(x.reshape(-1, columns))
raw = b.predict(xt.reshape(-1, columns), raw_score=True)
other = {
    "squared_error": lambda: (yt - raw) ** 2,
    "poisson": lambda: np.exp(raw) - yt * raw,
    "log_loss": lambda: np.logaddexp(0, raw) - yt * raw,
}[loss]()
print(f"mean prediction over mean target - 1: {p.mean() / y.mean() - 1:.2g}, loss on other rows {other.mean():.6g}")
