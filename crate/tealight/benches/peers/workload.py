"""The workloads, which the Rust bench also reads, and the report that each peer prints."""

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
    """Returns the workloads by name, in order."""
    entries = [Workload(**entry) for entry in json.loads(WORKLOADS.read_text())]
    return {workload.name: workload for workload in entries}


def report(versions: str, seconds: list[float], accuracy: float) -> None:
    """Prints the line that compare.py reads: the versions, the seconds of each epoch, the final test accuracy and the peak
    memory in MB."""
    line = {"versions": versions, "seconds": seconds, "accuracy": accuracy, "peak_mb": peak_mb()}
    print(json.dumps(line), flush=True)


def peak_mb() -> float | None:
    """Returns the peak memory of the process in MB on Linux, and None elsewhere."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1000 * 1.024 for line in lines if line.startswith("VmHWM:")), None)
