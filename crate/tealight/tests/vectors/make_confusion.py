"""Writes confusion.json: confusion matrices, recall and precision by scikit-learn, including labels with absent classes.

    pip install scikit-learn==1.9.1 && python make_confusion.py
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.metrics import accuracy_score, confusion_matrix, precision_score, recall_score

warnings.filterwarnings("ignore")
random = np.random.default_rng(20)


def case(classes, examples, true_classes, predicted_classes):
    labels = list(range(classes))
    y_true = random.choice(true_classes, examples)
    wrong = random.random(examples) < 0.3
    y_pred = np.where(wrong, random.choice(predicted_classes, examples), y_true)
    y_pred = np.where(np.isin(y_pred, predicted_classes), y_pred, predicted_classes[0])

    def matrix(normalize=None):
        return confusion_matrix(y_true, y_pred, labels=labels, normalize=normalize).tolist()

    def score(function):
        # An undefined score is NaN in scikit-learn and null here.
        values = function(y_true, y_pred, labels=labels, average=None, zero_division=np.nan)
        return [None if np.isnan(value) else float(value) for value in values]

    return {
        "classes": classes,
        "y_true": y_true.tolist(),
        "y_pred": y_pred.tolist(),
        "counts": matrix(),
        "true": matrix("true"),
        "pred": matrix("pred"),
        "all": matrix("all"),
        "accuracy": accuracy_score(y_true, y_pred),
        "recall": score(recall_score),
        "precision": score(precision_score),
    }


cases = [
    case(2, 40, [0, 1], [0, 1]),
    case(10, 300, list(range(10)), list(range(10))),
    case(5, 60, [0, 2, 4], [0, 1, 4]),  # 1 never true, 2 never predicted, 3 neither
    case(4, 10, [3], [0, 3]),
    case(3, 1, [2], [1]),
    case(1, 5, [0], [0]),
]
path = pathlib.Path(__file__).with_name("confusion.json")
path.write_text(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}) + "\n")
