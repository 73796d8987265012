#!/usr/bin/env bash
# Scenario discovery with PRIM: a column of unsigned whole numbers is never restricted, without a warning.
#
# Versions: ema_workbench 2.5.3 (the last for Python 3.11), numpy 2.4.6, pandas 3.1.1.
# Behaviour: all cases of interest have a >= 8. With the column as int32, int64 or float64 the box found is that one (density 1). As uint32
#   or uint64, the very same numbers are passed over: the box is everything (density .29).
# Output seen:
#   float64 a in [7.5, 10.0] density 1.0
#   int64 a in [8, 10] density 1.0
#   uint32 a in [0, 10] density 0.292
#   uint64 a in [0, 10] density 0.292
# Why it matters here: counts and months of a run are natural candidates for unsigned columns of a Parquet table, and a condition on them
#   would then never be discovered. Tables of results hold no unsigned column for this reason among others.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check ema_workbench==2.5.3 numpy==2.4.6 pandas==3.1.1
"$work/venv/bin/python" -W ignore - <<'P'
import sys

import numpy as np
import pandas as pd
from ema_workbench.analysis import prim

rng = np.random.default_rng(1)
table = pd.DataFrame({"a": rng.integers(0, 11, 2000), "b": rng.random(2000)})
wanted = (table.a >= 8).to_numpy()
density = {}
for kind in ["float64", "int64", "uint32", "uint64"]:
    box = prim.Prim(table.astype({"a": kind}), wanted, threshold=0.5).find_box()
    density[kind] = round(float(box.density), 3)
    print(kind, "a in", box.box_lims[-1]["a"].tolist(), "density", density[kind])
as_seen = density["float64"] == density["int64"] == 1.0 and density["uint32"] == density["uint64"] < 0.4
sys.exit(0 if as_seen else "this has changed")
P
