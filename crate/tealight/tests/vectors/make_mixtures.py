"""Writes mixtures.json: densities and probabilities of mixtures of normal distributions, computed by SciPy.

    pip install scipy==1.17.1 && python make_mixtures.py
"""

import json
import pathlib

import numpy as np
import scipy
from scipy.stats import norm

random = np.random.default_rng(61)


def between(mean, deviation, start, end):
    """Returns the probability of each component between two numbers, computed from the smaller tail for precision."""
    below = norm.cdf(end, mean, deviation) - norm.cdf(start, mean, deviation)
    above = norm.sf(start, mean, deviation) - norm.sf(end, mean, deviation)
    return np.where(start > mean, above, below)


def case(components):
    mean = random.uniform(-2, 11, components)
    deviation = np.exp(random.uniform(-3, 1, components))
    weight = random.dirichlet(np.ones(components))
    points = random.uniform(-4, 13, 6)
    middle = weight @ mean
    # The last ranges are far out in a tail, where the difference of two numbers close to 1 would be 0.
    ranges = [[-0.5, 0.5], [3.5, 4.5], [-30.0, 30.0], [8.5, 400.0], [20.0, 21.0], [-12.0, -11.0]]
    return {
        "mean": mean.tolist(),
        "deviation": deviation.tolist(),
        "weight": weight.tolist(),
        "of_mean": middle,
        "of_deviation": np.sqrt(weight @ (deviation**2 + (mean - middle) ** 2)),
        "points": points.tolist(),
        "densities": [weight @ norm.pdf(x, mean, deviation) for x in points],
        "ranges": ranges,
        "probabilities": [weight @ between(mean, deviation, *pair) for pair in ranges],
    }


cases = [case(components) for components in [1, 1, 2, 3, 5, 5, 8]]
path = pathlib.Path(__file__).with_name("mixtures.json")
path.write_text(json.dumps({"scipy": scipy.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
