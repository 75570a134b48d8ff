"""Writes optimizers.json: 20 steps of each Keras optimizer, with and without clipping, and the learning-rate schedules.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax python make_optimizers.py
"""

import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import keras
import numpy as np
from keras import ops, optimizers
from keras.optimizers import schedules

keras.backend.set_floatx("float64")
random = np.random.default_rng(20240521)


def listed(values):
    """Lists numbers with float32 precision, so that Keras and tealight get identical inputs."""
    return [float(f"{value:.9g}") for value in values] if values.ndim == 1 else [listed(row) for row in values]


def single(values):
    return np.asarray(values, dtype="float32").astype("float64")


# Two parameters, so that the norm of one differs from the global norm. They start far enough from 0 never to come near it,
# because the tests measure the error relative to the parameter.
START = [single(random.uniform(0.4, 0.8, size=(2, 3)) * random.choice([-1, 1], size=(2, 3))), single([0.6, -0.5, 0.4])]
GRADIENTS = [
    [single(random.normal(size=(2, 3)) * [0.01, 0.3, 1.5]), single(random.normal(size=3) * [1.0, 0.1, 0.5])]
    for _ in range(20)
]
RECORDED_STEPS = [1, 2, 10, 20]
CASES = {
    "sgd": (optimizers.SGD, {}),
    "sgd_momentum": (optimizers.SGD, {"learning_rate": 0.002, "momentum": 0.9}),
    "sgd_nesterov": (optimizers.SGD, {"momentum": 0.8, "nesterov": True}),
    "rmsprop": (optimizers.RMSprop, {}),
    "rmsprop_momentum": (optimizers.RMSprop, {"rho": 0.8, "momentum": 0.5, "epsilon": 1e-3}),
    "rmsprop_centered": (optimizers.RMSprop, {"centered": True}),
    "rmsprop_centered_momentum": (optimizers.RMSprop, {"momentum": 0.9, "centered": True}),
    "adam": (optimizers.Adam, {}),
    "adam_options": (optimizers.Adam, {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}),
    "adam_amsgrad": (optimizers.Adam, {"beta_2": 0.8, "amsgrad": True}),
    "adamw": (optimizers.AdamW, {"learning_rate": 0.01, "weight_decay": 0.5}),
    "adamw_defaults": (optimizers.AdamW, {}),
    "adagrad": (optimizers.Adagrad, {}),
    "adagrad_options": (optimizers.Adagrad, {"learning_rate": 0.02, "initial_accumulator_value": 0.0}),
    "nadam": (optimizers.Nadam, {}),
    "adamax": (optimizers.Adamax, {}),
    "adam_cosine": (
        optimizers.Adam,
        {"learning_rate": lambda: schedules.CosineDecay(0.0, 12, warmup_target=0.01, warmup_steps=5)},
    ),
}
CLIPS = {
    "none": {},
    "clipnorm": {"clipnorm": 0.7},
    "clipvalue": {"clipvalue": 0.4},
    "global_clipnorm": {"global_clipnorm": 0.9},
}


def path(optimizer):
    variables = [keras.Variable(start) for start in START]
    optimizer.build(variables)
    kept = {}
    for step, gradients in enumerate(GRADIENTS, 1):
        optimizer.apply([ops.array(gradient) for gradient in gradients])
        if step in RECORDED_STEPS:
            kept[step] = [listed(np.asarray(variable)) for variable in variables]
    return kept


cases = []
smallest = np.inf
for name, (optimizer, options) in CASES.items():
    for clip, clipping in CLIPS.items():
        given = {key: value() if callable(value) else value for key, value in options.items()}
        kept = path(optimizer(**given, **clipping))
        smallest = min(smallest, *(np.abs(np.concatenate([np.ravel(v) for v in kept[s]])).min() for s in kept))
        cases.append({"name": name, "clip": clip, "path": kept})
assert smallest > 0.1, smallest

steps = [0, 1, 50, 99, 100, 101, 200, 250, 251, 299, 300, 350, 400, 1000]
rates = {
    "exponential": schedules.ExponentialDecay(0.1, 100, 0.9),
    "staircase": schedules.ExponentialDecay(0.1, 100, 0.5, staircase=True),
    "piecewise": schedules.PiecewiseConstantDecay([100, 250], [0.1, 0.05, 0.001]),
    "cosine": schedules.CosineDecay(0.1, 300, alpha=0.1),
    "cosine_warmup": schedules.CosineDecay(0.01, 300, warmup_target=0.1, warmup_steps=100),
}
vectors = {
    "keras": keras.__version__,
    "start": [listed(start) for start in START],
    "gradients": [[listed(gradient) for gradient in gradients] for gradients in GRADIENTS],
    "cases": cases,
    "schedule_steps": steps,
    "schedules": {name: [float(rate(step)) for step in steps] for name, rate in rates.items()},
}
file = pathlib.Path(__file__).with_name("optimizers.json")
file.write_text(json.dumps(vectors, separators=(",", ":")) + "\n")
print(file, file.stat().st_size, "bytes, smallest parameter", smallest)
