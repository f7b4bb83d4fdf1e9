"""Times boosting and forests of this project against their peers in Python:
the same rows and settings in every library, one process a measurement, the
libraries in turn, medians of the turns.

    scripts/peers/run.sh               all tasks, five turns; writes docs/benchmarks.md
    scripts/peers/run.sh --turns 1 --task "boosting, two"

Data: the census table of the repository with the columns of chapter 2 of
Hands-On Machine Learning (or, with --book FILE, the book's own archive and
test set), and made-up rows. It needs bin/peers, the Go side.
"""

import argparse
import dataclasses
import gzip
import io
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
RMSE, FIT, MEMORY, ONE, BATCH = "RMSE", "fit", "memory", "one row", "batch"


@dataclasses.dataclass
class Task:
    """Rows, a model and its settings by scikit-learn's names."""

    name: str
    data: str
    model: str
    settings: dict
    peers: list
    batch: int = 1_000_000


TASKS = [
    Task("boosting, 500 rounds", "districts", "boosting", {"max_iter": 500, "learning_rate": 0.06, "max_leaf_nodes": 31},
         ["HistGradientBoosting", "LightGBM", "XGBoost"]),
    Task("boosting, a million rows, 100 rounds", "million", "boosting",
         {"max_iter": 100, "learning_rate": 0.1, "max_leaf_nodes": 31}, ["HistGradientBoosting", "LightGBM", "XGBoost"]),
    Task("random forest, 100 trees", "places", "forest", {"n_estimators": 100, "max_features": 9},
         ["RandomForest"], batch=100_000),
]
OURS = "this project"
GROWTH = [100_000, 1_000_000, 10_000_000]


# Data.


def census():
    """The table of the repository; every fifth row is a test row."""
    with gzip.open(ROOT / "data/external/housing.csv.gz", "rt") as f:
        names = f.readline().strip().split(",")
        rows = np.loadtxt(f, delimiter=",")
    columns = dict(zip(names, rows.T))
    return columns, None, np.flatnonzero(np.arange(len(rows)) % 5 == 0)


def book(path):
    """The table of the book and its test set."""
    with tarfile.open(path) as archive:
        text = io.TextIOWrapper(archive.extractfile("housing/housing.csv"))
        names, *lines = [line.strip().split(",") for line in text]
    columns = dict(zip(names, zip(*lines)))
    shore = np.array(columns.pop("ocean_proximity"))
    numbers = {k: np.array([float(v or "nan") for v in c]) for k, c in columns.items()}
    test = np.loadtxt(ROOT / "configs/homl/test_rows.txt", dtype=int)
    return numbers, shore, test


def chapter(columns, shore, test, clusters):
    """The columns of the book's pipeline: ratios, logarithms, age, nearness to
    clusters of districts, and the shore, if there is one."""
    from sklearn.cluster import KMeans
    from sklearn.metrics.pairwise import rbf_kernel

    train = np.setdiff1d(np.arange(len(columns["latitude"])), test)
    c = {k: np.where(np.isnan(v), np.nanmedian(v[train]), v) for k, v in columns.items()}
    made = [c["total_bedrooms"] / c["total_rooms"], c["total_rooms"] / c["households"], c["population"] / c["households"]]
    made += [np.log(c[k]) for k in ("total_bedrooms", "total_rooms", "population", "households", "median_income")]
    made += [c["housing_median_age"]]
    if shore is not None:
        made += [shore == level for level in np.unique(shore)]
    place = np.column_stack([c["latitude"], c["longitude"]])
    centers = KMeans(clusters, n_init=10, random_state=42).fit(place[train]).cluster_centers_
    x = np.column_stack([*made, rbf_kernel(place, centers, gamma=1.0)]).astype(float)
    y = c["median_house_value"]
    return x[train], y[train], x[test], y[test]


def made_up(n):
    """Ten columns of normal numbers, and a target of waves, products and steps;
    n rows to learn from, and 100,000 to test on."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(n + 100_000, 10))
    y = (2 * x[:, 0] + np.sin(3 * x[:, 1]) + np.tanh(x[:, 2] * x[:, 3]) + (x[:, 4] > 0.5) * x[:, 5]
         + np.exp(-x[:, 6] ** 2) + 0.5 * rng.normal(size=len(x)))
    return x[:n], y[:n], x[n:], y[n:]


def write_data(folder, archive):
    """Writes the sets of rows as bare float64 and returns their shapes."""
    table = book(archive) if archive else census()
    shores = 0 if table[1] is None else 5
    sets = {"districts": chapter(*table, clusters=15 - shores), "places": chapter(*table, clusters=45), "million": made_up(1_000_000)}
    return {name: write_set(folder, name, rows) for name, rows in sets.items()}


def write_set(folder, name, rows):
    for part, a in zip(("x", "y", "xt", "yt"), rows):
        np.ascontiguousarray(a, dtype="<f8").tofile(folder / f"{name}.{part}")
    return rows[0].shape


# One measurement in Python, in a process of its own.


def build(peer, settings, threads):
    s = settings
    if peer == "HistGradientBoosting":
        from sklearn.ensemble import HistGradientBoostingRegressor

        return HistGradientBoostingRegressor(**s, early_stopping=False)
    if peer == "LightGBM":
        import lightgbm

        return lightgbm.LGBMRegressor(n_estimators=s["max_iter"], learning_rate=s["learning_rate"], num_leaves=s["max_leaf_nodes"],
                                      n_jobs=threads, verbose=-1)
    if peer == "XGBoost":
        import xgboost

        # As the others: leaf by leaf, without a penalty, twenty rows a leaf.
        return xgboost.XGBRegressor(n_estimators=s["max_iter"], learning_rate=s["learning_rate"], max_leaves=s["max_leaf_nodes"],
                                    max_depth=0, grow_policy="lossguide", tree_method="hist", reg_lambda=0, min_child_weight=20,
                                    n_jobs=threads)
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(**s, n_jobs=threads, random_state=42)


def status(name):
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1]) << 10


def measure(job):
    """What bin/peers does, with a library of Python."""
    columns = job["columns"]
    x = np.fromfile(job["train"]).reshape(-1, columns)
    y = np.fromfile(job["target"])
    test = np.fromfile(job["test"]).reshape(-1, columns)
    model = build(job["peer"], job["settings"], job["threads"])
    memory = -1
    before = None
    try:
        pathlib.Path("/proc/self/clear_refs").write_text("5")
        before = status("VmRSS:")
    except OSError:
        pass
    start = time.perf_counter()
    model.fit(x, y)
    fit = time.perf_counter() - start
    if before is not None:
        memory = status("VmHWM:") - before
    prediction = model.predict(test)
    rows = [test[i : i + 1] for i in range(min(len(test), 50))]
    model.predict(rows[0])
    start = time.perf_counter()
    for row in rows:
        model.predict(row)
    one = (time.perf_counter() - start) / len(rows)
    batch = np.resize(test, (job["batch"], columns))
    start = time.perf_counter()
    model.predict(batch)
    return {"fit": fit, "memory": memory, "one": one, "batch": time.perf_counter() - start, "prediction": prediction.tolist()}


# All measurements in turn.


def one_turn(task, peer, columns, folder, threads):
    job = {"model": task.model, "peer": peer, "settings": task.settings, "columns": columns, "batch": task.batch, "threads": threads}
    job.update(train=str(folder / f"{task.data}.x"), target=str(folder / f"{task.data}.y"), test=str(folder / f"{task.data}.xt"))
    command = [sys.executable, __file__, "--measure"]
    if peer == OURS:
        command = [str(ROOT / "bin/peers")]
        if "max_features" in task.settings:
            job["settings"] = {**task.settings, "max_features": str(task.settings["max_features"])}
    env = {**os.environ, "OMP_NUM_THREADS": str(threads), "GOMAXPROCS": str(threads)}
    done = subprocess.run(command, input=json.dumps(job), env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{task.name}, {peer}: {done.stderr}")
    made = json.loads(done.stdout)
    yt = np.fromfile(folder / f"{task.data}.yt")
    rmse = float(np.sqrt(np.mean((np.array(made["prediction"]) - yt) ** 2)))
    return {RMSE: rmse, FIT: made["fit"], MEMORY: made["memory"], ONE: made["one"], BATCH: made["batch"]}


def run(task, columns, folder, threads, turns):
    """Medians of each library, and medians over the turns of its ratio to ours."""
    libraries = [OURS, *task.peers]
    seen = {name: [] for name in libraries}
    for turn in range(turns):
        for name in libraries:
            seen[name].append(one_turn(task, name, columns, folder, threads))
            print(f"{task.name}, turn {turn + 1} of {turns}: {name}: fit {seen[name][-1][FIT]:.2f} s", file=sys.stderr)
    figures, ratios = {}, {}
    for name, measured in seen.items():
        figures[name] = {k: statistics.median(m[k] for m in measured) for k in measured[0]}
        ratios[name] = {k: statistics.median(o[k] / m[k] for o, m in zip(seen[OURS], measured)) for k in measured[0]}
    return figures, ratios


def growth(folder, threads):
    """The second task with more and more rows, beside LightGBM."""
    lines = ["### Boosting, cost with rows", "", "| rows × 10 | fit | a million rows | memory of the fit | bytes a cell | LightGBM |",
             "|---|---|---|---|---|---|"]
    for n in GROWTH:
        task = dataclasses.replace(TASKS[1], name=f"{n:,} rows", data="growth", batch=100_000, peers=["LightGBM"])
        shape = write_set(folder, task.data, made_up(n))
        figures, ratios = run(task, shape[1], folder, threads, 3)
        fit, memory = figures[OURS][FIT], figures[OURS][MEMORY]
        theirs = f"{duration(figures['LightGBM'][FIT])} ({ratios['LightGBM'][FIT]:.2f})"
        lines.append(f"| {n:,} | {duration(fit)} | {duration(fit * 1e6 / n)} | {memory / 1e6:.0f} MB | {memory / n / shape[1]:.1f} | {theirs} |")
    return "\n".join(lines)


# The table.


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def cells(figures, ratios):
    shown = {
        FIT: duration(figures[FIT]),
        MEMORY: "?" if figures[MEMORY] < 0 else f"{figures[MEMORY] / 1e6:.0f} MB",
        ONE: duration(figures[ONE]),
        BATCH: duration(figures[BATCH]),
        RMSE: f"{figures[RMSE]:.5g}",
    }
    if ratios is None:
        return list(shown.values())
    return [f"{v} ({ratios[k]:.3f})" if k == RMSE else f"{v} ({ratios[k]:.2f})" for k, v in shown.items()]


def table(task, shape, figures, ratios):
    rows = f"{task.batch:,} rows"
    lines = [f"### {task.name[0].upper()}{task.name[1:]}: {shape[0]:,} × {shape[1]}", "",
             f"| | fit | memory of the fit | one row | {rows} | RMSE |", "|---|---|---|---|---|---|"]
    for name in figures:
        lines.append(f"| {name} | " + " | ".join(cells(figures[name], None if name == OURS else ratios[name])) + " |")
    return "\n".join(lines)


def machine():
    model = platform.processor() or platform.machine()
    try:
        lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
        model = next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        pass
    return f"{model}, {os.cpu_count()} cores, {platform.system()}"


def versions():
    import lightgbm
    import sklearn
    import xgboost

    go = subprocess.run(["go", "env", "GOVERSION"], capture_output=True, text=True).stdout.strip()
    return f"{go}, Python {platform.python_version()}, scikit-learn {sklearn.__version__}, LightGBM {lightgbm.__version__}, XGBoost {xgboost.__version__}"


def page(tables, args):
    rows = "the book's table" if args.book else "the census table of this repository"
    return f"""# Benchmarks

Written by `make peers`: the same rows and settings in every library, one process a measurement, the
libraries in turn; medians of {args.turns} turns. In brackets: this project's figure over the
library's, the median over the turns, so below 1 it is quicker, smaller or nearer. Memory is the most
that the fit took beyond the rows it was given. One row is a call with a row of float64, so in Python
the library's checks of its input count.

Machine: {machine()}; {args.threads} threads each.
Versions: {versions()}.
Rows: {rows}, and made-up ones; the test rows are a fifth, and a tenth.

""" + "\n\n".join(tables) + "\n"


def main():
    flags = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    flags.add_argument("--book", help="the book's archive, housing.tgz")
    flags.add_argument("--turns", type=int, default=5)
    flags.add_argument("--threads", type=int, default=os.cpu_count())
    flags.add_argument("--task", help="only tasks whose name has this; prints, writes nothing")
    flags.add_argument("--measure", action="store_true", help=argparse.SUPPRESS)
    args = flags.parse_args()
    if args.measure:
        print(json.dumps(measure(json.load(sys.stdin))))
        return
    tasks = [t for t in TASKS if not args.task or args.task in t.name]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        shapes = write_data(folder, args.book)
        tables = []
        for task in tasks:
            shape = shapes[task.data]
            tables.append(table(task, shape, *run(task, shape[1], folder, args.threads, args.turns)))
            print("\n" + tables[-1] + "\n", flush=True)
        if not args.task or args.task in "growth":
            tables.append(growth(folder, args.threads))
            print("\n" + tables[-1] + "\n", flush=True)
    if not args.task:
        (ROOT / "docs/benchmarks.md").write_text(page(tables, args))


if __name__ == "__main__":
    main()
