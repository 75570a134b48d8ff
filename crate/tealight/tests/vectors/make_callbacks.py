"""Writes callbacks.json: the decisions of Keras's own callbacks on scripted histories.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax python make_callbacks.py

A fake model replaces a real one: its weights after an epoch are the index of that epoch.
"""

import json
import pathlib
import warnings

import keras
from keras import callbacks

warnings.filterwarnings("ignore")


class FakeModel:
    """The part of a model that the callbacks use."""

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


def run_callback(callback, name, values):
    """Feeds a callback one value per epoch, and returns what it decided."""
    model = FakeModel()
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
                # Keras derives the direction of an accuracy from the model's metrics, which the fake model lacks.
                mode = "max" if monitor == "val_accuracy" else "min"
                cases.append({
                    "callback": kind,
                    "options": given,
                    "values": values,
                    "decided": run_callback(make(**given, mode=mode), monitor, values),
                })

file = pathlib.Path(__file__).with_name("callbacks.json")
file.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, separators=(",", ":")) + "\n")
print(file, file.stat().st_size, "bytes,", len(cases), "cases")
