"""Writes keras_model.keras, keras_model.weights.h5 and keras_model.json: a small model saved by Keras, and its outputs.

    pip install keras==3.15.1 jax
    KERAS_BACKEND=jax python make_keras_files.py
"""

import json
import pathlib

import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(3)
model = keras.Sequential([
    layers.Input((5, 4)),
    layers.Reshape((5, 4, 1)),
    layers.Conv2D(2, (3, 2), activation="relu"),
    layers.BatchNormalization(),
    layers.Flatten(),
    layers.Dense(4, "tanh", name="hidden"),
    layers.Dropout(0.2),
    layers.Dense(3, use_bias=False),
    layers.Dense(2, "softmax"),
])
random = np.random.default_rng(3)
x, y = random.normal(size=(40, 5, 4)).astype("float32"), random.integers(0, 2, size=40)
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=3, verbose=0)

folder = pathlib.Path(__file__).parent
model.save(folder / "keras_model.keras")
model.save_weights(folder / "keras_model.weights.h5")
values = {"keras": keras.__version__, "x": x[:4].tolist(), "outputs": model.predict(x[:4], verbose=0).tolist()}
(folder / "keras_model.json").write_text(json.dumps(values) + "\n")
