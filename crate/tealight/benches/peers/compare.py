"""Trains the workloads A-E with tealight and each of its peers in turn, and prints the table of ratios as Markdown.

    python3 crate/tealight/benches/peers/compare.py
    python3 crate/tealight/benches/peers/compare.py --workloads A,C --peers keras-jax,torch --rounds 1

The peers are the newest with Python 3.12 or newer; with 3.11, JAX and NumPy are the last ones that know it. torch.compile
needs a C++ compiler. The first run installs each peer into an environment of its own below target/peers (8 GB, most of it
PyTorch's). Nothing else should run meanwhile: each run says on stderr how much of the processor other programs took, and
below the table stands the most of it.

Four of five pixels of MNIST are 0, and tealight may skip them; with --dense everyone trains on images without zeros.
"""

import argparse
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

from peers import PEERS, TEALIGHT, Peer, Run, bench, epoch, run
from workload import workloads


def names(allowed: dict):
    """A parser of names with commas between them."""

    def parse(text: str) -> list[str]:
        chosen = text.split(",")
        for name in chosen:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"no {name}; there are {', '.join(allowed)}")
        return chosen

    return parse


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", type=names(workloads()), default=list(workloads()), help="such as A,C")
    parser.add_argument("--peers", type=names(PEERS), default=list(PEERS), help=f"some of {','.join(PEERS)}")
    parser.add_argument("--rounds", type=int, default=3, help="how often each trains each workload (3)")
    parser.add_argument("--epochs", type=int, default=3, help="epochs measured each time, after one that is not (3)")
    parser.add_argument("--dense", action="store_true", help="normalise the images, so that no pixel is 0")
    parser.add_argument("--prefix", type=shlex.split, default=[], help="a command to run each under, as 'nice -n -10'")
    return parser.parse_args()


def installed(peers: list[Peer]) -> list[Peer]:
    """The peers that can be had here."""
    ready = []
    for peer in peers:
        try:
            peer.install()
            ready.append(peer)
        except subprocess.CalledProcessError as error:
            print(f"{peer.name} can't be installed here: {error}", file=sys.stderr)
    return ready


def processor() -> str:
    known = Path("/proc/cpuinfo")
    lines = known.read_text().splitlines() if known.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0]}, {len(models)} cores" if models else "unknown processor"


def table(runs: dict[tuple[str, str], list[Run]], peers: list[Peer]) -> str:
    """Seconds and memory of each, and ours as shares of theirs: of the fastest and of the smallest of the Python peers,
    and of plain candle."""
    shares = ["time ÷ fastest in Python", "time ÷ candle", "memory ÷ smallest in Python"]
    rows = [["workload", *(f"{peer.name}, s (MB)" for peer in peers), *shares]]
    rows.append(["---"] * len(rows[0]))
    for workload in dict.fromkeys(workload for workload, _ in runs):
        times = {peer.name: epoch(runs[workload, peer.name]) for peer in peers}
        memory = {name: max(run.peak_mb or 0 for run in runs[workload, name]) for name in times}
        row = [workload, *(f"{times[name]:.3f} ({memory[name]:.0f})" for name in times)]
        row += [_share(times, PYTHON), _share(times, ["candle"]), _share(memory, PYTHON)]
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


PYTHON = [peer.name for peer in PEERS.values() if peer.requirements is not None]


def _share(figures: dict[str, float], others: list[str]) -> str:
    """Ours of the least of theirs, where there is one."""
    least = min((figures[name] for name in others if figures.get(name)), default=None)
    return f"**{figures['tealight'] / least:.2f}**" if least else ""


def main() -> None:
    options = arguments()
    peers = [TEALIGHT, *installed([PEERS[name] for name in options.peers])]
    bench()
    runs: dict[tuple[str, str], list[Run]] = {}
    for workload in options.workloads:
        for turn in range(options.rounds):
            # Each round begins with another, so that none always follows the same one.
            first = turn % len(peers)
            for peer in peers[first:] + peers[:first]:
                one = run(peer, workload, options.epochs, options.dense, options.prefix)
                runs.setdefault((workload, peer.name), []).append(one)
                print(f"{workload} {peer.name}: {one}", file=sys.stderr, flush=True)
    versions = dict.fromkeys(one.versions for some in runs.values() for one in some)
    disturbed = max(one.others for some in runs.values() for one in some)
    pixels = "images normalised, no pixel is 0" if options.dense else "pixels from 0 to 1, most are 0"
    command = shlex.join(["python3", "crate/tealight/benches/peers/compare.py", *sys.argv[1:]])
    print(f"Seconds an epoch, with validation, and peak memory; {pixels}:\n")
    print(table(runs, peers))
    print(f"\n{date.today()}, {processor()}: `{command}`.")
    print(f"{'; '.join(versions)}. Other programs took at most {disturbed:.0%} of the processor during a run.")


main()
