"""Prints the public Keras names that a user of small networks may use, for tests/library/coming_from_keras.rs.

Run it with Keras 3.15: python make_keras_names.py > keras_names.json
"""

import inspect
import json
import os

os.environ["KERAS_BACKEND"] = "jax"
import keras

MODULES = [
    "activations", "callbacks", "constraints", "datasets", "initializers", "layers", "losses", "metrics",
    "optimizers", "optimizers.schedules", "preprocessing.image", "preprocessing.sequence", "regularizers", "utils",
]


def names(path):
    module = keras
    for part in path.split("."):
        module = getattr(module, part)
    public = {name for name in dir(module) if not name.startswith("_")}
    keep = {name for name in public if path == "datasets" or not inspect.ismodule(getattr(module, name))}
    return sorted(keep - {"deserialize", "serialize", "get"})


def arguments(function):
    return [name for name in inspect.signature(function).parameters if name not in ("self", "args", "kwargs")]


found = {path: names(path) for path in MODULES}
found["Model"] = sorted(
    name for name in dir(keras.Sequential) if not name.startswith("_") and callable(getattr(keras.Sequential, name, None))
)
for method in ("compile", "fit", "evaluate", "predict"):
    found[f"Model.{method}"] = arguments(getattr(keras.Sequential, method))
print(json.dumps(found, indent=1))
