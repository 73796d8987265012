#!/usr/bin/env bash
# statsmodels: the mid-P interval of a rate without events has no width and excludes the estimate.
#
# Versions: statsmodels 0.15.0, scipy 1.17.1, numpy 2.4.6, Python 3.11.
# Behaviour: confint_poisson(0, 10000, method="midp-c") gives twice the same number, 2.9957e-4, as lower and upper end; the estimate is 0. The exact
#   interval beside it ("exact-c") is [0, 3.69e-4], and with one event both are proper intervals. No warning.
#   The method "sqrt" does the like at 9.6e-5.
# Output seen:
#   0 events, exact-c [0.000e+00, 3.689e-04]
#   0 events, midp-c  [2.996e-04, 2.996e-04]
#   0 events, sqrt    [9.604e-05, 9.604e-05]
#   1 events, midp-c  [5.000e-06, 4.932e-04]
# Why it matters here: rare acts of force are counted over thousands of simulated years, often none. Whoever checks such a rate with the
#   recommended mid-P method reads that it is known exactly and is not 0. Rates here carry the exact interval at every count.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check statsmodels==0.15.0 scipy==1.17.1 numpy==2.4.6
"$work/venv/bin/python" - <<'P'
import sys
import warnings

from statsmodels.stats.rates import confint_poisson

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    ends = {(k, m): confint_poisson(k, 10_000, method=m) for k, m in [(0, "exact-c"), (0, "midp-c"), (0, "sqrt"), (1, "midp-c")]}
for (k, method), (low, high) in ends.items():
    print(f"{k} events, {method:7} [{low:.3e}, {high:.3e}]")
low, high = ends[0, "midp-c"]
as_seen = 0 < low and high - low < 1e-8 and ends[0, "exact-c"][0] == 0 and not said
sys.exit(0 if as_seen else "this has changed")
P
