"""Writes reports.json: classification reports by scikit-learn, including labels with absent classes.

    pip install scikit-learn==1.9.1 && python make_reports.py
"""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn.metrics import classification_report, precision_recall_fscore_support

warnings.filterwarnings("ignore")  # Undefined scores are 0 by default, with a warning.
random = np.random.default_rng(41)


def case(classes, examples, true_classes, predicted_classes):
    y_true = random.choice(true_classes, examples)
    wrong = random.random(examples) < 0.4
    y_pred = np.where(wrong, random.choice(predicted_classes, examples), y_true)
    y_pred = np.where(np.isin(y_pred, predicted_classes), y_pred, predicted_classes[0])
    # Every class has a row, whether it occurs or not. As by default, the averages are over the classes that occur.
    rows = precision_recall_fscore_support(y_true, y_pred, labels=list(range(classes)))
    report = classification_report(y_true, y_pred, output_dict=True)
    names = ["precision", "recall", "f1-score", "support"]
    return {
        "classes": classes,
        "y_true": y_true.tolist(),
        "y_pred": y_pred.tolist(),
        "rows": np.transpose(rows).tolist(),
        "accuracy": report["accuracy"],
        "macro": [report["macro avg"][name] for name in names],
        "weighted": [report["weighted avg"][name] for name in names],
    }


cases = [case(2, 40, [0, 1], [0, 1]), case(10, 400, range(10), range(10)), case(1, 5, [0], [0])]
cases.append(case(6, 60, [0, 2, 4], [0, 1, 4]))  # 1 never true, 2 never predicted, 3 and 5 neither
cases.append(case(4, 10, [3], [0, 3]))
cases.append(case(3, 1, [2], [1]))
for _ in range(20):
    classes = int(random.integers(2, 12))
    some = lambda: np.sort(random.choice(classes, int(random.integers(1, classes + 1)), replace=False))
    cases.append(case(classes, int(random.integers(1, 80)), some(), some()))
path = pathlib.Path(__file__).with_name("reports.json")
path.write_text(json.dumps({"scikit-learn": sklearn.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
