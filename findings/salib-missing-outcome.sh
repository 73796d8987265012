#!/usr/bin/env bash
# SALib: one missing outcome turns every Sobol' index into 0, with an interval of no width and without a warning.
#
# Versions: SALib 1.6.0, numpy 2.4.6, scipy 1.17.1, Python 3.11.
# Behaviour: sobol.analyze on y = a + 2b gives total indices .2, .8, 0. With one NaN among the 2,048 outcomes it gives 0, 0, 0 with
#   "confidence" 0, 0, 0, and says nothing. A guess would be NaN (as rbd_fast gives for the same data) or an error.
# Output seen:
#   complete: ST = [0.2 0.8 0. ]
#   one NaN:  ST = [0. 0. 0.]  ST_conf = [0. 0. 0.]  warnings = 0
#   one NaN, rbd_fast: S1 is NaN: True
# Why it matters here: an outcome that is a share of cases is missing in a run without a case. A reader who takes a column of runs.parquet
#   to SALib as it is would read that nothing drives the outcome.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check SALib==1.6.0 numpy==2.4.6 scipy==1.17.1
"$work/venv/bin/python" - <<'P'
import sys
import warnings

import numpy as np
from SALib.analyze import rbd_fast, sobol
from SALib.sample import sobol as sample

problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
x = sample.sample(problem, 256, seed=1)
y = x[:, 0] + 2 * x[:, 1]
complete = sobol.analyze(problem, y.copy(), seed=1)
print("complete: ST =", np.round(complete["ST"], 1))
y[7] = np.nan
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    holed = sobol.analyze(problem, y.copy(), seed=1)
print("one NaN:  ST =", holed["ST"], " ST_conf =", holed["ST_conf"], " warnings =", len(said))
other = bool(np.isnan(rbd_fast.analyze(problem, x, y, seed=1)["S1"]).all())
print("one NaN, rbd_fast: S1 is NaN:", other)
as_seen = abs(complete["ST"][1] - 0.8) < 0.05 and not holed["ST"].any() and not holed["ST_conf"].any() and not said and other
sys.exit(0 if as_seen else "this has changed")
P
