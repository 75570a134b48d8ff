"""Writes correlation.json: correlations of features, computed by NumPy in float64.

    pip install numpy && python make_correlation.py
"""

import json
from pathlib import Path

import numpy as np

rng = np.random.default_rng(11)
cases = []
for examples, features, digits in [(2, 2, 3), (7, 3, 3), (50, 6, 3), (2100, 3, 0)]:
    mixed = rng.normal(size=(examples, features)) @ rng.normal(size=(features, features)) + 10
    # Rounds to a few digits in float32, and makes the last feature the same in all examples.
    x = np.round(mixed, digits).astype(np.float32)
    x[:, -1] = np.float32(0.1)
    x = x.astype(np.float64)
    with np.errstate(invalid="ignore"):
        # Subtracting the first example makes the constant feature exactly 0, so that NumPy computes 0 / 0 without rounding errors.
        correlation = np.corrcoef((x - x[0]).T)
    cases.append({
        "x": [[float(np.float32(value)) for value in row] for row in x],
        "correlation": [[None if np.isnan(value) else float(value) for value in row] for row in np.atleast_2d(correlation)],
    })

path = Path(__file__).with_name("correlation.json")
path.write_text(json.dumps({"numpy": np.__version__, "cases": cases}) + "\n")
