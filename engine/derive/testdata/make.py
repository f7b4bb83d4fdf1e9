"""Writes reference.json, what numpy, scikit-learn and pandas make of the same rows.

Run:  python testdata/make.py   (numpy 2.x, pandas 2.x or later, scikit-learn 1.x;
the versions used are written into the file)
"""

import json
import pathlib

import numpy as np
import pandas as pd
import sklearn
from sklearn.metrics.pairwise import haversine_distances

rng = np.random.default_rng(7)
NS_PER_DAY = 86_400_000_000_000


def haversine():
    places = {"san_francisco": (37.7749, -122.4194), "los_angeles": (34.0522, -118.2437), "pole": (90.0, 0.0), "suva": (-18.1416, 178.4419)}
    lat = np.concatenate([rng.uniform(-90, 90, 60), rng.uniform(32, 42, 60), [37.7749, -37.7749, 90, -90, 0]])
    lon = np.concatenate([rng.uniform(-180, 180, 60), rng.uniform(-125, -114, 60), [-122.4194, 57.5806, 12, 0, 180]])
    km = 6371.0088 * haversine_distances(
        np.radians(np.column_stack([lat, lon])), np.radians(np.array(list(places.values())))
    )
    return {
        "places": [{"name": n, "latitude": a, "longitude": o} for n, (a, o) in places.items()],
        "latitude": lat.tolist(),
        "longitude": lon.tolist(),
        "km": km.T.tolist(),
        "nearest": [list(places)[k] for k in km.argmin(axis=1)],
    }


def cyclic():
    cases = []
    for period in (7, 12, 24, 365.25):
        x = np.concatenate([np.arange(-3, 30), rng.uniform(-1000, 1000, 30)])
        angle = 2 * np.pi * x / period
        cases.append({"period": period, "x": x.tolist(), "sin": np.sin(angle).tolist(), "cos": np.cos(angle).tolist()})
    return cases


def dates():
    ns = np.concatenate([
        rng.integers(-9_000_000_000_000_000_000, 9_000_000_000_000_000_000, 60),
        pd.to_datetime([
            "1970-01-01", "1969-12-31 23:59:59.999999999", "2000-02-29 12:00", "1900-03-01",
            "2024-12-31 23:00", "2023-01-01", "2100-02-28 06:30", "1680-01-01",
        ], format="ISO8601").as_unit("ns").asi8,
    ])
    t = pd.Series(pd.to_datetime(ns, unit="ns"))
    return {
        "ns": [str(v) for v in ns],  # beyond 2^53
        "year": t.dt.year.tolist(),
        "month": t.dt.month.tolist(),
        "day": t.dt.day.tolist(),
        "hour": t.dt.hour.tolist(),
        "weekday": t.dt.day_of_week.tolist(),
        "day_of_year": t.dt.day_of_year.tolist(),
        "since": "1990-06-15",
        # Python's integers are exact; one division rounds once.
        "days": [(int(v) - pd.Timestamp("1990-06-15").value) / NS_PER_DAY for v in ns],
    }


out = {
    "made_by": f"testdata/make.py, numpy {np.__version__}, pandas {pd.__version__}, scikit-learn {sklearn.__version__}",
    "haversine": haversine(),
    "cyclic": cyclic(),
    "dates": dates(),
}
path = pathlib.Path(__file__).with_name("reference.json")
path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
