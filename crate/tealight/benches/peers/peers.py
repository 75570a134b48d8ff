"""Who is compared, and how each is installed, started and watched."""

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
    """A program that trains a workload and prints what it measured as its last line."""

    name: str
    # The Python file, and what stands behind the workload and the epochs.
    program: str = ""
    options: list[str] = field(default_factory=list)
    # The requirements file, and so the environment, that it runs in; none for those in the Rust bench.
    requirements: str | None = None
    variables: dict[str, str] = field(default_factory=dict)

    def install(self) -> None:
        """Makes the environment, unless it is there with these very requirements."""
        if self.requirements is None:
            return
        requirements = HERE / "requirements" / f"{self.requirements}.txt"
        wanted = f"Python {sys.version_info.major}.{sys.version_info.minor}\n{requirements.read_text()}"
        environment = ENVIRONMENTS / self.requirements
        installed = environment / "installed.txt"
        if installed.exists() and installed.read_text() == wanted:
            return
        print(f"installing what {self.name} needs", file=sys.stderr, flush=True)
        venv.create(environment, clear=True, with_pip=True)
        subprocess.run([self._python(), "-m", "pip", "install", "--quiet", "-r", str(requirements)], check=True)
        installed.write_text(wanted)

    def command(self, workload: str, epochs: int, dense: bool) -> list[str]:
        """Trains for so many epochs after the first; on images without zeros where `dense` is set."""
        if self.requirements is None:
            own = [str(bench()), workload, "--epochs", str(epochs), "--alone", self.name]
            return own + ["--dense"] * dense
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


def bench() -> Path:
    """The Rust bench, built."""
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
    """What one process measured."""

    versions: str
    # The seconds of each epoch but the first.
    seconds: list[float]
    accuracy: float
    peak_mb: float | None
    # The share of the processor that other programs took meanwhile, where the system tells.
    others: float

    def __str__(self) -> str:
        seconds = ", ".join(f"{seconds:.3f}" for seconds in self.seconds)
        return f"{seconds} s, accuracy {self.accuracy:.4f}, others {self.others:.0%}"


def run(peer: Peer, workload: str, epochs: int, dense: bool, prefix: list[str]) -> Run:
    """Trains a workload in a process of its own; what the peer says on stderr is shown where it fails."""
    began, busy, own = time.monotonic(), _busy(), _own()
    command = [*prefix, *peer.command(workload, epochs, dense)]
    done = subprocess.run(command, env={**os.environ, **peer.variables}, capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(f"{peer.name} failed on workload {workload}:\n{done.stderr}")
    line = json.loads(done.stdout.splitlines()[-1])
    capacity = (time.monotonic() - began) * (os.cpu_count() or 1)
    others = max(0.0, _busy() - busy - (_own() - own)) / capacity
    return Run(line["versions"], line["seconds"][1:], line["accuracy"], line["peak_mb"], others)


def epoch(runs: list[Run]) -> float:
    """The median of the seconds of all epochs."""
    return median(seconds for run in runs for seconds in run.seconds)


def _busy() -> float:
    """The seconds that all cores together have worked, or been kept from it by another machine, on Linux."""
    stat = Path("/proc/stat")
    if not stat.exists():
        return 0.0
    user, nice, system, _idle, _wait, interrupt, soft, stolen = map(int, stat.read_text().split()[1:9])
    return (user + nice + system + interrupt + soft + stolen) / os.sysconf("SC_CLK_TCK")


def _own() -> float:
    """The seconds of work of the processes that this one has started and seen end."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
