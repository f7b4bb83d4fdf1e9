"""Asks a server in MLflow's scoring protocol and in the Open Inference Protocol, with their own clients.

    python protocols.py table FILE               writes a table of shapes, with categories and nulls
    python protocols.py ask SERVE CONFIG WORK    starts SERVE on the champion in WORK and asks it
"""

import json
import random
import socket
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pandas as pd
import tritonclient.http as triton
from mlflow.pyfunc.scoring_server.client import ScoringServerClient
from tritonclient.utils import InferenceServerException

def write_table(path):
    rng = random.Random(1)
    lines = ["shape,colour,width,corners"]
    for _ in range(400):
        shape, corners, width = rng.choice([("disc", 0, 2.0), ("triangle", 3, 3.0), ("square", 4, 4.0)])
        colour = rng.choice(["red", "dark green", "bläulich", ""])
        size = f"{rng.gauss(width, 1.5):.3f}" if rng.random() > 0.1 else ""
        lines.append(f"{shape},{colour},{size},{corners + rng.choice([0, 0, 0, 1])}")
    Path(path).write_text("\n".join(lines) + "\n", encoding="utf-8")


class Server:
    """One that runs, with its inputs, the test rows and what evaluate wrote for them."""

    def __init__(self, serve, config, work):
        with socket.create_server(("127.0.0.1", 0)) as s:
            self.port = s.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        self.log = tempfile.TemporaryFile()
        self.process = subprocess.Popen(
            [serve, "-config", config, "-work", work, "-address", self.address], stderr=self.log
        )
        self.want = pd.read_csv(f"{work}/reports/predictions.csv")["predicted"].tolist()
        self.classes = isinstance(self.want[0], str)
        self.rows = pd.read_csv(f"{work}/data/processed/test.csv")

    def choose(self, metadata):
        """Keeps the columns that are inputs, in the order of the model."""
        self.types = {t["name"]: t["datatype"] for t in metadata["inputs"]}
        self.rows = self.rows[list(self.types)]
        assert len(self.rows) == len(self.want) > 0

    def same(self, got, what):
        got = [x.decode() if isinstance(x, bytes) else x for x in got]
        assert len(got) == len(self.want), (what, len(got))
        wrong = [(i, g, w) for i, (g, w) in enumerate(zip(got, self.want)) if g != w]
        assert not wrong, f"{what}: {len(wrong)} of {len(got)} answers differ: {wrong[:3]}"
        print(f"{what}: {len(got)} rows answered as evaluate did")

    def post(self, path, body, kind="application/json"):
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request = urllib.request.Request(f"http://{self.address}{path}", data, {"Content-Type": kind})
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as err:
            return err.code, json.load(err)


def check_mlflow(server):
    """Note: the client can't send a dictionary of arrays, `inputs`: it takes its keys for pairs."""
    client = ScoringServerClient("127.0.0.1", server.port)
    client.wait_server_ready(timeout=60, scoring_server_proc=server.process)
    assert client.get_version().strip()

    def predictions(answer):
        (column,) = answer.get_predictions().columns
        return answer.get_predictions()[column].tolist()

    server.same(predictions(client.invoke(server.rows)), "mlflow, a data frame")
    wrong = server.rows.head(3).drop(columns=server.rows.columns[-1])
    try:
        client.invoke(wrong)
    except Exception as err:
        assert "error code 4" in str(err) and server.rows.columns[-1] in str(err), err
    else:
        raise AssertionError("rows without a column were answered")


def check_forms(server):
    """The five forms of input, as a person types them."""
    plain = json.loads(server.rows.to_json(orient="split", index=False))
    records = [dict(zip(plain["columns"], row)) for row in plain["data"]]
    columns = {name: [row[i] for row in plain["data"]] for i, name in enumerate(plain["columns"])}
    forms = {
        "dataframe_split": plain,
        "dataframe_records": records,
        "instances": records,
        "inputs": columns,
    }
    for name, body in forms.items():
        status, answer = server.post("/invocations", {name: body})
        assert status == 200, answer
        server.same(answer["predictions"], f"mlflow, {name}")
    status, answer = server.post("/invocations", server.rows.to_csv(index=False), "text/csv")
    assert status == 200, answer
    server.same(answer["predictions"], "mlflow, text/csv")
    assert server.post("/invocations", {"instances": records, "inputs": columns})[0] in (400, 422)
    assert server.post("/invocations", "a", "text/plain")[0] == 415


NUMPY = {"FP64": np.float64, "INT64": np.int64, "BYTES": np.object_}


def tensors(server, binary, rank):
    """Returns the test rows as Triton's inputs. NaN in a binary tensor is null; a text has no null."""
    out = []
    for name, datatype in server.types.items():
        column = server.rows[name]
        if datatype == "BYTES":
            column = column.fillna("").astype(object)
        values = column.to_numpy().astype(NUMPY[datatype]).reshape([-1, 1][:rank])
        one = triton.InferInput(name, list(values.shape), datatype)
        one.set_data_from_numpy(values, binary_data=binary)
        out.append(one)
    return out


def check_inference(server, name):
    client = triton.InferenceServerClient(server.address)
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready(name) and not client.is_model_ready(name + "x")
    assert client.get_server_metadata()["name"]
    metadata = client.get_model_metadata(name)
    assert metadata["name"] == name and metadata["versions"]
    nulls = server.rows.isnull().any().any()
    for binary in (True, False):
        if nulls and not binary:
            continue  # the client writes NaN, which is no JSON
        for rank in (1, 2):
            answer = client.infer(
                name,
                tensors(server, binary, rank),
                outputs=[triton.InferRequestedOutput("prediction", binary_data=False)],
                request_id="42",
            )
            assert answer.get_response()["id"] == "42"
            got = answer.as_numpy("prediction")
            assert got.size == len(server.want), got.shape
            server.same(got.reshape(-1).tolist(), f"triton, {'binary' if binary else 'JSON'} tensors of rank {rank}")
    check_inference_faults(server, client, name)
    client.close()


def check_inference_faults(server, client, name):
    cases = {
        "another model": (name + "x", tensors(server, True, 1)),
        "a column too few": (name, tensors(server, True, 1)[:-1]),
    }
    for what, (model, inputs) in cases.items():
        try:
            client.infer(model, inputs)
        except InferenceServerException as err:
            assert err.status() in ("400", "404", "422"), (what, err.status(), err)
        else:
            raise AssertionError(f"{what} was answered")


def model_name(document):
    """Finds the model's name in the description's paths."""
    (name,) = {p.split("/")[3] for p in document["paths"] if p.startswith("/v2/models/")}
    return name


def ask(serve, config, work):
    server = Server(serve, config, work)
    try:
        client = ScoringServerClient("127.0.0.1", server.port)
        client.wait_server_ready(timeout=60, scoring_server_proc=server.process)
        with urllib.request.urlopen(f"http://{server.address}/openapi.json") as answer:
            name = model_name(json.load(answer))
        with urllib.request.urlopen(f"http://{server.address}/v2/models/{name}") as answer:
            server.choose(json.load(answer))
        check_mlflow(server)
        check_forms(server)
        check_inference(server, name)
    except BaseException:
        server.log.seek(0)
        sys.stderr.write(server.log.read().decode()[-2000:])
        raise
    finally:
        server.process.terminate()
        server.process.wait(30)


if __name__ == "__main__":
    {"table": write_table, "ask": ask}[sys.argv[1]](*sys.argv[2:])
