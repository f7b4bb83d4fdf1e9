"""Reads a model file with numpy and the standard library alone.

    python modelfile.py MODEL.zip

Fails unless the head is JSON with the parts that docs/decisions/0003 names, and unless numpy reads
every array: one-dimensional, of a plain little-endian type, and for floats without NaN.
"""

import json
import sys
import zipfile

import numpy as np

# Estimators whose state is small enough for the head.
WITHOUT_ARRAYS = {"dummy", "linear_regression", "ridge", "lasso", "elastic_net", "logistic_regression"}


def main(path: str) -> None:
    names = zipfile.ZipFile(path).namelist()
    loaded = np.load(path)  # a zip of .npy files is what numpy calls npz

    head = json.loads(loaded["head.json"])
    for part in ("format", "schema", "derive", "columns", "features", "estimator", "trained"):
        assert part in head, f"head.json has no {part!r}"
    kind = head["estimator"]["kind"]

    arrays = [name.removesuffix(".npy") for name in names if name.endswith(".npy")]
    assert arrays or kind in WITHOUT_ARRAYS, f"{kind} has no arrays"
    for name in arrays:
        array = loaded[name]
        assert array.ndim == 1, f"{name} has {array.ndim} dimensions"
        assert array.dtype.kind in "fiu" and array.dtype.byteorder != ">", f"{name} is {array.dtype}"
        assert array.dtype.kind != "f" or not np.isnan(array).any(), f"{name} holds NaN"
    print(f"{kind}: head of {len(loaded['head.json']):,} bytes, {len(head['features'])} features, {len(arrays)} arrays")


if __name__ == "__main__":
    main(sys.argv[1])
