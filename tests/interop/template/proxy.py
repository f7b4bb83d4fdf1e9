"""Writes a Go module proxy in a folder that holds the modules of a repository's last commit: its own, and its engine's.

python proxy.py REPOSITORY DIR  as version v0.0.1, and the engine as the version that go.mod requires

The zip file has what Go's own would: no folders with a go.mod of their own, and no links.
https://go.dev/ref/mod#goproxy-protocol, https://go.dev/ref/mod#zip-files
"""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

VERSION = "v0.0.1"


def files(root):
    """The names of the files of the module whose folder is root."""
    listed = subprocess.run(["git", "-C", root, "ls-files", "-z"], check=True, capture_output=True).stdout
    names = [name for name in listed.decode().split("\0") if name]
    others = [name.removesuffix("go.mod") for name in names if name.endswith("/go.mod")]
    return [n for n in names if not n.startswith(tuple(others)) and not (root / n).is_symlink()]


def publish(root, dir, version):
    """Adds the module whose folder is root."""
    mod = (root / "go.mod").read_text()
    module = next(line.split()[1] for line in mod.splitlines() if line.startswith("module "))
    versions = dir / module / "@v"
    versions.mkdir(parents=True)
    (versions / "list").write_text(version + "\n")
    (versions / f"{version}.info").write_text(json.dumps({"Version": version, "Time": "2026-01-01T00:00:00Z"}))
    (versions / f"{version}.mod").write_text(mod)
    with zipfile.ZipFile(versions / f"{version}.zip", "w", zipfile.ZIP_DEFLATED) as z:
        for name in files(root):
            z.write(root / name, f"{module}@{version}/{name}")


def main():
    repository, dir = Path(sys.argv[1]), Path(sys.argv[2])
    publish(repository, dir, VERSION)
    mod = (repository / "go.mod").read_text()
    publish(repository / "engine", dir, next(line.split()[1] for line in mod.splitlines() if "example.com/engine v" in line))


main()
