"""Writes keras_training.json: small trainings without any randomness, done by Keras in double precision.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax python make_keras_training.py

The data of each case are seeded by its name, so that a new case does not change the others.
"""

import json
import pathlib
import zlib

import jax

jax.config.update("jax_enable_x64", True)

import keras
import numpy as np
from keras import constraints, layers, losses, metrics, ops, optimizers, regularizers

keras.backend.set_floatx("float64")
cases = {}


def listed(values):
    return np.round(np.asarray(values, dtype="float64"), 10).tolist()


def f32(values):
    return np.asarray(values, dtype="float32").astype("float64")


def training(name, network, loss, targets, measures=(), shape=(6,), fit=None):
    """Trains `network` for 3 epochs of 4 batches, of which the last is partial, and records inputs, history and weights."""
    random = np.random.default_rng(zlib.crc32(name.encode()))
    x, held_out = f32(random.normal(size=(30, *shape))), f32(random.normal(size=(10, *shape)))
    draw = {
        "classes": lambda n: random.integers(0, 3, size=n),
        "one_hot": lambda n: np.eye(3)[random.integers(0, 3, size=n)],
        "binary": lambda n: random.integers(0, 2, size=(n, 1)),
        "multi": lambda n: f32(random.integers(0, 2, size=(n, 3))),
        "number": lambda n: f32(random.normal(size=(n, 1)) * 1.5),
        "numbers": lambda n: f32(random.normal(size=(n, 2)) * 1.5),
    }[targets]
    y, held_out_y = draw(30), draw(10)
    model = keras.Sequential([layers.Input(shape), *network])
    start = [f32(random.normal(size=weight.shape) * 0.4) for weight in model.get_weights()]
    for index, weight in enumerate(model.weights):
        if "variance" in weight.path or "gamma" in weight.path:
            start[index] = np.abs(start[index]) + 0.5
    model.set_weights(start)
    model.compile(optimizers.Adam(0.01), loss, metrics=list(measures))
    options = {"validation_data": (held_out, held_out_y)} if fit is None else fit(random, held_out, held_out_y)
    history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0, **options)
    weights = {key: listed(value) for key, value in options.items() if key == "sample_weight"}
    cases[name] = {
        "x": listed(x),
        "y": listed(y),
        "held_out_x": listed(held_out),
        "held_out_y": listed(held_out_y),
        "start": [listed(weight) for weight in start],
        "history": {key: listed(column) for key, column in history.history.items()},
        "end": [listed(weight) for weight in model.get_weights()],
        "outputs": listed(model.predict(held_out, verbose=0)),
        **weights,
    }


l1, l2, l1_l2 = regularizers.L1, regularizers.L2, regularizers.L1L2
training(
    "regularized",
    [
        layers.Dense(
            5, "relu", kernel_regularizer=l1_l2(0.01, 0.02), bias_regularizer=l2(0.05),
            activity_regularizer=l1_l2(0.03, 0.04), kernel_constraint=constraints.MaxNorm(0.7),
        ),
        layers.Dense(4, "tanh", bias_regularizer=l1(), kernel_constraint=constraints.MaxNorm()),
        layers.Dense(3, "softmax", kernel_regularizer=l2(), activity_regularizer=l2(0.2)),
    ],
    losses.SparseCategoricalCrossentropy(),
    "classes",
    ["accuracy"],
)


def hidden():
    return layers.Dense(5, "tanh")


training(
    "smoothed", [hidden(), layers.Dense(3, "softmax")], losses.CategoricalCrossentropy(label_smoothing=0.1), "one_hot",
    ["accuracy"],
)
training(
    "binary", [hidden(), layers.Dense(1, "sigmoid")], losses.BinaryCrossentropy(), "binary",
    ["accuracy", metrics.Precision(), metrics.Recall(), metrics.MeanAbsoluteError()],
)
training(
    "multi", [hidden(), layers.Dense(3)], losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2), "multi"
)
training(
    "squared", [hidden(), layers.Dense(2)], losses.MeanSquaredError(), "numbers", [metrics.MeanAbsoluteError()]
)
training("absolute", [hidden(), layers.Dense(2)], losses.MeanAbsoluteError(), "numbers")
training("huber", [hidden(), layers.Dense(2)], losses.Huber(0.7), "numbers")
training(
    "custom", [hidden(), layers.Dense(2)], lambda y, p: ops.sum(ops.abs(y - p) ** 3, axis=-1), "numbers",
    fit=lambda random, x, y: {"sample_weight": random.uniform(0, 3, size=30), "validation_split": 0.2},
)
training(
    "class_weight", [hidden(), layers.Dense(3, "softmax")], losses.SparseCategoricalCrossentropy(), "classes",
    ["accuracy", metrics.SparseTopKCategoricalAccuracy(2, name="top_2_accuracy")],
    fit=lambda random, x, y: {"class_weight": {0: 0.5, 2: 3.0}, "validation_data": (x, y)},
)
training(
    "sample_weight", [hidden(), layers.Dense(3, "softmax")], losses.CategoricalCrossentropy(), "one_hot", ["accuracy"],
    fit=lambda random, x, y: {"sample_weight": random.uniform(0, 3, size=30), "validation_split": 0.2},
)
training(
    "weighted_numbers", [hidden(), layers.Dense(2)], losses.MeanSquaredError(), "numbers",
    fit=lambda random, x, y: {"sample_weight": random.uniform(0, 3, size=30), "validation_data": (x, y)},
)

training(
    "convolution",
    [
        layers.Conv2D(3, 3, padding="same", activation="relu", kernel_regularizer=l2(0.02)),
        layers.BatchNormalization(),
        layers.MaxPooling2D(),
        layers.Conv2D(4, (2, 3), strides=(2, 1), padding="same", use_bias=False),
        layers.LeakyReLU(),
        layers.AveragePooling2D((2, 2), strides=(1, 2), padding="same"),
        layers.Flatten(),
        layers.Dense(3, "softmax"),
    ],
    losses.SparseCategoricalCrossentropy(), "classes", ["accuracy"], shape=(7, 6, 2),
)
training(
    "global_average",
    [
        layers.Reshape((6, 6, 2)),
        layers.MaxPooling2D((3, 2), strides=(2, 2), padding="same"),
        layers.Conv2D(4, (2, 3), strides=(1, 2), activation="tanh"),
        layers.BatchNormalization(momentum=0.8, epsilon=0.01),
        layers.AveragePooling2D((1, 1)),
        layers.GlobalAveragePooling2D(),
        layers.Dense(5, "tanh"),
        layers.BatchNormalization(),
        layers.Dense(3, "softmax"),
    ],
    losses.SparseCategoricalCrossentropy(), "classes", ["accuracy"], shape=(9, 8),
)


def mixture(z):
    """The output layer of a mixture with three components: means, standard deviations and weights."""
    mean, deviation, weight = ops.split(z, 3, axis=-1)
    return ops.concatenate([mean, ops.softplus(deviation) + 1e-6, ops.softmax(weight)], axis=-1)


def negative_log_likelihood(y, p):
    mean, deviation, weight = ops.split(p, 3, axis=-1)
    density = ops.exp(-(((y - mean) / deviation) ** 2) / 2) / (deviation * np.sqrt(2 * np.pi))
    return -ops.log(ops.sum(weight * density, axis=-1))


for name, fit in [
    ("mixture", None),
    ("weighted_mixture", lambda random, x, y: {"sample_weight": random.uniform(0, 3, size=30), "validation_data": (x, y)}),
]:
    training(name, [hidden(), layers.Dense(9), layers.Lambda(mixture)], negative_log_likelihood, "number", fit=fit)

# No layer before a normalization has a bias: its exact gradient is 0, and Adam would amplify the rounding error to full steps.
training(
    "bounded_convolution",
    [
        layers.Conv2D(
            4, (3, 2), padding="same", activation="tanh", bias_regularizer=l2(0.05),
            activity_regularizer=l1_l2(0.003, 0.004), kernel_constraint=constraints.MaxNorm(0.9, axis=[0, 1, 2]),
        ),
        layers.BatchNormalization(center=False),
        layers.Conv2D(
            3, 2, use_bias=False, kernel_regularizer=l1(0.001), kernel_constraint=constraints.MaxNorm(0.5)
        ),
        layers.BatchNormalization(scale=False),
        layers.Activation("tanh"),
        layers.Conv2D(3, 2, use_bias=False, kernel_constraint=constraints.MaxNorm(0.4, axis=[1, 3])),
        layers.BatchNormalization(center=False, scale=False),
        layers.Flatten(),
        layers.Dense(3, "softmax", kernel_constraint=constraints.MaxNorm(0.8, axis=1)),
    ],
    losses.SparseCategoricalCrossentropy(), "classes", ["accuracy"], shape=(5, 4, 2),
)

path = pathlib.Path(__file__).with_name("keras_training.json")
path.write_text(json.dumps({"keras": keras.__version__, "cases": cases}, indent=None, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
