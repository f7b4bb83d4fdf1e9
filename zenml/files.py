"""Folders as artifacts: what a step made, and its checksums."""

import atexit
import hashlib
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

from zenml.enums import ArtifactType
from zenml.materializers.path_materializer import PathMaterializer

SUMS = "SHA256SUMS"
# Facts of a run and a machine, not of what was made.
HOST = ("reports/lineage/host", "reports/runs")


class FilesMaterializer(PathMaterializer):
    """Stores a folder as an archive, with the SHA-256 of each of its files beside it.

    Their hash is the artifact's: a step that made the same files again leaves what follows it cached. An
    archive whose files are not those that were stored is refused.
    """

    ASSOCIATED_ARTIFACT_TYPE = ArtifactType.DATA
    SKIP_REGISTRATION = True  # for those outputs that name it

    def save(self, data: Path) -> None:
        super().save(data)
        with self.artifact_store.open(f"{self.uri}/{SUMS}", "w") as f:
            f.write(sums(data))

    def load(self, data_type: type[Any]) -> Path:
        folder = super().load(data_type)
        if self.expected_content_hash not in (None, self.compute_content_hash(folder)):
            raise RuntimeError(f"{self.uri}: the files are not those that were stored")
        return folder

    def compute_content_hash(self, data: Path) -> str:
        return hashlib.sha256(sums(data).encode()).hexdigest()

    def extract_metadata(self, data: Path) -> dict[str, Any]:
        paths = files(data)
        return {
            "files": len(paths),
            "bytes": sum((data / path).stat().st_size for path in paths),
            "sha256": dict(line.split("  ")[::-1] for line in sums(data).splitlines()),
        }


def files(folder: Path) -> list[str]:
    """Returns the paths of all files below a folder, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def sums(folder: Path) -> str:
    """Returns what `sha256sum` prints of the files below a folder."""
    return "".join(f"{hashlib.sha256((folder / path).read_bytes()).hexdigest()}  {path}\n" for path in files(folder))


def workplace(*artifacts: Path) -> Path:
    """Returns a new folder for programs to work in that holds the files of some artifacts.

    It is there until the process ends, since ZenML stores what a step returns after the step.
    """
    work = Path(tempfile.mkdtemp(prefix="housing-"))
    atexit.register(shutil.rmtree, work, ignore_errors=True)
    for folder in artifacts:
        shutil.copytree(folder, work, dirs_exist_ok=True)
    return work


def taken(work: Path, *artifacts: Path) -> Path:
    """Returns what the programs made: the folder without what it was given, and without facts of the host."""
    for name in HOST:
        shutil.rmtree(work / name, ignore_errors=True)
    for folder in artifacts:
        for path in files(folder):
            (work / path).unlink(missing_ok=True)
    return work


def read(work: Path, name: str) -> dict[str, Any]:
    """Returns one of the reports as a dictionary."""
    return json.loads((work / "reports" / name).read_text(encoding="utf-8"))
