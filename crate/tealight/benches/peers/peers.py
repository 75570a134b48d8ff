"""The peers that tealight is compared with: how to install, run and measure each."""

import json
import os
import resource
import subprocess
import sys
import time
import venv
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[3]
ENVIRONMENTS = REPOSITORY / "target" / "peers"


@dataclass(frozen=True)
class Peer:
    """A program that trains a workload and prints its measurements as the last line."""

    name: str
    # The Python file, and its arguments after the workload and the number of epochs.
    program: str = ""
    options: list[str] = field(default_factory=list)
    # The name of the requirements file and of the environment; None for the peers in the Rust bench.
    requirements: str | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def install(self) -> None:
        """Creates the environment, unless it exists with the same requirements."""
        if self.requirements is None:
            return
        requirements = HERE / "requirements" / f"{self.requirements}.txt"
        expected = f"Python {sys.version_info.major}.{sys.version_info.minor}\n{requirements.read_text()}"
        environment = ENVIRONMENTS / self.requirements
        installed = environment / "installed.txt"
        if installed.exists() and installed.read_text() == expected:
            return
        print(f"installing the packages of {self.name}", file=sys.stderr, flush=True)
        venv.create(environment, clear=True, with_pip=True)
        subprocess.run([self._python(), "-m", "pip", "install", "--quiet", "-r", str(requirements)], check=True)
        installed.write_text(expected)

    def command(self, workload: str, epochs: int, dense: bool) -> list[str]:
        """Returns the command that trains one warm-up epoch and `epochs` more, on images without zeros if `dense` is set."""
        if self.requirements is None:
            command = [str(build_bench()), workload, "--epochs", str(epochs), "--alone", self.name]
            return command + ["--dense"] * dense
        return [self._python(), str(HERE / self.program), workload, str(epochs + 1), *self.options] + ["dense"] * dense

    def _python(self) -> str:
        return str(ENVIRONMENTS / self.requirements / "bin" / "python")


TEALIGHT = Peer("tealight")
KERAS = {"TF_CPP_MIN_LOG_LEVEL": "3"}
PEERS = {
    peer.name: peer
    for peer in [
        Peer("keras-jax", "keras_peer.py", [], "keras-jax", {**KERAS, "KERAS_BACKEND": "jax"}),
        Peer("keras-tensorflow", "keras_peer.py", [], "keras-tensorflow", {**KERAS, "KERAS_BACKEND": "tensorflow"}),
        Peer("torch", "torch_peer.py", [], "torch"),
        Peer("torch-compile", "torch_peer.py", ["compile"], "torch"),
        Peer("candle"),
    ]
}


def build_bench() -> Path:
    """Builds the Rust bench once and returns its path."""
    global _bench
    if _bench is None:
        build = ["cargo", "bench", "-p", "tealight", "--bench", "training", "--no-run", "--message-format=json"]
        lines = subprocess.run(build, cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        built = [json.loads(line) for line in lines if '"executable"' in line]
        _bench = next(Path(one["executable"]) for one in built if one["target"]["name"] == "training")
    return _bench


_bench: Path | None = None


@dataclass(frozen=True)
class Run:
    """The measurements of one process."""

    versions: str
    # The seconds of each epoch except the first.
    seconds: list[float]
    accuracy: float
    peak_mb: float | None
    # The share of the processor that other programs used during the run, if the system reports it.
    other_load: float

    def __str__(self) -> str:
        seconds = ", ".join(f"{seconds:.3f}" for seconds in self.seconds)
        return f"{seconds} s, accuracy {self.accuracy:.4f}, others {self.other_load:.0%}"


def run(peer: Peer, workload: str, epochs: int, dense: bool, prefix: list[str]) -> Run:
    """Trains a workload in a separate process. If it fails, the error contains the peer's stderr."""
    start, machine, children = time.monotonic(), _machine_cpu_seconds(), _children_cpu_seconds()
    command = [*prefix, *peer.command(workload, epochs, dense)]
    completed = subprocess.run(command, env={**os.environ, **peer.variables}, capture_output=True, text=True)
    if completed.returncode != 0:
        raise RuntimeError(f"{peer.name} failed on workload {workload}:\n{completed.stderr}")
    line = json.loads(completed.stdout.splitlines()[-1])
    capacity = (time.monotonic() - start) * (os.cpu_count() or 1)
    other_seconds = _machine_cpu_seconds() - machine - (_children_cpu_seconds() - children)
    other_load = max(0.0, other_seconds) / capacity
    return Run(line["versions"], line["seconds"][1:], line["accuracy"], line["peak_mb"], other_load)


def median_epoch(runs: list[Run]) -> float:
    """Returns the median seconds of all epochs."""
    return median(seconds for run in runs for seconds in run.seconds)


def _machine_cpu_seconds() -> float:
    """Returns the busy and stolen seconds of all cores together on Linux, and 0 elsewhere."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _idle, _wait, interrupt, soft, stolen = map(int, stat.read_text().split()[1:9])
    return (user + nice + system + interrupt + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _children_cpu_seconds() -> float:
    """Returns the processor seconds of this process's finished children."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
