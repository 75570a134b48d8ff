"""What every peer trains on: the workloads that the Rust bench reads too, MNIST as float32, and how a peer reports."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BENCHES = Path(__file__).resolve().parent.parent
MNIST = BENCHES.parents[2] / "data" / "mnist"


@dataclass(frozen=True)
class Workload:
    """A network of dense ReLU layers with softmax over ten classes, and how to train it."""

    name: str
    hidden: list[int]
    dropout: float
    optimizer: str
    batch: int
    images: int


def workloads() -> dict[str, Workload]:
    """The workloads by name, in order."""
    found = [Workload(**entry) for entry in json.loads((BENCHES / "workloads.json").read_text())]
    return {workload.name: workload for workload in found}


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


def report(versions: str, seconds: list[float], accuracy: float) -> None:
    """Prints the one line that the driver reads: what ran, the seconds of each epoch, the last accuracy on the test data
    and the most memory that the process has held, in MB."""
    line = {"versions": versions, "seconds": seconds, "accuracy": accuracy, "peak_mb": peak_mb()}
    print(json.dumps(line), flush=True)


def peak_mb() -> float | None:
    """The most memory that the process has held, as Linux counts it; none elsewhere."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1000 * 1.024 for line in lines if line.startswith("VmHWM:")), None)
