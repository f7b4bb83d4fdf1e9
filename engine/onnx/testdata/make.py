"""Writes small.onnx, the model of TestEncoding, with ONNX's own Python package.

    python testdata/make.py

Made with onnx 1.23.2 on Python 3.11.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

ML = "ai.onnx.ml"


def tensor(name: str, values: np.ndarray) -> onnx.TensorProto:
    return numpy_helper.from_array(values, name)


def body() -> onnx.GraphProto:
    row = helper.make_tensor_value_info("row", TensorProto.DOUBLE, [2])
    twice = helper.make_tensor_value_info("twice", TensorProto.DOUBLE, [2])
    return helper.make_graph([helper.make_node("Add", ["row", "row"], ["twice"], name="twice")], "body", [row], [twice])


nodes = [
    helper.make_node("LabelEncoder", ["shore"], ["code"], name="code", domain=ML,
                     default_int64=-1, keys_strings=["", "NEAR BAY"], values_int64s=[0, 300]),
    helper.make_node("Cast", ["code"], ["number"], name="number", to=TensorProto.DOUBLE),
    helper.make_node("Unsqueeze", ["number", "axis_1"], ["column"], name="column"),
    helper.make_node("Concat", ["x", "column"], ["both"], name="both", axis=1),
    helper.make_node("TreeEnsemble", ["both"], ["sum"], name="sum", domain=ML, aggregate_function=1,
                     leaf_targetids=[0, 0], leaf_weights=tensor("", np.array([1.5, -2e300])), n_targets=1,
                     nodes_falseleafs=[1], nodes_falsenodeids=[1], nodes_featureids=[1],
                     nodes_missing_value_tracks_true=[1], nodes_modes=tensor("", np.array([0], dtype=np.uint8)),
                     nodes_splits=tensor("", np.array([0.1])), nodes_trueleafs=[1], nodes_truenodeids=[0],
                     post_transform=0, tree_roots=[0]),
    helper.make_node("Scan", ["both"], ["doubled"], name="doubled", body=body(), num_scan_inputs=1),
    helper.make_node("Add", ["sum", "nothing"], ["prediction"], name="prediction"),
]

graph = helper.make_graph(
    nodes, "pipeline",
    [helper.make_tensor_value_info("x", TensorProto.DOUBLE, ["N", 1], doc_string="in degrees"),
     helper.make_tensor_value_info("shore", TensorProto.STRING, ["N"])],
    [helper.make_tensor_value_info("prediction", TensorProto.DOUBLE, ["N", 1])],
    initializer=[tensor("axis_1", np.array([1])), tensor("nothing", np.array(0.0)),
                 helper.make_tensor("names", TensorProto.STRING, [2], ["a", "ü"])],
)
model = helper.make_model(
    graph, opset_imports=[helper.make_opsetid("", 21), helper.make_opsetid(ML, 5)], ir_version=10,
    producer_name="the project", producer_version="0123456789ab", model_version=1, doc_string="a test",
)
helper.set_model_props(model, {"task": "regression", "target": "value"})
onnx.checker.check_model(model, full_check=True)
Path(__file__).with_name("small.onnx").write_bytes(model.SerializeToString(deterministic=True))
