"""Writes augment.json: Keras's image transformations with fixed matrices, and the matrices of its random layers for fixed draws.

    pip install keras==3.15.1 jax==0.10.2 && KERAS_BACKEND=jax python make_augment.py
"""

import json
from pathlib import Path

import keras
import numpy as np

HEIGHT, WIDTH, CHANNELS = 5, 7, 2
FILL_VALUE = 0.25
rng = np.random.default_rng(11)
image = rng.uniform(0, 1, (HEIGHT, WIDTH, CHANNELS)).round(3).astype("float32")
example = np.zeros((1, HEIGHT, WIDTH, CHANNELS), "float32")


def translation(right, down):
    layer = keras.layers.RandomTranslation(0.1, 0.1)
    return layer._get_translation_matrix(np.array([[right, down]], "float32"))


def rotation(angle):
    layer = keras.layers.RandomRotation(0.1)
    zeros, ones = np.zeros(1, "float32"), np.ones(1, "float32")
    return layer._compute_affine_matrix(
        center_x=0.5, center_y=0.5, angle=np.array([np.degrees(angle)], "float32"), translate_x=zeros, translate_y=zeros,
        scale=ones, shear_x=zeros, shear_y=zeros, height=HEIGHT, width=WIDTH,
    )


def zoom(width, height):
    layer = keras.layers.RandomZoom(0.1)
    return layer._get_zoom_matrix(np.array([[width, height]], "float32"), HEIGHT, WIDTH)


steps = [
    ("translation", [1.3, -0.6], translation),
    ("translation", [-9.2, 11.7], translation),
    ("rotation", [0.6], rotation),
    ("rotation", [-2.9], rotation),
    ("zoom", [1.37, 1.21], zoom),
    ("zoom", [0.61, 0.83], zoom),
]
cases = []
for kind, draws, matrix in steps:
    matrix = np.asarray(matrix(*draws), "float32")
    images = []
    for fill_mode in ["reflect", "constant", "wrap", "nearest"]:
        for interpolation in ["bilinear", "nearest"]:
            transformed = keras.ops.image.affine_transform(
                image[None], matrix, interpolation=interpolation, fill_mode=fill_mode, fill_value=FILL_VALUE,
                data_format="channels_last",
            )
            numbers = [float(np.float32(number)) for number in np.asarray(transformed).ravel()]
            images.append({"fill_mode": fill_mode, "interpolation": interpolation, "image": numbers})
    matrix = [float(number) for number in matrix[0]]
    cases.append({"kind": kind, "draws": draws, "matrix": matrix, "images": images})

vectors = {
    "keras": keras.__version__,
    "shape": [HEIGHT, WIDTH, CHANNELS],
    "fill_value": FILL_VALUE,
    "image": [float(number) for number in image.ravel()],
    "cases": cases,
}
# Nine digits identify every f32.
text = json.dumps(json.loads(json.dumps(vectors), parse_float=lambda number: float(f"{float(number):.9g}")))
Path(__file__).with_name("augment.json").write_text(text + "\n")
