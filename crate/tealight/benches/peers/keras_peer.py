"""Trains a workload with Keras, on the backend named by KERAS_BACKEND.

`keras_peer.py A 4` trains workload A for four epochs. A third argument `dense` selects images without zeros.
"""

import sys
import time
from importlib.metadata import version

import keras
from mnist import load_mnist
from workload import Workload, report, workloads


def network(workload: Workload) -> keras.Model:
    layers = [keras.Input((784,))]
    for units in workload.hidden:
        layers.append(keras.layers.Dense(units, activation="relu"))
        if workload.dropout > 0:
            layers.append(keras.layers.Dropout(workload.dropout))
    layers.append(keras.layers.Dense(10, activation="softmax"))
    return keras.Sequential(layers)


class EpochTimer(keras.callbacks.Callback):
    """Measures each epoch, including its validation."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_epoch_begin(self, epoch, logs=None) -> None:
        self.start = time.perf_counter()

    def on_epoch_end(self, epoch, logs=None) -> None:
        self.seconds.append(time.perf_counter() - self.start)


def main() -> None:
    workload, epochs = workloads()[sys.argv[1]], int(sys.argv[2])
    keras.utils.set_random_seed(1)
    train_x, train_y, test_x, test_y = load_mnist(workload.images, "int32", "dense" in sys.argv[3:])
    model = network(workload)
    model.compile(optimizer=workload.optimizer, loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    timer = EpochTimer()
    history = model.fit(
        train_x,
        train_y,
        epochs=epochs,
        batch_size=workload.batch,
        validation_data=(test_x, test_y),
        verbose=0,
        callbacks=[timer],
    )
    backend = keras.config.backend()
    package = {"tensorflow": "tensorflow-cpu"}.get(backend, backend)
    versions = f"Keras {keras.__version__}, {backend} {version(package)}"
    report(versions, timer.seconds, history.history["val_accuracy"][-1])


if __name__ == "__main__":
    main()
