"""Writes a Go module proxy in a folder that holds one module: the last commit of a repository.

python proxy.py REPOSITORY DIR  as version v0.0.1 of the module that its go.mod names

The zip file has what Go's own would: no folders with a go.mod of their own, and no links.
https://go.dev/ref/mod#goproxy-protocol, https://go.dev/ref/mod#zip-files
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

VERSION = "v0.0.1"


def files(repository):
    """The names of the module's files."""
    listed = subprocess.run(["git", "-C", repository, "ls-files", "-z"], check=True, capture_output=True).stdout
    names = [name for name in listed.decode().split("\0") if name]
    others = [name.removesuffix("go.mod") for name in names if name.endswith("/go.mod")]
    return [n for n in names if not n.startswith(tuple(others)) and not (repository / n).is_symlink()]


def main():
    repository, dir = Path(sys.argv[1]), Path(sys.argv[2])
    mod = (repository / "go.mod").read_text()
    module = next(line.split()[1] for line in mod.splitlines() if line.startswith("module "))
    versions = dir / module / "@v"
    versions.mkdir(parents=True)
    (versions / "list").write_text(VERSION + "\n")
    (versions / f"{VERSION}.info").write_text(json.dumps({"Version": VERSION, "Time": "2026-01-01T00:00:00Z"}))
    (versions / f"{VERSION}.mod").write_text(mod)
    with zipfile.ZipFile(versions / f"{VERSION}.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for name in files(repository):
            z.write(repository / name, f"{module}@{VERSION}/{name}")


main()
