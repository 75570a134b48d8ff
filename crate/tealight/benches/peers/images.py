"""What every peer trains on: MNIST as float32. Apart from the workloads, which compare.py reads without NumPy."""

import gzip
from pathlib import Path

import numpy as np

MNIST = Path(__file__).resolve().parents[4] / "data" / "mnist"


def mnist(images: int, labels: str, dense: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The first training images and all test images, `[n, 784]` from 0 to 1, or normalised so that no pixel is 0, each
    with its labels `[n]`, of the type called `labels`."""

    def read(name: str, header: int) -> np.ndarray:
        return np.frombuffer(gzip.decompress((MNIST / name).read_bytes()), np.uint8, offset=header)

    train = read("train-images-idx3-ubyte.gz", 16).reshape(-1, 784)[:images]
    test = read("t10k-images-idx3-ubyte.gz", 16).reshape(-1, 784)
    mean, deviation = (train.mean(), train.std()) if dense else (0, 255)

    def numbers(pixels: np.ndarray) -> np.ndarray:
        numbers = pixels.astype("float32")
        numbers -= np.float32(mean)
        numbers /= np.float32(deviation)
        return numbers

    return (
        numbers(train),
        read("train-labels-idx1-ubyte.gz", 8)[:images].astype(labels),
        numbers(test),
        read("t10k-labels-idx1-ubyte.gz", 8).astype(labels),
    )
