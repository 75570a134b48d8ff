"""The training data of all peers: MNIST as float32. It is separate from the workloads because compare.py runs without NumPy."""

import gzip
from pathlib import Path

import numpy as np

MNIST = Path(__file__).resolve().parents[4] / "data" / "mnist"


def load_mnist(images: int, labels: str, dense: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Returns the first `images` training images with their labels, and all test images with theirs. Images are
    `[n, 784]`, scaled to 0 to 1, or with `dense` normalized so that no pixel is 0. Labels are `[n]` of dtype `labels`."""

    def read(name: str, header: int) -> np.ndarray:
        return np.frombuffer(gzip.decompress((MNIST / name).read_bytes()), np.uint8, offset=header)

    train = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)[:images]
    test = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    mean, deviation = (train.mean(), train.std()) if dense else (0, 255)

    def scaled(pixels: np.ndarray) -> np.ndarray:
        values = pixels.astype("float32")
        values -= np.float32(mean)
        values /= np.float32(deviation)
        return values

    return (
        scaled(train),
        read("train-labels-idx1-ubyte.gz", 8)[:images].astype(labels),
        scaled(test),
        read("t10k-labels-idx1-ubyte.gz", 8).astype(labels),
    )
