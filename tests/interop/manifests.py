"""Checks the files in deploy/ and compose.yaml.

    python manifests.py files ROOT COMPOSE_SCHEMA
    python manifests.py scrape ROOT CONFIG WORK DIR

files holds them against the schemas of Kubernetes and of the compose specification, and against each
other and the Dockerfile. scrape starts the server on the champion in WORK and lets Prometheus scrape it.
"""

import copy
import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import jsonschema
import kubernetes_validate
import yaml

VERSIONS = ("1.30", "1.37")  # the oldest whose preStop may sleep, and the newest


def refused(document, version):
    """Tells whether the API of that version refuses a document."""
    try:
        kubernetes_validate.validate(document, version, strict=True)
    except kubernetes_validate.ValidationError:
        return True
    return False


def check_kubernetes(root):
    folder = root / "deploy" / "kubernetes"
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text())
    found = {path.name for path in folder.glob("*.yaml")} - {"kustomization.yaml"}
    assert set(kustomization["resources"]) == found, found
    kinds = {}
    for name in sorted(found):
        document = yaml.safe_load((folder / name).read_text())
        for version in VERSIONS:
            kubernetes_validate.validate(document, version, strict=True)
        kinds[document["kind"]] = document
    assert set(kinds) == {"Deployment", "Service", "HorizontalPodAutoscaler", "PodDisruptionBudget"}, set(kinds)

    misspelt = copy.deepcopy(kinds["Deployment"])
    misspelt["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    assert refused(misspelt, VERSIONS[-1]), "the schema finds nothing wrong with a misspelt probe"
    print(f"kubernetes: {', '.join(sorted(kinds))} are as {' and '.join(VERSIONS)} want them")
    return kinds


def check_references(root, kinds):
    """What names another thing names one that is there."""
    deployment = kinds["Deployment"]
    template = deployment["spec"]["template"]
    labels, (container,) = template["metadata"]["labels"], template["spec"]["containers"]
    ports = {p["name"]: p["containerPort"] for p in container["ports"]}
    for selector in (
        deployment["spec"]["selector"]["matchLabels"],
        kinds["Service"]["spec"]["selector"],
        kinds["PodDisruptionBudget"]["spec"]["selector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items(), selector
    target = kinds["HorizontalPodAutoscaler"]["spec"]["scaleTargetRef"]
    assert (target["kind"], target["name"]) == ("Deployment", deployment["metadata"]["name"])
    assert "replicas" not in deployment["spec"] and "cpu" in container["resources"]["requests"]
    for port in kinds["Service"]["spec"]["ports"]:
        assert port["targetPort"] in ports, port
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        assert container[probe]["httpGet"]["port"] in ports, probe

    dockerfile = (root / "Dockerfile").read_text()
    assert list(ports.values()) == [int(re.search(r"^EXPOSE (\d+)$", dockerfile, re.M)[1])]
    user, group = map(int, re.search(r"^USER (\d+):(\d+)$", dockerfile, re.M).groups())
    security = template["spec"]["securityContext"]
    assert (security["runAsUser"], security["runAsGroup"], security["runAsNonRoot"]) == (user, group, True)
    inner = container["securityContext"]
    assert inner["readOnlyRootFilesystem"] and not inner["allowPrivilegeEscalation"]
    assert inner["capabilities"]["drop"] == ["ALL"]
    mounted = {m["name"] for m in container["volumeMounts"]}
    assert mounted == {v["name"] for v in template["spec"]["volumes"]}
    print("references: selectors, ports, user and volumes fit together and the Dockerfile")


def check_compose(root, schema):
    compose = yaml.safe_load((root / "compose.yaml").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    faults = [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator.iter_errors(compose)]
    assert not faults, faults
    broken = copy.deepcopy(compose)
    broken["services"]["housing"]["readonly"] = True
    assert list(validator.iter_errors(broken)), "the schema finds nothing wrong with a misspelt key"

    housing, prometheus = compose["services"]["housing"], compose["services"]["prometheus"]
    assert "profiles" not in housing and prometheus["profiles"] == ["monitoring"]
    assert housing["read_only"] and housing["cap_drop"] == ["ALL"]
    for service in (housing, prometheus):
        assert all(port.startswith("127.0.0.1:") for port in service["ports"]), service["ports"]
    arguments = set(re.findall(r"^ARG (\w+)", (root / "Dockerfile").read_text(), re.M))
    assert housing["build"]["args"].keys() <= arguments, housing["build"]["args"]
    source = prometheus["volumes"][0].split(":")[0]
    scrape = yaml.safe_load((root / source / "prometheus.yml").read_text())
    assert scrape["scrape_configs"][0]["static_configs"] == [{"targets": ["housing:8080"]}]
    print("compose: as the specification wants it; Prometheus only with its profile")


def get(url, data=None):
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} if data else {})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode()


def wait_for(what, ready):
    """Asks until the answer is true, for two minutes at most."""
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if ready():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"{what}: not within two minutes")


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as s:
        return s.getsockname()[1]


def check_scrape(root, config, work, folder):
    """Prometheus scrapes a server of this project, and finds every metric that the alerts name."""
    serve, own = free_port(), free_port()
    config = Path(shutil.copytree(config, folder / "manifests-config", dirs_exist_ok=True))
    (config / "serve.yaml").write_text(f"predictions: {{folder: {folder}/manifests-predictions}}\n")
    settings = yaml.safe_load((root / "deploy" / "prometheus" / "prometheus.yml").read_text())
    settings["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    settings["scrape_configs"][0]["static_configs"] = [{"targets": [f"127.0.0.1:{serve}"]}]
    settings["rule_files"] = [str(root / "deploy" / "prometheus" / "rules.yml")]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    commands = [
        [root / "bin" / "serve", "-config", config, "-work", work, "-address", f"127.0.0.1:{serve}"],
        [
            "prometheus",
            f"--config.file={folder}/prometheus.yml",
            f"--storage.tsdb.path={folder}/prometheus-data",
            f"--web.listen-address=127.0.0.1:{own}",
        ],
    ]
    running = []
    try:
        for i, command in enumerate(commands):
            log = (folder / f"manifests-{i}.log").open("w")
            running.append(subprocess.Popen(list(map(str, command)), stdout=log, stderr=log))
        server = f"http://127.0.0.1:{serve}"
        wait_for("the server", lambda: get(f"{server}/readyz"))
        for path in ("/healthz", "/readyz"):
            get(server + path)  # the probes' paths
        body = json.loads(get(f"{server}/openapi.json"))["paths"]["/predict"]["post"]["requestBody"]
        row = body["content"]["application/json"]["examples"]["one"]["value"]
        for _ in range(10):  # enough rows for the metric of drift
            get(f"{server}/predict", json.dumps([row] * 100).encode())

        def query(text):
            url = f"http://127.0.0.1:{own}/api/v1/query?query={urllib.parse.quote(text)}"
            return json.loads(get(url))["data"]["result"]

        wait_for("a scrape", lambda: any(r["value"][1] == "1" for r in query('up{job="housing"}')))
        rules = (root / "deploy" / "prometheus" / "rules.yml").read_text()
        for name in sorted(set(re.findall(r"\bserve_\w+", rules))):
            wait_for(name, lambda name=name: query(name))
        wait_for("the predictions", lambda: query("serve_rows_total >= 1000"))

        def evaluated():
            groups = json.loads(get(f"http://127.0.0.1:{own}/api/v1/rules"))["data"]["groups"]
            states = [(r["name"], r["health"], r.get("lastError")) for g in groups for r in g["rules"]]
            assert all(health != "err" for _, health, _ in states), states
            return all(health == "ok" for _, health, _ in states)

        wait_for("the alerts", evaluated)
        print("prometheus: scrapes the server, has every metric that the alerts name, and evaluates them")
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(30)


def main(command, *args):
    if command == "scrape":
        check_scrape(*map(Path, args))
        return
    root = Path(args[0])
    check_references(root, check_kubernetes(root))
    check_compose(root, json.loads(Path(args[1]).read_text()))


main(*sys.argv[1:])
