"""Asks MLflow's own client what arrived at the server of MLFLOW_TRACKING_URI.

    python mlflow_runs.py runs FOLDER…               trainings, each a folder with reports/ and models/
    python mlflow_runs.py search WORK                the trials of a search
    python mlflow_runs.py champion WORK [OURS THEIRS]   the registered champion, in Python and behind servers
    python mlflow_runs.py refuse html|unauthorized PORT   a server that is no MLflow

Fails unless all that the stages left is there, once and equal.
"""

import csv
import hashlib
import http.server
import json
import sys
import tempfile
import urllib.request
import zipfile
from collections import Counter
from pathlib import Path

EXPERIMENT = "housing"
RELATIVE = 1e-9


def read(path: Path):
    return json.loads(path.read_text())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def everything():
    """Returns the client, and all runs of the experiment."""
    from mlflow import MlflowClient

    client = MlflowClient()
    experiment = client.get_experiment_by_name(EXPERIMENT)
    found, token = [], None
    while True:
        page = client.search_runs([experiment.experiment_id], max_results=500, page_token=token)
        found += page
        token = page.token
        if not token:
            return client, found


def once(found) -> None:
    """No run, and no child of a run, is there twice."""
    names = Counter((r.data.tags.get("mlflow.parentRunId"), r.data.tags.get("track.run"), r.info.run_name) for r in found)
    assert max(names.values()) == 1, names.most_common(3)
    assert all(r.info.status == "FINISHED" for r in found), [r.info for r in found if r.info.status != "FINISHED"]


def runs(*folders: str) -> None:
    client, found = everything()
    once(found)
    trainings = [r for r in found if "model.sha256" in r.data.tags]
    assert len(trainings) == len(folders), f"{len(trainings)} runs of {len(folders)} trainings"
    for folder in map(Path, folders):
        digest = sha256((folder / "models/candidate/model.zip").read_bytes())
        (run,) = [r for r in trainings if r.data.tags["model.sha256"] == digest]
        training(client, run, [r for r in found if r.data.tags.get("mlflow.parentRunId") == run.info.run_id], folder)


def training(client, run, children, folder: Path) -> None:
    """One run has what the stages left in the folder."""
    metrics, scores = read(folder / "reports/metrics.json"), read(folder / "reports/training.json")
    want = {f"test/{k}{end}": v[of] for k, v in metrics["test"].items()
            for end, of in (("", "estimate"), ("_low", "low"), ("_high", "high"), ("_std_err", "std_err"))}
    want |= {f"baseline/{k}": v for k, v in metrics["baseline"].items()}
    want |= {f"train/{k}": v for k, v in scores["scores"].items()}
    want |= {f"cv/{k}": v for k, v in scores["cross_validation"]["mean"].items()}
    want |= {f"cv/{k}_std": v for k, v in scores["cross_validation"]["std_dev"].items()}
    got = run.data.metrics
    assert want == {k: got.get(k) for k in want}, {k: (v, got.get(k)) for k, v in want.items() if got.get(k) != v}
    assert {f"system/{s}/seconds" for s in ("fetch", "clean", "features", "train", "evaluate", "promote", "plot")} <= got.keys()

    points = curves(client, run, folder, scores)
    parameters(run, folder)
    folds(children, scores)
    inputs(run, folder)
    count = artifacts(client, run, folder)
    assert run.data.tags["mlflow.source.git.commit"] and run.data.tags["mlflow.runName"] == run.info.run_name
    print(f"{run.info.run_name}: {len(got)} metrics, {points} points of curves, {len(run.data.params)} parameters, "
          f"{len(children)} folds, {count} artifacts")


def curves(client, run, folder: Path, scores) -> int:
    state = json.loads(zipfile.ZipFile(folder / "models/candidate/model.zip").read("head.json"))["estimator"]["state"]
    want = {"rounds/" + name: list(enumerate(state[name])) for name in ("train_loss", "valid_loss") if state.get(name)}
    for end in ("held_out", "training"):
        line = [(p["rows"], p[end]["mean"]) for p in scores.get("learning_curve", [])]
        want |= {"learning_curve/" + end: line} if line else {}
    for name, line in want.items():
        got = [(m.step, m.value) for m in client.get_metric_history(run.info.run_id, name)]
        assert sorted(got) == line, f"{name}: {len(got)} points, not {len(line)}"
    return sum(map(len, want.values()))


def parameters(run, folder: Path) -> None:
    settings = read(folder / "reports/lineage/train.json")["config"]["model.yaml"]
    params, kind = run.data.params, settings["estimator"]["kind"]
    assert params["estimator"] == kind and params["seed"] == str(settings["seed"])
    for name, value in settings["estimator"]["state"].items():
        if isinstance(value, (bool, int, float)):
            assert json.loads(params[f"estimator.{kind}.{name}"]) == value, name
    local = {}
    for path in folder.glob("reports/runs/*.json"):
        if read(path)["id"] == run.data.tags["track.run"]:
            for part in read(path)["parts"]:
                local |= part.get("params", {})
    assert local and local == params, set(local.items()) ^ set(params.items())


def folds(children, scores) -> None:
    want = {f"fold {i}": f["scores"] for i, f in enumerate(scores["cross_validation"]["folds"], 1)}
    got = {r.info.run_name: {k.removeprefix("cv/"): v for k, v in r.data.metrics.items()} for r in children}
    assert got == want


def inputs(run, folder: Path) -> None:
    want = {}
    for stage, context, table in (("train", "training", "train.csv"), ("evaluate", "evaluation", "test.csv")):
        for f in read(folder / f"reports/lineage/{stage}.json")["inputs"]:
            if f["path"] == "data/processed/" + table:
                want[context] = f["sha256"][:32]
    got = {t.value: i.dataset for i in run.inputs.dataset_inputs for t in i.tags}
    assert {k: d.digest for k, d in got.items()} == want
    columns = [c["name"] for c in json.loads(got["training"].schema)["mlflow_colspec"]]
    assert "median_house_value" in columns, columns


def artifacts(client, run, folder: Path) -> int:
    """Every figure, report and file of results is there, byte for byte."""
    import mlflow.artifacts

    with tempfile.TemporaryDirectory() as target:
        mlflow.artifacts.download_artifacts(run_id=run.info.run_id, dst_path=target)
        got = {p.relative_to(target).as_posix(): sha256(p.read_bytes()) for p in Path(target).rglob("*") if p.is_file()}
    want = {f"model/{p.name}": sha256(p.read_bytes()) for p in (folder / "models/candidate").iterdir()}
    for path in (folder / "reports").rglob("*"):
        name = path.relative_to(folder / "reports").as_posix()
        if path.is_file() and not name.startswith(("runs/", "search/", "lineage/host/", "lineage/search")):
            want[name] = sha256(path.read_bytes())
    assert got == want, set(got.items()) ^ set(want.items())
    assert "figures/predicted.png" in got and "index.html" in got
    return len(got)


def search(work: str) -> None:
    _, found = everything()
    once(found)
    table = read(Path(work) / "reports/search/trials.json")
    (parent,) = [r for r in found if r.data.tags.get("best") == str(table["best"])]
    children = {r.data.params["trial"]: r for r in found if r.data.tags.get("mlflow.parentRunId") == parent.info.run_id}
    assert len(children) == len(table["trials"])
    for t in table["trials"]:
        run = children[str(t["trial"])]
        assert all(run.data.metrics["cv/" + k] == v for k, v in t["cross_validation"]["mean"].items())
        assert all(run.data.params[s["path"]] == str(s["value"]) for s in t["settings"])
    print(f"{parent.info.run_name}: {len(children)} trials")


def champion(work: str, *servers: str) -> None:
    """The alias is at the champion, and everything that predicts with it agrees."""
    import mlflow
    import numpy as np
    import onnxruntime
    import pandas as pd
    from mlflow import MlflowClient

    folder = Path(work)
    digest = read(folder / "models/history.json")[-1]["champion"]
    assert digest == sha256((folder / "models/champion/model.zip").read_bytes())
    client = MlflowClient()
    version = client.get_model_version_by_alias(EXPERIMENT, "champion")
    assert version.tags["model.sha256"] == digest, version
    assert client.get_run(version.run_id).data.tags["model.sha256"] == digest
    assert client.get_run(version.run_id).outputs.model_outputs[0].model_id == version.source.removeprefix("models:/")

    model = mlflow.pyfunc.load_model(f"models:/{EXPERIMENT}@champion")
    inputs = model.metadata.signature.inputs.input_names()
    rows = pd.read_csv(folder / "data/processed/test.csv")[inputs].astype(float)
    want = model.predict(rows)["prediction"].to_numpy()
    example = model.predict(model.input_example)["prediction"].to_numpy()
    assert np.allclose(example, want[: len(example)], rtol=RELATIVE, atol=0), "the input example is the first test rows"
    (onnx,) = onnxruntime.InferenceSession(folder / "models/champion/model.onnx").run(None, {c: rows[c].to_numpy() for c in inputs})
    assert np.array_equal(onnx, want)

    answers = {}
    for server in servers:
        body = json.dumps({"dataframe_split": {"columns": inputs, "data": rows.to_numpy().tolist()}}).encode()
        request = urllib.request.Request(server + "/invocations", body, {"Content-Type": "application/json"})
        answer = json.load(urllib.request.urlopen(request, timeout=120))["predictions"]
        answers[server] = np.array([a["prediction"] if isinstance(a, dict) else a for a in answer])
    if (folder / "reports/predictions.csv").exists() and read(folder / "reports/metrics.json")["model"] == digest:
        with open(folder / "reports/predictions.csv", newline="") as f:
            answers["evaluate"] = np.array([float(r["predicted"]) for r in csv.DictReader(f)])
    for who, got in answers.items():
        assert got.shape == want.shape and np.all(np.abs(got - want) <= RELATIVE * np.abs(want)), who
    print(f"version {version.version} is champion; {len(rows)} predictions equal in {', '.join(['pyfunc', 'onnxruntime', *answers])}")


def refuse(kind: str, port: str) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self):
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status = 200 if kind == "html" or self.path == "/ready" else 401
            body = b"<html><body>Please sign in</body></html>" if kind == "html" else b"You are not authenticated."
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if kind == "html" else "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PUT = answer

        def log_message(self, *args):
            pass

    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


if __name__ == "__main__":
    {"runs": runs, "search": search, "champion": champion, "refuse": refuse}[sys.argv[1]](*sys.argv[2:])
