"""Makes callbacks.json: what Keras's own callbacks decide on scripted histories.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax python make_callbacks.py

A model that only counts stands in for a real one: its weights after an epoch are the number of that epoch.
"""

import json
import pathlib
import warnings

import keras
from keras import callbacks

warnings.filterwarnings("ignore")


class Counting:
    """As much of a model as the callbacks ask for."""

    def __init__(self):
        self.stop_training = False
        self.weights = None
        self.optimizer = keras.optimizers.SGD(1.0)
        self.saved = []

    def get_weights(self):
        return self.weights

    def set_weights(self, weights):
        self.weights = weights

    def save(self, path, overwrite=True):
        self.saved.append(self.weights)


LOSSES = {
    "falls_then_rises": [1.0, 0.75, 0.5, 0.625, 0.75, 0.4375, 0.875, 1.0, 1.125, 1.25, 1.375, 1.5],
    "rises_at_once": [0.5, 0.625, 0.75, 0.875, 1.0, 1.125],
    "always_falls": [1.0, 0.875, 0.75, 0.625, 0.5, 0.375],
    "flat": [0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    "small_steps": [1.0, 0.9375, 0.875, 0.8125, 0.75, 0.6875, 0.625, 0.5625],
}
ACCURACIES = {
    "rises_then_falls": [0.25, 0.5, 0.625, 0.5, 0.6875, 0.5, 0.4375, 0.375, 0.25, 0.125],
}
EARLY_STOPPING = [
    {},
    {"patience": 1},
    {"patience": 2},
    {"patience": 3},
    {"min_delta": 0.125},
    {"min_delta": 0.125, "patience": 2},
    {"baseline": 0.5, "patience": 2},
    {"baseline": 0.25, "patience": 3, "min_delta": 0.0625},
    {"start_from_epoch": 3},
    {"start_from_epoch": 3, "patience": 2},
    {"start_from_epoch": 100},
    {"baseline": 0.125, "start_from_epoch": 2, "patience": 2},
]
PLATEAU = [
    {"patience": 1},
    {"patience": 2, "factor": 0.5},
    {"patience": 0, "factor": 0.5},
    {"patience": 1, "factor": 0.5, "cooldown": 2},
    {"patience": 2, "factor": 0.25, "min_lr": 0.125},
    {"patience": 1, "factor": 0.5, "min_delta": 0.125},
]
CHECKPOINT = [{"save_best_only": True}, {}, {"save_best_only": True, "initial_value_threshold": 0.625}]


def drive(callback, name, values):
    model = Counting()
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, value in enumerate(values):
        callback.on_epoch_begin(epoch)
        model.weights = epoch
        callback.on_epoch_end(epoch, {name: value})
        rates.append(float(model.optimizer.learning_rate))
        if model.stop_training:
            break
    callback.on_train_end()
    return {"epochs": epoch + 1, "weights": model.weights, "rates": rates, "saved": model.saved}


def scripts():
    yield from (("val_loss", name, values) for name, values in LOSSES.items())
    yield from (("val_accuracy", name, values) for name, values in ACCURACIES.items())


cases = []
for monitor, script, values in scripts():
    for kind, make, grid in [
        ("EarlyStopping", callbacks.EarlyStopping, EARLY_STOPPING),
        ("ReduceLROnPlateau", callbacks.ReduceLROnPlateau, PLATEAU),
        ("ModelCheckpoint", lambda **options: callbacks.ModelCheckpoint("model.keras", **options), CHECKPOINT),
    ]:
        for options in grid:
            for restore in [False, True] if kind == "EarlyStopping" else [None]:
                given = dict(options, monitor=monitor)
                if restore is not None:
                    given["restore_best_weights"] = restore
                # Keras finds the direction of an accuracy in its own metrics, which this model does not have.
                mode = "max" if monitor == "val_accuracy" else "min"
                cases.append({
                    "callback": kind,
                    "options": given,
                    "values": values,
                    "decided": drive(make(**given, mode=mode), monitor, values),
                })

file = pathlib.Path(__file__).with_name("callbacks.json")
file.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(file, file.stat().st_size, "bytes,", len(cases), "cases")
