"""Checks a project that template.sh made from a table, and its server.

python project.py DIR URL TARGET TASK  the project's folder and its server's address

Needs nothing but Python 3.9 and curl. The answers must be those that evaluate wrote; what people and
programs read must speak of the table, and of nothing that the template's example is about.
"""

import csv
import html
import io
import json
import re
import subprocess
import sys
from pathlib import Path

EXAMPLE = re.compile(r"california|median[_ ]house|housing", re.IGNORECASE)


def fail(message):
    sys.exit(f"template: {message}")


def say(message):
    print(f"template: {message}", flush=True)


def curl(*args, data=None):
    """Returns what curl prints; data goes to its standard input."""
    run = subprocess.run(["curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "60", *args], input=data, capture_output=True)
    if run.returncode:
        fail(f"curl {' '.join(args)}: {(run.stderr + run.stdout).decode()}")
    return run.stdout.decode()


def table(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def same(got, want, task):
    """Tells whether an answer is the prediction that evaluate wrote, number or class."""
    return float(got) == float(want) if task == "regression" else str(got) == want


def check_rows(dir, url, task):
    """All test rows of the table as CSV: the server must say what evaluate said. Returns the first, and that."""
    path = dir / "data/processed/test.csv"
    want = table((dir / "reports/predictions.csv").read_text(encoding="utf-8"))
    got = table(curl("--header", "Content-Type: text/csv", "--data-binary", "@-", f"{url}/predict", data=path.read_bytes()))
    if len(want) < 10 or len(got) != len(want):
        fail(f"{len(got)} answers to {len(want)} test rows")
    for i, (g, w) in enumerate(zip(got, want)):
        if g.get("error") or not same(g["prediction"], w["predicted"], task):
            fail(f"test row {i}: the server says {g}, evaluate said {w}")
    say(f"{len(want)} test rows answered as evaluate did")
    return table(path.read_text(encoding="utf-8"))[0], want[0]["predicted"]


def ask(url, row):
    """Returns the prediction of one row as JSON."""
    return json.loads(curl("--json", "@-", f"{url}/predict", data=json.dumps(row).encode()))["prediction"]


def cell(text, like):
    """Returns a number where the example has one, else the text."""
    return float(text) if isinstance(like, (int, float)) else text


def check_row(url, spec, cells, want, task):
    """One row as JSON, in the form of the description's example; what is null is left out."""
    example = spec["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]["examples"]["one"]["value"]
    ask(url, example)
    row = {name: cell(cells[name], value) for name, value in example.items() if cells[name] != ""}
    got = ask(url, row)
    if not same(got, want, task):
        fail(f"the first test row is answered with {got}, evaluate said {want}")
    say(f"one row answered with {json.dumps(got, ensure_ascii=False)}")


def check_command(dir, url):
    """The command in the README, as it stands there but for the port."""
    lines = [line for line in (dir / "README.md").read_text(encoding="utf-8").splitlines() if line.startswith("curl ")]
    if len(lines) != 1:
        fail(f"{dir}/README.md has {len(lines)} commands with curl")
    command = lines[0].replace("http://127.0.0.1:8080", url).replace("curl ", "curl --silent --fail-with-body ", 1)
    run = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    if run.returncode or "prediction" not in json.loads(run.stdout):
        fail(f"{command}: {run.stdout}{run.stderr}")
    say("the command of the README is answered")


def check_text(name, text, target):
    if target not in text and target.replace("_", " ") not in text:  # pages write names as words
        fail(f"{name} does not name {target!r}")
    if found := EXAMPLE.search(text):
        fail(f"{name} speaks of {text[max(0, found.start() - 60):found.end() + 60]!r}")


def main():
    dir, url, target, task = Path(sys.argv[1]), *sys.argv[2:]
    first, want = check_rows(dir, url, task)
    spec = json.loads(curl(f"{url}/openapi.json"))
    check_row(url, spec, first, want, task)
    check_command(dir, url)

    metrics = json.loads((dir / "reports/metrics.json").read_text(encoding="utf-8"))
    if metrics["task"] != task:
        fail(f"the task is {metrics['task']}, not {task}")
    check_text("/openapi.json", json.dumps(spec, ensure_ascii=False), target.replace('"', '\\"'))
    check_text("reports/index.html", html.unescape((dir / "reports/index.html").read_text(encoding="utf-8")), target)
    check_text("MODEL_CARD.md", (dir / "models/champion/MODEL_CARD.md").read_text(encoding="utf-8"), target)
    check_text("the page of the server", html.unescape(curl(f"{url}/")), target)


main()
