"""Writes layer_normalization.json and layer_normalization.keras: layer normalization as Keras computes it.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax python make_layer_normalization.py

The JSON file has outputs and gradients for several options, and a small training, all in double precision; and the outputs of
the saved model, in single precision.
"""

import json
import pathlib

import jax

jax.config.update("jax_enable_x64", True)

import keras
import numpy as np
from keras import constraints, layers, losses, ops, optimizers, regularizers

keras.utils.set_random_seed(5)
random = np.random.default_rng(5)
folder = pathlib.Path(__file__).parent


def listed(values):
    return np.round(np.asarray(values, dtype="float64"), 10).tolist()


def f32(values):
    return np.asarray(values, dtype="float32").astype("float64")


def gradients(shape, options):
    """Returns the outputs for random inputs, and the gradients of a weighted sum of them."""
    layer = layers.LayerNormalization(**options)
    layer.build((None, *shape))
    x, weights = f32(random.normal(size=(3, *shape)) * 2 + 1), f32(random.normal(size=(3, *shape)))
    start = [f32(random.normal(size=variable.shape) + 1) for variable in layer.trainable_variables]

    def loss(start, x):
        outputs, _ = layer.stateless_call(start, [], x)
        return ops.sum(outputs * weights), outputs

    (of_parameters, of_x), outputs = jax.grad(loss, argnums=(0, 1), has_aux=True)(start, x)
    return {
        "options": options,
        "x": listed(x),
        "weights": listed(weights),
        "parameters": [listed(values) for values in start],
        "outputs": listed(outputs),
        "gradients": [listed(values) for values in [of_x, *of_parameters]],
    }


def training():
    """Trains a network for 3 epochs of 4 batches, of which the last is partial."""
    x, y = f32(random.normal(size=(30, 6))), random.integers(0, 3, size=30)
    model = keras.Sequential([
        layers.Input((6,)),
        layers.Dense(5, "tanh"),
        layers.LayerNormalization(
            gamma_regularizer=regularizers.L2(0.05), beta_regularizer=regularizers.L1(0.02),
            gamma_constraint=constraints.MaxNorm(2.0), beta_initializer=keras.initializers.Constant(0.1),
        ),
        layers.Dense(3, "softmax"),
    ])
    start = [f32(random.normal(size=weight.shape) * 0.4 + 0.2) for weight in model.get_weights()]
    model.set_weights(start)
    model.compile(optimizers.Adam(0.01), losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    history = model.fit(x, y, batch_size=8, epochs=3, shuffle=False, verbose=0)
    return {
        "x": listed(x),
        "y": y.tolist(),
        "start": [listed(weight) for weight in start],
        "history": {name: listed(column) for name, column in history.history.items()},
        "end": [listed(weight) for weight in model.get_weights()],
    }


def saved_model():
    """Saves a model and returns inputs and outputs."""
    model = keras.Sequential([
        layers.Input((3, 4)), layers.LayerNormalization(axis=[1, 2]), layers.Flatten(), layers.Dense(5, "relu"),
        layers.LayerNormalization(center=False), layers.Dense(2, "softmax"),
    ])
    model.set_weights([random.normal(size=weight.shape) + 0.5 for weight in model.get_weights()])
    model.save(folder / "layer_normalization.keras")
    x = random.normal(size=(2, 3, 4)).astype("float32")
    return {"x": x.tolist(), "outputs": model.predict(x, verbose=0).tolist()}


saved = saved_model()
keras.backend.set_floatx("float64")
cases = [
    gradients((4,), {}),
    gradients((3, 4), {}),
    gradients((3, 4), {"axis": 1, "epsilon": 0.1}),
    gradients((3, 2, 4), {"axis": [1, 3], "center": False}),
    gradients((3, 4), {"axis": [-2, -1], "scale": False}),
    gradients((4,), {"center": False, "scale": False}),
]
vectors = {"keras": keras.__version__, "cases": cases, "training": training(), "saved": saved}
path = folder / "layer_normalization.json"
path.write_text(json.dumps(vectors, indent=None, separators=(",", ":")) + "\n")
print(path, path.stat().st_size, "bytes")
