"""Opens every table of a result folder with the defaults of the readers that people use, and runs the examples of
docs/results.md in it. usage: readers.py RESULT_FOLDER"""

import contextlib
import csv
import io
import json
import math
import os
import re
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.csv
import pyarrow.parquet as pq

failures = []


def check(holds, what):
    if not holds:
        failures.append(what)


def same(ours, theirs):
    """Whether a field of a CSV file arrived as it was written."""
    if ours == "":
        return theirs is None or theirs != theirs or theirs == ""
    try:
        number = float(ours)
    except ValueError:
        return str(theirs)[:10] == ours if re.fullmatch(r"\d{4}-\d\d-\d\d", ours) else str(theirs).lower() == ours.lower()
    # pandas reads decimals to the last place but one unless it is asked for more.
    return isinstance(theirs, (int, float)) and math.isclose(number, float(theirs), rel_tol=4e-16)


def read_csv(path):
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    plain = lambda frame: {c: [v.item() if hasattr(v, "item") else v for v in frame[c]] for c in frame}
    readers = {
        "pandas": lambda: plain(pd.read_csv(path)),
        "polars": lambda: pl.read_csv(path).to_dict(as_series=False),
        "pyarrow": lambda: pyarrow.csv.read_csv(path).to_pydict(),
        "duckdb": lambda: duckdb.sql(f"select * from '{path}'").to_arrow_table().to_pydict(),
        "csv.Sniffer": lambda: csv.Sniffer().sniff(path.read_text(encoding="utf-8")[:4096]) and None,
    }
    for name, reader in readers.items():
        try:
            columns = reader()
        except Exception as error:
            check(False, f"{path.name}, {name}: {error}")
            continue
        if columns is None:
            continue
        check(list(columns) == list(rows[0]), f"{path.name}, {name}: columns {list(columns)}")
        for column, values in columns.items():
            check(len(values) == len(rows), f"{path.name}, {name}, {column}: {len(values)} of {len(rows)} rows")
            for row, value in zip(rows, values):
                if not same(row[column], value):
                    check(False, f"{path.name}, {name}, {column}: {row[column]!r} is read as {value!r}")
                    break
    if rows and "month" in rows[0]:
        frame = pd.read_csv(path, parse_dates=["date"])
        later = frame["date"].dt.year * 12 + frame["date"].dt.month - frame["month"]
        check(later.nunique() == 1, f"{path.name}: months and dates go apart")


def read_parquet(path):
    schema = pq.read_schema(path)
    columns = json.loads(schema.metadata[b"deter.columns"])
    check(list(columns) == schema.names, f"{path.name}: deter.columns names other columns")
    query = f"select decode(key), decode(value) from parquet_kv_metadata('{path}')"
    known = dict(duckdb.sql(query).fetchall())
    check({"deter.columns", "deter.scenario", "deter.seed", "deter.plan_hash", "deter.version"} <= known.keys(),
          f"{path.name}: file-level metadata {sorted(known)}")
    frame, lazy = pd.read_parquet(path), pl.read_parquet(path)
    for column, kind in zip(schema.names, schema.types):
        check("uint" not in str(kind), f"{path.name}, {column}: {kind}")
        check(not column.startswith("input.") or str(kind) == "double", f"{path.name}, {column}: {kind}")
        check(str(frame[column].dtype).startswith(("int", "float", "bool", "str", "object")), f"{path.name}, {column}: {frame[column].dtype}")
    if "month" in schema.names:
        last = frame["month"].max()
        before = {
            "pandas": (frame["month"] - 12).min(),
            "polars": lazy.select((pl.col("month") - 12).min()).item(),
            "duckdb": duckdb.sql(f"select min(month - 12) from '{path}'").fetchall()[0][0],
        }
        for name, value in before.items():
            check(value == frame["month"].min() - 12 < last, f"{path.name}, {name}: month - 12 is {value}")


def examples(folder):
    """The examples of the documentation, in the folder they speak of."""
    text = (Path(__file__).parent.parent / "docs/results.md").read_text(encoding="utf-8")
    python = re.findall(r"```python\n(.*?)```", text, re.S)
    sql = re.findall(r"```sql\n(.*?)```", text, re.S)
    check(len(python) >= 2 and len(sql) >= 2, "docs/results.md: examples are missing")
    here = os.getcwd()
    os.chdir(folder)
    for kind, blocks in (("python", python), ("sql", sql)):
        for block in blocks:
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    if kind == "python":
                        exec(compile(block, "docs/results.md", "exec"), {})
                    else:
                        for statement in filter(str.strip, block.split(";")):
                            check(duckdb.sql(statement).fetchall(), f"docs/results.md: no row of {statement!r}")
            except Exception as error:
                check(False, f"docs/results.md: {error} in\n{block}")
    os.chdir(here)


folder = Path(sys.argv[1])
found = sorted(folder.glob("charts/*.csv")), sorted(folder.glob("*.parquet"))
# A result that compares options keeps the months of its arms as well.
tables = 4 if (folder / "comparison.json").exists() else 3
check(len(found[0]) >= 3 and len(found[1]) == tables, f"{folder}: tables are missing")
for path in found[0]:
    read_csv(path)
for path in found[1]:
    read_parquet(path)
examples(folder)
for failure in failures:
    print(failure)
print(f"{sum(map(len, found))} tables, {len(failures)} failures")
sys.exit(bool(failures))
