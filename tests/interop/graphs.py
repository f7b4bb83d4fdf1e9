"""Lets onnxruntime answer and compares with this project's own predictions.

    python graphs.py cases DIR          folders of model.onnx and expected.json
    python graphs.py pipeline WORK      the champion, on the test rows of `make all`

Fails unless every graph passes the checks of the onnx package, with strict
inference of shapes, takes the columns of the schema by name, and answers every
row: numbers within 1e-9 of their size, labels equal, nothing where the project
has no answer, and each row alone as among all.
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

RELATIVE = 1e-9
TYPES = {"number": "tensor(double)", "integer": "tensor(double)", "time": "tensor(int64)",
         "category": "tensor(string)", "text": "tensor(string)"}


def session(path: Path) -> onnxruntime.InferenceSession:
    onnx.checker.check_model(str(path), full_check=True)  # strict inference of types and shapes included
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def column(kind: str, values: list) -> np.ndarray:
    if TYPES[kind] == "tensor(double)":
        return np.array([float(v) for v in values])
    return np.array(values, dtype=np.int64 if kind == "time" else object)


def differing(got: np.ndarray, want: np.ndarray) -> np.ndarray:
    """The rows in which numbers differ. NaN is equal to NaN, an infinity to itself."""
    with np.errstate(invalid="ignore", over="ignore"):
        near = np.abs(got - want) <= RELATIVE * np.abs(want)
    near |= (got == want) | (np.isnan(got) & np.isnan(want))
    return np.flatnonzero(~near.reshape(len(near), -1).all(axis=1))


def require(rows: np.ndarray, what: str, got: np.ndarray, want: np.ndarray) -> None:
    if len(rows):
        shown = "; ".join(f"row {i}: {got[i]!r}, want {want[i]!r}" for i in rows[:5])
        raise AssertionError(f"{what} differ in {len(rows)} of {len(want)} rows: {shown}")


def alone(s: onnxruntime.InferenceSession, inputs: dict, outputs: list) -> None:
    """Some rows by themselves, the last ones among them: planted and extreme."""
    n = len(next(iter(inputs.values())))
    for i in {0, 1, n // 2, *range(n - 20, n)}:
        one = s.run(None, {name: v[i : i + 1] for name, v in inputs.items()})
        for got, want in zip(one, outputs):
            same = [got[0]] == [want[i]] if got.dtype == object else not len(differing(got, want[i : i + 1]))
            assert same, f"row {i} alone: {got[0]!r}, among all {want[i]!r}"


def flat(path: Path, classes: list, inputs: dict, outputs: list) -> None:
    """The same answers, with one output a class."""
    s = session(path)
    names = [o.name for o in s.get_outputs()]
    assert names == ["prediction", *("probability_" + c for c in classes)], f"outputs {names}"
    labels, *columns = s.run(None, inputs)
    assert (labels == outputs[0]).all() and np.array_equal(np.stack(columns, axis=1), outputs[1], equal_nan=True)


def case(folder: Path) -> tuple[int, int]:
    s = session(folder / "model.onnx")
    x = json.loads((folder / "expected.json").read_text())
    n, k = x["rows"], len(x["classes"] or [])
    got = {i.name: i.type for i in s.get_inputs()}
    assert got == {name: TYPES[kind] for name, kind in zip(x["names"], x["kinds"])}, f"inputs {got}"
    inputs = {name: column(kind, v) for name, kind, v in zip(x["names"], x["kinds"], x["inputs"])}

    outputs = s.run(None, inputs)
    shapes = [o.shape for o in outputs]
    if k == 0:
        want = np.full(n, np.nan)
        for i, v in x["prediction"].items():
            want[int(i)] = float(v)
        assert shapes == [(n,)], f"shapes {shapes}"
        require(differing(outputs[0], want), "predictions", outputs[0], want)
    else:
        want = np.full((n, k), np.nan)
        for i, v in x["probabilities"].items():
            want[int(i)] = [float(p) for p in v]
        assert shapes == [(n,), (n, k)], f"shapes {shapes}"
        require(differing(outputs[1], want), "probabilities", outputs[1], want)
        known = ~np.isnan(want).any(axis=1)
        labels = np.where(known, np.array(x["classes"], dtype=object)[np.where(known[:, None], want, 0).argmax(axis=1)], "")
        for i, label in (x["labels"] or {}).items():
            labels[int(i)] = label
        require(np.flatnonzero(outputs[0] != labels), "labels", outputs[0], labels)
        flat(folder / "flat.onnx", x["classes"], inputs, outputs)
    alone(s, inputs, outputs)
    answered = ~np.isnan(want.reshape(n, -1)).any(axis=1)
    return n, int(answered.sum())


def cases(directory: str) -> int:
    folders = sorted(p.parent for p in Path(directory).glob("*/model.onnx"))
    assert folders, f"no cases in {directory}"
    failed = 0
    for folder in folders:
        try:
            rows, answered = case(folder)
            assert answered > rows // 2, f"only {answered} of {rows} rows have an answer"
            print(f"{folder.name}: {rows} rows, {answered} with an answer")
        except Exception as e:  # noqa: BLE001 - all cases are looked at before it fails
            failed += 1
            print(f"{folder.name}: FAILED: {e}", file=sys.stderr)
    print(f"{len(folders)} graphs, {failed} failed")
    return failed


def read(kind: str, values: list) -> np.ndarray:
    """Values of a CSV file as an input of that type."""
    if kind == "tensor(double)":
        return np.array([float(v) if v else np.nan for v in values])
    if kind == "tensor(int64)":
        return np.array([v or "NaT" for v in values], dtype="datetime64[ns]").astype(np.int64)
    return np.array(values, dtype=object)


def pipeline(work: str) -> int:
    s = session(Path(work, "models/champion/model.onnx"))
    with open(Path(work, "data/processed/test.csv"), newline="") as f:
        rows = list(csv.DictReader(f))
    with open(Path(work, "reports/predictions.csv"), newline="") as f:
        predicted = [r["predicted"] for r in csv.DictReader(f)]
    inputs = {i.name: read(i.type, [r[i.name] for r in rows]) for i in s.get_inputs()}
    outputs = s.run(None, inputs)
    if outputs[0].dtype == object:
        want = np.array(predicted, dtype=object)
        require(np.flatnonzero(outputs[0] != want), "labels", outputs[0], want)
    else:
        want = np.array([float(v) for v in predicted])
        require(differing(outputs[0], want), "predictions", outputs[0], want)
    alone(s, inputs, outputs)
    print(f"champion: {len(want)} test rows")
    return 0


if __name__ == "__main__":
    sys.exit({"cases": cases, "pipeline": pipeline}[sys.argv[1]](sys.argv[2]) > 0)
