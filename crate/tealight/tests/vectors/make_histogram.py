"""Writes histogram.json: histograms by NumPy and kernel densities by SciPy, for the tests of Histogram.

    python3 -m venv venv && venv/bin/pip install numpy scipy
    venv/bin/python crate/tealight/tests/vectors/make_histogram.py
"""

import json
from pathlib import Path

import numpy
import scipy.stats

random = numpy.random.default_rng(5)
SETS = {
    "wavy": ((numpy.arange(200) * 37) % 101) ** 1.5,
    "bell": random.normal(0.0, 0.05, 300),
    "few": numpy.array([1.0, 2.0, 2.5, 4.0, 7.0]),
    "whole": random.integers(0, 10, 150).astype(float),
    "one": numpy.array([4.0]),
    "equal": numpy.full(9, 4.0),
    "tail": random.exponential(3.0, 400) - 1.0,
}

vectors = []
for name, values in SETS.items():
    case = {"name": name, "values": values.tolist(), "histograms": []}
    for bins in ["auto", 1, 7, 40]:
        counts, edges = numpy.histogram(values, bins=bins)
        density, _ = numpy.histogram(values, bins=bins, density=True)
        case["histograms"].append(
            {"bins": bins, "counts": counts.tolist(), "edges": edges.tolist(), "density": density.tolist()}
        )
    if len(set(values.tolist())) > 1:
        places = numpy.linspace(values.min(), values.max(), 9)
        case["places"] = places.tolist()
        case["kernel_density"] = scipy.stats.gaussian_kde(values)(places).tolist()
    vectors.append(case)

path = Path(__file__).with_name("histogram.json")
path.write_text(json.dumps({"numpy": numpy.__version__, "scipy": scipy.__version__, "sets": vectors}) + "\n")
