"""Writes targets.json: results of Keras and scikit-learn for targets in all common shapes.

pip install keras==3.15.1 jax scikit-learn==1.9.1; python make_targets.py

A network of one Dense layer with given parameters is trained on targets as a column or flat, as integers or floats, one-hot and
multi-label. Each case has the loss and the metrics that Keras reports for a first batch of all examples (before any parameter
update), and for an evaluation with the same parameters. scikit-learn provides the averages of multi-label precision, recall
and F1, and the confusion matrix of a column.
"""

import json
import os
import pathlib

os.environ["KERAS_BACKEND"] = "jax"
import keras
import numpy as np
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support

random = np.random.default_rng(16)
N = 12
X = random.normal(size=(N, 3)).astype("float32").round(3)


def network(units, activation, kernel, bias):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(units, activation=activation)])
    model.layers[0].set_weights([kernel, bias])
    return model


def case(name, y, dtype, units, activation, loss, metrics, class_weight=None, sample_weight=None):
    kernel = random.normal(size=(3, units)).astype("float32").round(3)
    bias = random.normal(size=units).astype("float32").round(3)
    y = np.array(y, dtype)
    made = {
        "name": name, "y": y.tolist(), "shape": list(y.shape), "integer": dtype != "float32", "units": units,
        "activation": activation, "loss": loss, "kernel": kernel.tolist(), "bias": bias.tolist(),
        "class_weight": class_weight, "sample_weight": None if sample_weight is None else sample_weight.tolist(),
    }
    keras_metrics = {
        "accuracy": lambda: "accuracy",
        "binary_accuracy": lambda: keras.metrics.BinaryAccuracy(name="binary_accuracy"),
        "precision": lambda: keras.metrics.Precision(name="precision"),
        "recall": lambda: keras.metrics.Recall(name="recall"),
        "mean_absolute_error": lambda: keras.metrics.MeanAbsoluteError(),
        "mean_squared_error": lambda: keras.metrics.MeanSquaredError(),
        "root_mean_squared_error": lambda: keras.metrics.RootMeanSquaredError(),
        "top_2_accuracy": lambda: (
            keras.metrics.SparseTopKCategoricalAccuracy(k=2, name="top_2_accuracy") if "sparse" in loss
            else keras.metrics.TopKCategoricalAccuracy(k=2, name="top_2_accuracy")
        ),
    }
    model = network(units, activation, kernel, bias)
    model.compile("sgd", loss, metrics=[keras_metrics[metric]() for metric in metrics])
    weights = {} if class_weight is None else {"class_weight": {int(k): v for k, v in class_weight.items()}}
    weights |= {} if sample_weight is None else {"sample_weight": sample_weight}
    history = model.fit(X, y, batch_size=N, epochs=1, shuffle=False, verbose=0, **weights).history
    made["fit"] = {name: float(values[0]) for name, values in history.items()}
    model.layers[0].set_weights([kernel, bias])
    made["evaluate"] = {
        name: float(value) for name, value in model.evaluate(X, y, batch_size=N, verbose=0, return_dict=True).items()
    }
    made["outputs"] = model.predict(X, verbose=0).tolist()
    return made


binary = random.integers(0, 2, N)
three = random.integers(0, 3, N)
three[:3] = [0, 1, 2]
labels3 = random.integers(0, 2, (N, 3))
numbers = (random.normal(size=N) * 3).round(2)
weight = random.uniform(0.2, 3.0, N).astype("float32").round(2)
of_binary = ["accuracy", "binary_accuracy", "precision", "recall"]
cases = []
for shape_name, shape in [("a column", (N, 1)), ("flat", (N,))]:
    for dtype in ["float32", "int32"]:
        y = binary.reshape(shape)
        cases.append(case(f"binary, {shape_name}, {dtype}", y, dtype, 1, "sigmoid", "binary_crossentropy", of_binary))
        cases.append(case(f"binary, {shape_name}, {dtype}, class 0 weighted", y, dtype, 1, "sigmoid",
                          "binary_crossentropy", of_binary, class_weight={0: 0.5}))
        cases.append(case(f"binary, {shape_name}, {dtype}, class 1 weighted", y, dtype, 1, "sigmoid",
                          "binary_crossentropy", of_binary, class_weight={1: 4.0}))
        cases.append(case(f"binary by squares, {shape_name}, {dtype}, weighted", y, dtype, 1, "sigmoid",
                          "mean_squared_error", ["accuracy"], class_weight={0: 0.5, 1: 3.0}))
        cases.append(case(f"classes, {shape_name}, {dtype}", three.reshape(shape), dtype, 3, "softmax",
                          "sparse_categorical_crossentropy", ["accuracy", "top_2_accuracy"]))
        cases.append(case(f"classes, {shape_name}, {dtype}, weighted", three.reshape(shape), dtype, 3, "softmax",
                          "sparse_categorical_crossentropy", ["accuracy"], class_weight={0: 0.5, 2: 4.0}))
    cases.append(case(f"soft binary, {shape_name}, weighted", random.uniform(size=shape).round(2), "float32", 1, "sigmoid",
                      "binary_crossentropy", ["mean_absolute_error"], class_weight={0: 0.5, 1: 4.0}))
    cases.append(case(f"numbers, {shape_name}", numbers.reshape(shape), "float32", 1, "linear", "mean_squared_error",
                      ["mean_absolute_error", "mean_squared_error", "root_mean_squared_error"], sample_weight=weight))
one_hot = np.eye(3)[three]
cases.append(case("one-hot, weighted", one_hot, "float32", 3, "softmax", "categorical_crossentropy",
                  ["accuracy", "top_2_accuracy"], class_weight={0: 0.5, 2: 4.0}))
cases.append(case("one-hot integers", one_hot, "int32", 3, "softmax", "categorical_crossentropy", ["accuracy"]))
cases.append(case("one-hot by squares on sigmoids", one_hot, "float32", 3, "sigmoid", "mean_squared_error", ["accuracy"]))
for dtype in ["float32", "int32"]:
    cases.append(case(f"multi-label, {dtype}", labels3, dtype, 3, "sigmoid", "binary_crossentropy", of_binary,
                      sample_weight=weight))
cases.append(case("multi-label by squares", labels3, "float32", 3, "sigmoid", "mean_squared_error",
                  ["binary_accuracy", "precision", "recall"]))
cases.append(case("several numbers", random.normal(size=(N, 2)).round(2), "float32", 2, "linear", "mean_absolute_error",
                  ["mean_squared_error", "root_mean_squared_error"]))

multi = next(made for made in cases if made["name"] == "multi-label, float32")
answers = np.array(multi["outputs"]) > 0.5
averages = {}
for average in ["macro", "micro", "weighted"]:
    scores = precision_recall_fscore_support(labels3, answers, average=average, zero_division=0)
    averages[average] = [float(score) for score in scores[:3]]
column = cases[0]
matrix = confusion_matrix(binary, np.array(column["outputs"])[:, 0] > 0.5)
vectors = {
    "keras": keras.__version__, "x": X.tolist(), "cases": cases, "averages": averages, "matrix": matrix.tolist(),
    "counts": {"binary": np.bincount(binary).tolist(), "three": np.bincount(three).tolist()},
}
path = pathlib.Path(__file__).with_name("targets.json")
path.write_text(json.dumps(vectors, separators=(",", ":")) + "\n")
