"""Writes keras.json: activations, losses, training and more, as Keras computes them in double precision.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax python make_keras.py
"""

import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import keras
import numpy as np
from keras import activations, layers, losses, ops, optimizers
from keras.src.utils.summary_utils import readable_memory_size

keras.backend.set_floatx("float64")
random = np.random.default_rng(20240521)


def listed(values):
    return np.asarray(values, dtype="float64").tolist()


def activation_vectors():
    x = np.concatenate([[-30.0, -5.0, -1.0, -1e-3, 0.0, 1e-3, 0.5, 1.0, 4.0, 30.0], random.normal(size=10) * 2])
    functions = {
        "linear": activations.linear,
        "relu": activations.relu,
        "leaky_relu": activations.leaky_relu,
        "leaky_relu_layer": layers.LeakyReLU(),
        "elu": activations.elu,
        "gelu": activations.gelu,
        "silu": activations.silu,
        "tanh": activations.tanh,
        "sigmoid": activations.sigmoid,
        "softplus": activations.softplus,
    }
    vectors = {}
    for name, function in functions.items():
        gradient = jax.vmap(jax.grad(lambda x: ops.sum(function(ops.reshape(x, (1,))))))(x)
        vectors[name] = {"y": listed(function(ops.array(x))), "gradient": listed(gradient)}
    rows = random.normal(size=(4, 5)) * 3
    weights = random.normal(size=(4, 5))
    gradient = jax.grad(lambda z: ops.sum(activations.softmax(z) * weights))(rows)
    softmax = {
        "x": listed(rows),
        "weights": listed(weights),
        "y": listed(activations.softmax(ops.array(rows))),
        "gradient": listed(gradient),
    }
    return {"x": listed(x), "functions": vectors, "softmax": softmax}


def loss_vectors():
    z = random.normal(size=(5, 4)) * 4
    z[0] = [1000.0, 0.0, -1000.0, 1.0]
    labels = np.array([1, 0, 3, 2, 2])
    rows = np.abs(random.normal(size=(5, 4)))
    rows /= rows.sum(axis=1, keepdims=True)
    positive = 1 / (1 + np.exp(-random.normal(size=(5, 4)) * 2))
    # Probabilities of nearly 0 and nearly 1, beyond the limits that Keras clips to.
    positive[1] = [1.0, 1e-9, 1e-9, 1e-9]
    positive[2] = [1.0, 1e-9, 1e-9, 1e-9]
    cases = {}
    for name, loss, target in [
        ("sparse", losses.SparseCategoricalCrossentropy, labels),
        ("categorical", losses.CategoricalCrossentropy, rows),
    ]:
        for from_logits, outputs in [(True, z), (False, positive)]:
            function = loss(from_logits=from_logits)
            value, gradient = jax.value_and_grad(lambda outputs: function(target, outputs))(outputs)
            key = name + ("_logits" if from_logits else "_probabilities")
            cases[key] = {"value": float(value), "gradient": listed(gradient)}
    return {
        "logits": listed(z),
        "probabilities": listed(positive),
        "labels": labels.tolist(),
        "rows": listed(rows),
        "cases": cases,
    }


def adam_vectors():
    start = random.normal(size=6)
    gradients = random.normal(size=(20, 6)) * np.array([1e-4, 1e-2, 1.0, 10.0, 1.0, 0.0])
    cases = []
    for options in [{}, {"learning_rate": 0.01, "beta_1": 0.5, "beta_2": 0.9, "epsilon": 1e-3}]:
        variable = keras.Variable(start)
        optimizer = optimizers.Adam(**options)
        optimizer.build([variable])
        path = []
        for gradient in gradients:
            optimizer.apply([ops.array(gradient)])
            path.append(listed(variable))
        cases.append({"options": options, "path": path})
    return {"start": listed(start), "gradients": listed(gradients), "cases": cases}


def training_vectors():
    """Trains a small network without any randomness: 5 epochs of 4 batches, of which the last is partial."""
    x = random.normal(size=(30, 6))
    labels = random.integers(0, 3, size=30)
    held_out, held_labels = random.normal(size=(10, 6)), random.integers(0, 3, size=10)
    model = keras.Sequential(
        [layers.Input((6,)), layers.Dense(5, activation="relu"), layers.Dense(4, activation="tanh"), layers.Dense(3)]
    )
    start = [listed(weight) for weight in model.get_weights()]
    model.compile(optimizers.Adam(0.01), losses.SparseCategoricalCrossentropy(from_logits=True), metrics=["accuracy"])
    history = model.fit(
        x, labels, batch_size=8, epochs=5, shuffle=False, verbose=0, validation_data=(held_out, held_labels)
    )
    return {
        "x": listed(x),
        "labels": labels.tolist(),
        "validation_x": listed(held_out),
        "validation_labels": held_labels.tolist(),
        "start": start,
        "history": {name: listed(column) for name, column in history.history.items()},
        "end": [listed(weight) for weight in model.get_weights()],
        "probabilities": listed(ops.softmax(model.predict(held_out, verbose=0))),
    }


def glorot_vectors():
    kernel = np.asarray(keras.initializers.GlorotUniform(seed=1)((784, 256)))
    return {"shape": [784, 256], "largest": float(np.abs(kernel).max()), "deviation": float(kernel.std())}


def summary_vectors():
    """Lists networks by the widths of their dense layers, with the parameter counts and sizes that Keras shows."""
    networks = [
        [256, 128, 10], [128, 10], [10], [512, 512, 256, 128, 10], [400, 20, 10], [400, 20, 15, 15], [512, 512, 10],
        [400, 300, 10], [64, 64, 10], [300, 300, 10],
    ]
    rows = []
    for units in networks:
        model = keras.Sequential([layers.Input((28, 28)), layers.Flatten()] + [layers.Dense(n) for n in units])
        rows.append({
            "units": units,
            "parameters": model.count_params(),
            # Keras shows sizes for 4 bytes per parameter by default.
            "memory": readable_memory_size(4 * model.count_params()),
            "by_layer": [layer.count_params() for layer in model.layers],
        })
    return rows


vectors = {
    "keras": keras.__version__,
    "activations": activation_vectors(),
    "losses": loss_vectors(),
    "adam": adam_vectors(),
    "training": training_vectors(),
    "glorot": glorot_vectors(),
    "summaries": summary_vectors(),
}
path = pathlib.Path(__file__).with_name("keras.json")
path.write_text(json.dumps(vectors, indent=None, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
