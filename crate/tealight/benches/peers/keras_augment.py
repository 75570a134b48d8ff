"""Measures Keras's augmentation of 33,600 images to 302,400 more. `tasks -- augment` does the same with tealight.

    KERAS_BACKEND=jax target/peers/keras-jax/bin/python crate/tealight/benches/peers/keras_augment.py
"""

import time

import keras
import numpy as np
from mnist import load_mnist
from keras import Sequential
from keras.layers import RandomRotation, RandomTranslation, RandomZoom

translate = lambda: RandomTranslation(0.1, 0.1, fill_mode="constant")
rotate = lambda: RandomRotation(0.1, fill_mode="constant")
zoom = lambda: RandomZoom(0.15, 0.15, fill_mode="constant")

keras.utils.set_random_seed(1)
images = load_mnist(33_600, "int32")[0].reshape(-1, 28, 28, 1)
pipelines = [Sequential(steps) for steps in ([translate(), rotate()], [translate(), zoom()], [translate(), zoom(), rotate()])]
for _ in range(2):
    start = time.perf_counter()
    new = [np.asarray(pipeline(images, training=True)) for pipeline in pipelines for _ in range(3)]
    shape = np.concatenate([images, *new]).shape
    print(f"{time.perf_counter() - start:.2f} s for {shape}, Keras {keras.__version__}", flush=True)
