"""Writes folds.json: the class counts of scikit-learn's shuffled stratified folds, which do not depend on the seed.

    pip install scikit-learn && python make_folds.py
"""

import json
from pathlib import Path

import numpy as np
from sklearn import __version__
from sklearn.model_selection import StratifiedKFold

rng = np.random.default_rng(5)
cases = []
for examples, classes, k in [(10, 2, 2), (23, 3, 4), (100, 10, 5), (101, 7, 10), (57, 5, 3)]:
    labels = rng.integers(0, classes, examples)
    splits = StratifiedKFold(k, shuffle=True, random_state=1).split(np.zeros(examples), labels)
    counts = [np.bincount(labels[validation], minlength=classes).tolist() for _, validation in splits]
    cases.append({"labels": labels.tolist(), "classes": classes, "k": k, "counts": counts})

# One class has fewer examples than there are folds.
labels = np.array([0] * 12 + [1] * 2)
splits = StratifiedKFold(4, shuffle=True, random_state=1).split(np.zeros(14), labels)
counts = [np.bincount(labels[validation], minlength=2).tolist() for _, validation in splits]
cases.append({"labels": labels.tolist(), "classes": 2, "k": 4, "counts": counts})

path = Path(__file__).with_name("folds.json")
path.write_text(json.dumps({"scikit_learn": __version__, "cases": cases}) + "\n")
