"""Writes the Parquet files that the tests read.

Run in this folder's parent: python testdata/make.py
Made with Python 3.11, pandas 3.0.1 and pyarrow 26.0.1; the versions that ran
last are in each file's metadata and in testdata/versions.json.
"""
import datetime as dt
import decimal
import json
import pathlib
import sys

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

here = pathlib.Path(__file__).parent

utc = dt.timezone.utc
D = decimal.Decimal
columns = {
    "float64": pa.array([1.5, None, -0.1, float("nan"), 1e-300], pa.float64()),
    "float32": pa.array([1.5, None, -0.25, 3.0, 2.0**-20], pa.float32()),
    "int8": pa.array([1, None, -128, 127, 0], pa.int8()),
    "uint8": pa.array([1, None, 255, 127, 0], pa.uint8()),
    "int32": pa.array([1, None, -(2**31), 2**31 - 1, 0], pa.int32()),
    "uint32": pa.array([1, None, 2**32 - 1, 127, 0], pa.uint32()),
    "int64": pa.array([1, None, -(2**53), 2**53, 0], pa.int64()),
    "uint64": pa.array([1, None, 2**63, 127, 0], pa.uint64()),
    "bool": pa.array([True, None, False, True, True]),
    "decimal": pa.array([D("1.25"), None, D("-0.01"), D("9999999999999.99"), D("0")], pa.decimal128(20, 2)),
    "string": pa.array(["a", None, "", "NaN", "düne, \"x\"\n"]),
    "dictionary": pa.array(["INLAND", None, "<1H OCEAN", "INLAND", "INLAND"]).dictionary_encode(),
    "date": pa.array([dt.date(1990, 4, 1), None, dt.date(1969, 12, 31), dt.date(2026, 2, 28), dt.date(2000, 2, 29)]),
    "second": pa.array([dt.datetime(1990, 4, 1, 12, 30, 15), None, dt.datetime(1969, 12, 31, 23, 59, 59),
                        dt.datetime(2026, 1, 1), dt.datetime(2000, 1, 1)], pa.timestamp("s")),
    "milli": pa.array([dt.datetime(1990, 4, 1, 12, 30, 15, 250000), None, dt.datetime(1970, 1, 1),
                       dt.datetime(2026, 1, 1), dt.datetime(2000, 1, 1)], pa.timestamp("ms")),
    "micro": pa.array([dt.datetime(1990, 4, 1, 12, 30, 15, 250001, tzinfo=utc), None,
                       dt.datetime(1970, 1, 1, tzinfo=utc), dt.datetime(2026, 1, 1, tzinfo=utc),
                       dt.datetime(2000, 1, 1, tzinfo=utc)], pa.timestamp("us", "UTC")),
    "nano": pa.array([638973015250000001, None, -1, 0, 1], pa.timestamp("ns")),
}
types = pa.table(columns)
pq.write_table(types, here / "types.parquet")
pq.write_table(types, here / "old.parquet", version="1.0", compression="snappy", data_page_version="2.0",
               use_deprecated_int96_timestamps=True, use_dictionary=False)

# What the Go test expects of each value, as text: numbers by repr, times in ISO.
def text(v):
    if v is None or v != v:
        return ""
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, float):
        return repr(v)
    if isinstance(v, pd.Timestamp):
        v = v.tz_localize(None) if v.tz else v
        return v.isoformat()
    if isinstance(v, (dt.datetime, dt.date)):
        return (v.replace(tzinfo=None) if isinstance(v, dt.datetime) else v).isoformat()
    return str(v)

expect = {name: [text(v) for v in columns[name].to_pylist()] for name in columns}

# Row groups and pages that end at different rows in each column.
n = 5000
long = pd.DataFrame({
    "row": range(n),
    "third": [None if i % 3 == 0 else i / 3 for i in range(n)],
    "name": pd.Categorical([f"name {i % 7}" for i in range(n)]),
    "long text": [f"{i} " * (i % 11) for i in range(n)],
})
long.to_parquet(here / "groups.parquet", index=False, row_group_size=1700, data_page_size=2000, compression="zstd")

nested = pa.table({"x": [1.0, 2.0], "list": [[1], [2, 3]], "struct": [{"a": 1}, {"a": 2}]})
pq.write_table(nested, here / "nested.parquet")
empty = pa.table({"x": pa.array([], pa.float64()), "s": pa.array([], pa.string())})
pq.write_table(empty, here / "empty.parquet")

(here / "types.json").write_text(json.dumps(expect, indent=1, ensure_ascii=False) + "\n")
versions = {"python": sys.version.split()[0], "pandas": pd.__version__, "pyarrow": pa.__version__}
(here / "versions.json").write_text(json.dumps(versions, indent=1) + "\n")
