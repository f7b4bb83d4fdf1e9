"""The model of configs/ as a scikit-learn pipeline, for `make load FASTAPI=1` to compare with.

    python pipeline.py TRAIN.csv MODEL.joblib

The same columns, derivations, neighbours and boosting; an interval from the residuals held out.
"""

import sys

import joblib
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import NearestNeighbors
from sklearn.pipeline import FeatureUnion, Pipeline

COLUMNS = [
    "longitude",
    "latitude",
    "housing_median_age",
    "total_rooms",
    "total_bedrooms",
    "population",
    "households",
    "median_income",
]
CITIES = np.radians(
    [[37.7749, -122.4194], [37.3382, -121.8863], [38.5816, -121.4944], [34.0522, -118.2437], [32.7157, -117.1611]]
)


class Derived(TransformerMixin, BaseEstimator):
    """Ratios of counts, kilometres to cities and to the nearest of them."""

    def fit(self, x, y=None):
        return self

    def transform(self, x):
        rooms, bedrooms, people, homes = (
            x[c].to_numpy() for c in ("total_rooms", "total_bedrooms", "population", "households")
        )
        at = np.radians(x[["latitude", "longitude"]].to_numpy())[:, None, :]
        half = np.sin((CITIES - at) / 2) ** 2
        h = half[..., 0] + np.cos(at[..., 0]) * np.cos(CITIES[:, 0]) * half[..., 1]
        km = 2 * 6371.0088 * np.arcsin(np.sqrt(h))
        return np.column_stack([rooms / homes, bedrooms / rooms, people / homes, km, km.min(axis=1)])


class PricesAround(TransformerMixin, BaseEstimator):
    """Mean target of the nearest rows, and how far they are; a training row is not its own neighbour."""

    def __init__(self, neighbors=(1, 4, 16)):
        self.neighbors = neighbors

    def fit(self, x, y):
        self.targets_ = np.asarray(y, float)
        self.index_ = NearestNeighbors(n_neighbors=max(self.neighbors)).fit(x.to_numpy())
        return self

    def fit_transform(self, x, y):
        return self._features(*self.fit(x, y).index_.kneighbors())

    def transform(self, x):
        return self._features(*self.index_.kneighbors(x.to_numpy()))

    def _features(self, distances, rows):
        targets = self.targets_[rows]
        return np.column_stack([f for k in self.neighbors for f in (targets[:, :k].mean(1), distances[:, :k].mean(1))])


def pipeline():
    features = ColumnTransformer(
        [
            ("numbers", "passthrough", COLUMNS),
            ("derived", FeatureUnion([("derived", Derived())]), COLUMNS),
            ("prices_around", PricesAround(), ["latitude", "longitude"]),
        ]
    )
    boosting = HistGradientBoostingRegressor(
        max_iter=400, learning_rate=0.06, max_features=0.5, early_stopping=False, random_state=42
    )
    return Pipeline([("features", features), ("boosting", boosting)])


def main(table, model):
    data = pd.read_csv(table)
    x, y = data[COLUMNS].astype(float), data["median_house_value"].astype(float)
    held_out = cross_val_predict(pipeline(), x, y, cv=3)
    joblib.dump({"pipeline": pipeline().fit(x, y), "half": float(np.quantile(np.abs(y - held_out), 0.9))}, model)


if __name__ == "__main__":
    # The classes are of a module that the server can import, not of the main one.
    import pipeline as module

    module.main(*sys.argv[1:])
