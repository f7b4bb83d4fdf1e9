"""Checks a generated Argo Workflow, or runs it as Argo would.

    python argo.py check WORKFLOW SCHEMA
    python argo.py run WORKFLOW CONFIG WORK

check holds it against Argo's JSON schema, its tasks against its templates, and
plants faults that the schema has to find. run starts the containers' commands
on this machine, with CONFIG for the parameter `config` and WORK for the
volume: tasks after those that they depend on, the items of a sequence in
parallel.
"""

import copy
import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import jsonschema
import yaml


def check(workflow, schema):
    schema = dict(schema, oneOf=[{"$ref": "#/definitions/io.argoproj.workflow.v1alpha1.Workflow"}])
    validator = jsonschema.Draft202012Validator(schema)
    faults = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(workflow)]
    assert not faults, faults

    broken = copy.deepcopy(workflow)
    broken["spec"]["templates"][0]["dag"]["tasks"][0]["dependencies"] = "prepare"
    assert list(validator.iter_errors(broken)), "the schema finds nothing wrong with a text for a list"

    templates = {t["name"]: t for t in workflow["spec"]["templates"]}
    tasks = {t["name"]: t for t in templates[workflow["spec"]["entrypoint"]]["dag"]["tasks"]}
    for task in tasks.values():
        inputs = {p["name"] for p in templates[task["template"]].get("inputs", {}).get("parameters", [])}
        given = {p["name"] for p in task.get("arguments", {}).get("parameters", [])}
        assert inputs == given, (task["name"], inputs, given)
        for before in task.get("dependencies", []):
            assert before in tasks, (task["name"], before)
    shares = [t for t in tasks.values() if t["template"] == "share"]
    assert shares and all(t["withSequence"]["count"] == "3" for t in shares)
    volumes = {v["name"] for v in workflow["spec"]["volumes"]}
    for template in templates.values():
        for mount in template.get("container", {}).get("volumeMounts", []):
            assert mount["name"] in volumes, mount
    print(f"argo: {len(tasks)} tasks, {len(shares)} rungs of shares")


def run(workflow, config, work):
    templates = {t["name"]: t for t in workflow["spec"]["templates"]}
    defaults = {f"workflow.parameters.{p['name']}": p["value"] for p in workflow["spec"]["arguments"]["parameters"]}
    defaults["workflow.parameters.config"] = config

    def fill(text, values):
        return re.sub(r"{{(.*?)}}", lambda m: values[m.group(1)], text)

    def execute(task, item):
        values = dict(defaults, item=item)
        for p in task.get("arguments", {}).get("parameters", []):
            values[f"inputs.parameters.{p['name']}"] = fill(p["value"], values)
        container = templates[task["template"]]["container"]
        command = [fill(c.replace("/volume", work), values) for c in container["command"] + container["args"]]
        subprocess.run(command, check=True)

    done, left = set(), list(templates[workflow["spec"]["entrypoint"]]["dag"]["tasks"])
    while left:
        task = next(t for t in left if set(t.get("dependencies", [])) <= done)
        items = [str(i) for i in range(int(task.get("withSequence", {}).get("count", 1)))]
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda item: execute(task, item), items))
        done.add(task["name"])
        left.remove(task)


def main(what, path, *rest):
    with open(path) as f:
        workflow = yaml.safe_load(f)
    if what == "check":
        with open(rest[0]) as f:
            check(workflow, json.load(f))
    else:
        run(workflow, *rest)


main(*sys.argv[1:])
