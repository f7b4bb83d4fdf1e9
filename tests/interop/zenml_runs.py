"""Runs the pipeline again and again on a real ZenML and asks its client what ran, what was kept and why.

    python zenml_runs.py PROJECT CONFIG

PROJECT is a folder with bin/, data/external/ and CONFIG, of which this changes one file after the other.
The first run was made by scripts/zenml.sh.
"""

import hashlib
import json
import os
import sys
import tarfile
from pathlib import Path

project, config = Path(sys.argv[1]), sys.argv[2]
os.environ["HOUSING_PROJECT"] = str(project)
code = Path(__file__).resolve().parents[2] / "zenml"
sys.path.insert(0, str(code))

import mlflow  # noqa: E402
from zenml.client import Client  # noqa: E402
from zenml.enums import ModelStages  # noqa: E402
from zenml.utils import source_utils  # noqa: E402

import programs  # noqa: E402
import run as pipeline  # noqa: E402

source_utils.set_custom_source_root(str(code))
STEPS = ("ingest", "train", "evaluate")


def last():
    """Returns the newest run."""
    return Client().list_pipeline_runs(sort_by="desc:created", size=1, hydrate=True).items[0]


def states(run):
    return {name: str(run.steps[name].status) for name in STEPS}


def expect(what, *ran):
    """Runs the pipeline and fails unless those steps ran and the others were cached."""
    pipeline.housing(config, "")
    run = last()
    want = {name: "completed" if name in ran else "cached" for name in STEPS}
    assert states(run) == want, f"{what}: {states(run)}, not {want}"
    print(f"{what}: {', '.join(ran) or 'nothing'} ran")
    return run


def change(name, old, new):
    """Replaces a text in a settings file."""
    path = project / config / name
    text = path.read_text()
    assert old in text, f"{name} has no {old!r}"
    path.write_text(text.replace(old, new))


def artifact(run, step, name):
    return run.steps[step].outputs[name][0]


def check_artifacts(run):
    """Each step has its artifacts, with checksums that are those of the files in the archive."""
    want = {
        "ingest": {"data": "data/processed/train.csv", "rows": None},
        "train": {"candidate": "models/candidate/model.zip", "cross_validation": None},
        "evaluate": {
            "evaluation": "reports/metrics.json",
            "metrics": None,
            "champion": "models/champion/model.zip",
            "report": None,
        },
    }
    for step, outputs in want.items():
        assert set(run.steps[step].outputs) == set(outputs), (step, set(run.steps[step].outputs))
        for name, path in outputs.items():
            if path is None:
                continue
            found = artifact(run, step, name)
            sums = found.run_metadata["sha256"]
            with tarfile.open(f"{found.uri}/data.tar.gz") as archive:
                held = {
                    m.name.removeprefix("./"): hashlib.sha256(archive.extractfile(m).read()).hexdigest()
                    for m in archive.getmembers()
                    if m.isfile()
                }
            assert held == sums and path in held, (name, sorted(held))
            text = "".join(f"{held[p]}  {p}\n" for p in sorted(held))
            assert found.content_hash == hashlib.sha256(text.encode()).hexdigest(), name
    print("artifacts: three steps have theirs, and each file has its checksum")


def check_metadata(run):
    """The dictionaries and the metadata are what the programs wrote to their reports."""
    evaluation = artifact(run, "evaluate", "evaluation").load()
    metrics = json.loads((evaluation / "reports" / "metrics.json").read_text())
    test = {name: m["estimate"] for name, m in metrics["test"].items()}
    assert artifact(run, "evaluate", "metrics").load() == test
    assert run.steps["evaluate"].run_metadata["test"] == test
    data = artifact(run, "ingest", "data").load()
    rows = artifact(run, "ingest", "rows").load()
    for part in ("train", "test"):
        lines = (data / "data" / "processed" / f"{part}.csv").read_text().count("\n")
        assert rows[part] == lines - 1 == run.steps["ingest"].run_metadata["rows"][part], part
    assert run.steps["train"].run_metadata["estimator"] == "ridge"
    report = artifact(run, "evaluate", "report").load()
    assert report == (evaluation / "reports" / "index.html").read_text()
    model = Client().get_model_version("housing", ModelStages.PRODUCTION)
    champion = model.get_artifact("champion").load() / "models" / "champion" / "model.zip"
    assert hashlib.sha256(champion.read_bytes()).hexdigest() == metrics["model"]
    print("metadata: rows, scores and the decision are those of the reports; the champion is in production")


def check_tracker(run):
    """All steps logged into one run of MLflow, that of the pipeline run, and so did their programs."""
    ids = {run.steps[name].run_metadata["mlflow_run_id"] for name in STEPS}
    assert len(ids) == 1, ids
    tracked = mlflow.get_run(ids.pop())
    assert tracked.info.status == "FINISHED" and tracked.info.run_name == run.name, tracked.info
    for name, value in artifact(run, "evaluate", "metrics").load().items():
        assert tracked.data.metrics[f"test/{name}"] == value, name
    assert len(tracked.inputs.dataset_inputs) > 0 and tracked.data.tags["estimator"] == "ridge"
    for name in ("metrics.json", "index.html"):
        stored = Path(mlflow.artifacts.download_artifacts(run_id=tracked.info.run_id, artifact_path=name))
        made = artifact(run, "evaluate", "evaluation").load() / "reports" / name
        assert stored.read_bytes() == made.read_bytes(), name
    print("tracker: one finished run of MLflow for the three steps, with what the programs logged")


def check_refusals(run):
    """Other files than those planned with, and an archive that was changed, are refused."""
    versions = programs.versions("train", config)
    try:
        programs.require("train", versions | {"bin/train": "0" * 64}, config)
    except RuntimeError as err:
        assert str(err).startswith("bin/train in "), err
    else:
        raise AssertionError("a program that is not the planned one was taken")

    candidate = artifact(run, "train", "candidate")
    archive = Path(candidate.uri) / "data.tar.gz"
    before = archive.read_bytes()
    with tarfile.open(archive, "w:gz") as other:
        other.add(__file__, "models/candidate/model.zip")
    try:
        candidate.load()
    except RuntimeError as err:
        assert "not those that were stored" in str(err), err
    else:
        raise AssertionError("an archive with other files was taken")
    finally:
        archive.write_bytes(before)
    print("refusals: a planned program that is another here, and a changed archive")


def check_failure():
    """A program that fails fails its step, with what the program said."""
    change("model.yaml", "ridge:", "rigde:")
    try:
        pipeline.housing(config, "")
    except Exception:  # what an orchestrator raises is its own affair
        pass
    change("model.yaml", "rigde:", "ridge:")
    run = last()
    assert str(run.status) == "failed", run.status
    assert str(run.steps["train"].status) == "failed" and "evaluate" not in run.steps, run.steps.keys()
    assert "rigde" in str(run.steps["train"].exception_info), run.steps["train"].exception_info
    print("failure: a misspelt setting fails train, which says so")


def main():
    first = last()
    assert states(first) == dict.fromkeys(STEPS, "completed"), states(first)
    check_artifacts(first)
    check_metadata(first)
    check_tracker(first)
    check_refusals(first)

    expect("nothing changed")
    change("model.yaml", "estimator:", "# a comment\nestimator:")
    expect("a comment")
    change("model.yaml", "alpha: 1", "alpha: 1000")
    expect("a setting of the estimator", "train", "evaluate")
    change("model.yaml", "\nevaluation:\n", "\nevaluation:\n  margin: 0.02\n")
    expect("a setting of the evaluation", "evaluate")
    (project / config / "new.yaml").write_text("setting: 1")
    expect("a file of settings that is new", *STEPS)
    change("features.yaml", "[1.5, 3, 4.5, 6]", "[1.5, 3, 4.5]")
    expect("the split", "ingest", "train", "evaluate")
    with (project / "bin" / "train").open("ab") as f:
        f.write(b"\0")
    expect("a program that makes the same as before", "train")
    check_failure()


main()
