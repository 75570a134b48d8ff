"""Measures Keras's predictions for 10,000 images and for a single one. `tasks -- predict latency` does the same with tealight.

    KERAS_BACKEND=jax target/peers/keras-jax/bin/python crate/tealight/benches/peers/keras_predict.py
"""

import time
from statistics import median

import keras
import numpy as np
from keras_peer import network
from mnist import load_mnist
from workload import workloads

model = network(workloads()["A"])
images = load_mnist(1, "int32")[2]


def measure(what: str, runs: int, work) -> None:
    work(0)
    seconds = []
    for run in range(runs):
        start = time.perf_counter()
        work(run)
        seconds.append(time.perf_counter() - start)
    times = [f"{1000 * time:.2f}" for time in (median(seconds), min(seconds), max(seconds))]
    print(f"{times[0]} ms ({times[1]} to {times[2]}), {what}", flush=True)


print(f"Keras {keras.__version__}, {keras.config.backend()}")
measure("predict of 10,000 images", 15, lambda _: model.predict(images, verbose=0))
measure("predict of 10,000 images in batches of 1,000", 15, lambda _: model.predict(images, batch_size=1000, verbose=0))
measure("predict of one image", 100, lambda index: model.predict(images[index : index + 1], verbose=0))
measure("model(image) of one image", 100, lambda index: np.asarray(model(images[index : index + 1])))
