"""The programs of this project, as the steps use them: what a step depends on, and how it runs them.

ZenML's cache sees the code and the parameters of a step, but no file that the step opens. So every step
takes the SHA-256 of the programs that it runs, and of the settings that these read, as a parameter.
"""

import hashlib
import logging
import os
import subprocess
import sys
from pathlib import Path

import yaml

logger = logging.getLogger(__name__)

# Where bin/, configs/ and data/external/ are. An image has its steps elsewhere.
PROJECT = Path(os.environ.get("HOUSING_PROJECT") or Path(__file__).resolve().parents[1])

PROGRAMS = {
    "ingest": ("fetch", "clean", "features"),
    "train": ("train",),
    "evaluate": ("evaluate", "promote", "plot"),
}

# The settings that a step's programs don't read: files, or sections of files. What is not named here they
# read: with a new setting a step too many may run, never one too few.
ALL = None
UNREAD = {
    "ingest": {"drift.yaml": ALL, "model.yaml": ALL, "serve.yaml": ALL},
    "train": {"data.yaml": ALL, "drift.yaml": ALL, "serve.yaml": ALL, "model.yaml": ("card", "evaluation", "search")},
    "evaluate": {"data.yaml": ALL, "features.yaml": ALL, "serve.yaml": ALL, "model.yaml": ("search",)},
}


def versions(step: str, config: str, source: str = "") -> dict[str, str]:
    """Returns the SHA-256 of each program and settings file of a step, and of each file that those name."""
    found = {f"bin/{name}": _sha256((PROJECT / "bin" / name).read_bytes()) for name in PROGRAMS[step]}
    named = [source]
    for path in sorted((PROJECT / config).glob("*.yaml")):
        unread = UNREAD[step].get(path.name, ())
        if unread is ALL:
            continue
        settings = _settings(path, unread)
        found[path.name] = _sha256(yaml.serialize(settings, canonical=True).encode())
        named += _scalars(settings)
    for name in named:
        if (path := PROJECT / name).is_file():
            found[name] = _sha256(path.read_bytes())
    return dict(sorted(found.items()))


def require(step: str, expected: dict[str, str], config: str, source: str = "") -> None:
    """Raises unless the files here are those that the run was planned with: an image may hold others."""
    here = versions(step, config, source)
    if here != expected:
        differ = sorted(name for name in here.keys() | expected.keys() if here.get(name) != expected.get(name))
        raise RuntimeError(
            f"{', '.join(differ)} in {PROJECT} differ from those that this run was planned with: build the image anew, "
            "with programs for its platform (GOOS=linux make build)"
        )


def run(program: str, work: Path, config: str, *flags: str) -> None:
    """Runs a program on a work folder; what it prints goes to the log of the step.

    What it did is logged to the step's run of MLflow, if there is one; that fails no step.
    """
    place = ("-config", config, "-work", str(work))
    _execute(program, program, *place, *flags)
    if mlflow_run() and (PROJECT / "bin" / "tools").exists():
        _execute("track", "tools", "track", *place, "-after", program)


def _execute(name: str, program: str, *arguments: str) -> None:
    """Runs bin/<program>, whose messages begin with the name."""
    said = []  # its last words, which may be several lines
    with subprocess.Popen(
        [str(PROJECT / "bin" / program), *arguments],
        cwd=PROJECT,
        env=os.environ | mlflow_run(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    ) as process:
        for line in process.stdout:
            logger.info(line.rstrip())
            said = [line] if line.startswith(f"{name}: ") else [*said, line]
    if process.returncode != 0:
        raise RuntimeError("".join(said).rstrip() or f"{name}: exit status {process.returncode}")


def mlflow_run() -> dict[str, str]:
    """Names MLflow's run of this step, which ZenML has started, so that the programs log into it.

    ZenML exports where the server is, but not which run it is. Without a tracker in the stack there is none.
    """
    if "mlflow" not in sys.modules:
        return {}
    active = sys.modules["mlflow"].active_run()
    return {"MLFLOW_RUN_ID": active.info.run_id} if active else {}


def _settings(path: Path, unread: tuple[str, ...]) -> yaml.Node:
    """Parses a settings file, without comments and the sections that are unread.

    Note: the values stay as they are written, with the kind of each. PyYAML reads version 1.1, the programs
    1.2: `no` is false for one and a text for the other.
    """
    node = yaml.compose(path.read_text(encoding="utf-8"), yaml.SafeLoader)
    if isinstance(node, yaml.MappingNode):
        node.value = [(key, value) for key, value in node.value if key.value not in unread]
    return node or yaml.MappingNode("tag:yaml.org,2002:map", [])


def _scalars(node: yaml.Node) -> list[str]:
    """Returns the texts below a node, which may name files."""
    if isinstance(node, yaml.ScalarNode):
        return [node.value]
    if isinstance(node, yaml.MappingNode):
        return [text for _, value in node.value for text in _scalars(value)]
    return [text for value in node.value for text in _scalars(value)]


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
