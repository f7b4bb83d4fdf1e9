"""Steps of the pipeline: ingest, train, evaluate.

Each runs programs of this project in a new folder that holds what the steps before it made, and returns
what it made itself. So steps share no disk, and an orchestrator may run each in a container of its own.

`versions`, a parameter of all, has the SHA-256 of everything that the step reads beside its artifacts: see
programs.py. `config` is a folder with settings, relative to the project.
"""

import shutil
from pathlib import Path
from typing import Annotated

from zenml import ArtifactConfig, get_step_context, log_metadata, step
from zenml.client import Client
from zenml.config.cache_policy import CachePolicy
from zenml.enums import ArtifactType, ModelStages
from zenml.types import HTMLString

from files import FilesMaterializer, read, taken, workplace
from programs import require, run

# The parts of a work folder that hold the champion and those before it.
CHAMPIONS = ("models/champion", "models/history", "models/history.json")

# ZenML looks at the code of a step, but not at what it calls.
CACHE = CachePolicy(file_dependencies=["files.py", "programs.py"])

Data = Annotated[Path, ArtifactConfig(name="data")]
Facts = Annotated[dict[str, int], ArtifactConfig(name="rows")]
Candidate = Annotated[Path, ArtifactConfig(name="candidate", artifact_type=ArtifactType.MODEL)]
Scores = Annotated[dict[str, float], ArtifactConfig(name="cross_validation")]
Evaluation = Annotated[Path, ArtifactConfig(name="evaluation")]
Metrics = Annotated[dict[str, float], ArtifactConfig(name="metrics")]
Champion = Annotated[Path, ArtifactConfig(name="champion", artifact_type=ArtifactType.MODEL)]
Report = Annotated[HTMLString, ArtifactConfig(name="report")]


@step(cache_policy=CACHE, output_materializers={"data": FilesMaterializer})
def ingest(versions: dict[str, str], config: str, source: str = "") -> tuple[Data, Facts]:
    """Fetches the table, checks and cleans it, adds row-wise columns and sets test rows aside."""
    require("ingest", versions, config, source)
    work = workplace()
    run("fetch", work, config, "-source", source)
    run("clean", work, config)
    run("features", work, config)

    validation, split = read(work, "validation.json"), read(work, "split.json")
    rows = {
        "read": validation["rows_read"],
        "clean": validation["rows"],
        "train": split["train_rows"],
        "test": split["test_rows"],
    }
    log_metadata({"rows": rows, "warnings": [f"{v['column']}: {v['message']}" for v in validation["violations"] or []]})
    return taken(work), rows


@step(cache_policy=CACHE, output_materializers={"candidate": FilesMaterializer})
def train(data: Path, versions: dict[str, str], config: str) -> tuple[Candidate, Scores]:
    """Fits the model on the training rows, with cross-validation."""
    require("train", versions, config)
    work = workplace(data)
    run("train", work, config)

    training = read(work, "training.json")
    scores = held_out(training)
    log_metadata({"estimator": training["estimator"], "features": len(training["features"]), "held out": scores})
    return taken(work, data), scores


@step(
    cache_policy=CACHE,
    output_materializers={"evaluation": FilesMaterializer, "champion": FilesMaterializer},
)
def evaluate(
    data: Path, candidate: Path, versions: dict[str, str], config: str
) -> tuple[Evaluation, Metrics, Champion, Report]:
    """Judges the candidate on the test rows and against the champion, and promotes it if it is not worse."""
    require("evaluate", versions, config)
    work = workplace(data, candidate, *champion_before())
    for program in ("evaluate", "promote", "plot"):
        run(program, work, config)

    promotion, metrics = read(work, "promotion.json"), read(work, "metrics.json")
    test = {name: m["estimate"] for name, m in sorted(metrics["test"].items())}
    log_metadata({"test": test, "unit": metrics.get("unit", ""), "decision": promotion["reason"]})
    if promotion["action"] == "promote":
        get_step_context().model.set_stage(ModelStages.PRODUCTION, force=True)
    champion, report = champion_of(work), HTMLString((work / "reports" / "index.html").read_text(encoding="utf-8"))
    return taken(work, data, candidate), test, champion, report


def held_out(training: dict) -> dict[str, float]:
    """Returns the mean of each score over the folds, those that all of them have."""
    folds = [fold["scores"] for fold in training["cross_validation"]["folds"]]
    names = sorted(set.intersection(*(set(fold) for fold in folds)))
    return {name: sum(fold[name] for fold in folds) / len(folds) for name in names}


def champion_before() -> list[Path]:
    """Returns the folder of the champion, of the model version that is in production, if there is one."""
    try:
        model = Client().get_model_version(get_step_context().model.name, ModelStages.PRODUCTION)
    except KeyError:
        return []
    return [model.get_artifact("champion").load()]


def champion_of(work: Path) -> Path:
    """Takes the champion and those before it out of a work folder, into one of their own."""
    champion = workplace()
    for name in CHAMPIONS:
        if (work / name).exists():
            (champion / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.move(work / name, champion / name)
    return champion
