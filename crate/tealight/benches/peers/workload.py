"""What every peer trains: the workloads that the Rust bench reads too; and how a peer reports."""

import json
from dataclasses import dataclass
from pathlib import Path

WORKLOADS = Path(__file__).resolve().parent.parent / "workloads.json"


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
    found = [Workload(**entry) for entry in json.loads(WORKLOADS.read_text())]
    return {workload.name: workload for workload in found}


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
