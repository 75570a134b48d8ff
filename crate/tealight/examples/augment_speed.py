"""How long Keras's augmentation of 30,240 images takes, nine copies of each; augment_speed.rs has tealight do it.

    pip install keras==3.15.1 jax==0.10.2 && KERAS_BACKEND=jax python augment_speed.py
"""

import time

import numpy as np
from keras import Sequential
from keras.layers import RandomRotation, RandomTranslation, RandomZoom

images = np.random.default_rng(0).uniform(0, 1, (30240, 28, 28, 1)).astype("float32")
translation = lambda: RandomTranslation(0.1, 0.1, fill_mode="constant")
rotation = lambda: RandomRotation(0.1, fill_mode="constant")
zoom = lambda: RandomZoom(0.15, 0.15, fill_mode="constant")
pipelines = [
    Sequential([translation(), rotation()]),
    Sequential([translation(), zoom()]),
    Sequential([translation(), zoom(), rotation()]),
]
start = time.perf_counter()
new = [np.asarray(pipeline(images, training=True)) for pipeline in pipelines for _ in range(3)]
everything = np.concatenate([images, *new])
print(f"{time.perf_counter() - start:.2f} s for {everything.shape}")
