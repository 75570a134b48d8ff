"""Trains the workloads A-E with tealight and each of its peers, and prints a comparison table as Markdown.

    python3 crate/tealight/benches/peers/compare.py
    python3 crate/tealight/benches/peers/compare.py --workloads A,C --peers keras-jax,torch --rounds 1

With Python 3.12 or newer, the peers are the latest versions; with 3.11, JAX and NumPy are the last versions that support it.
torch.compile needs a C++ compiler. The first run installs each peer into its own environment in target/peers (8 GB, most of it
for PyTorch). Nothing else should run at the same time. Each run prints to stderr how much of the processor other programs
used, and the line below the table has the maximum.

Four of five MNIST pixels are 0, and tealight may skip them. With --dense, all peers train on images without zeros.
"""

import argparse
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

from peers import PEERS, TEALIGHT, Peer, Run, build_bench, median_epoch, run
from workload import workloads


def name_list(allowed: dict):
    """Returns a parser for a comma-separated list of allowed names."""

    def parse(text: str) -> list[str]:
        chosen = text.split(",")
        for name in chosen:
            if name not in allowed:
                raise argparse.ArgumentTypeError(f"unknown name {name}; expected one of {', '.join(allowed)}")
        return chosen

    return parse


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workloads", type=name_list(workloads()), default=list(workloads()), help="such as A,C")
    parser.add_argument("--peers", type=name_list(PEERS), default=list(PEERS), help=f"some of {','.join(PEERS)}")
    parser.add_argument("--rounds", type=int, default=3, help="how often each peer trains each workload (3)")
    parser.add_argument("--epochs", type=int, default=3, help="measured epochs per run, after one warm-up epoch (3)")
    parser.add_argument("--dense", action="store_true", help="normalize the images, so that no pixel is 0")
    parser.add_argument("--prefix", type=shlex.split, default=[], help="a command prefix for each run, such as 'nice -n -10'")
    return parser.parse_args()


def install_all(peers: list[Peer]) -> list[Peer]:
    """Installs the peers. Returns those that can be installed on this machine."""
    installed = []
    for peer in peers:
        try:
            peer.install()
            installed.append(peer)
        except subprocess.CalledProcessError as error:
            print(f"{peer.name} cannot be installed: {error}", file=sys.stderr)
    return installed


def processor() -> str:
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text().splitlines() if cpuinfo.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{models[0]}, {len(models)} cores" if models else "unknown processor"


def table(runs: dict[tuple[str, str], list[Run]], peers: list[Peer]) -> str:
    """Formats the table: seconds and memory of each peer, and the ratios of tealight's to the best Python peer's and to
    candle's."""
    ratios = ["time ÷ fastest in Python", "time ÷ candle", "memory ÷ smallest in Python"]
    rows = [["workload", *(f"{peer.name}, s (MB)" for peer in peers), *ratios]]
    rows.append(["---"] * len(rows[0]))
    for workload in dict.fromkeys(workload for workload, _ in runs):
        times = {peer.name: median_epoch(runs[workload, peer.name]) for peer in peers}
        memory = {name: max(run.peak_mb or 0 for run in runs[workload, name]) for name in times}
        row = [workload, *(f"{times[name]:.3f} ({memory[name]:.0f})" for name in times)]
        row += [_ratio(times, PYTHON_PEERS), _ratio(times, ["candle"]), _ratio(memory, PYTHON_PEERS)]
        rows.append(row)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


PYTHON_PEERS = [peer.name for peer in PEERS.values() if peer.requirements is not None]


def _ratio(figures: dict[str, float], others: list[str]) -> str:
    """Formats the ratio of tealight's figure to the lowest of the others, or an empty string without one."""
    lowest = min((figures[name] for name in others if figures.get(name)), default=None)
    return f"**{figures['tealight'] / lowest:.2f}**" if lowest else ""


def main() -> None:
    options = arguments()
    peers = [TEALIGHT, *install_all([PEERS[name] for name in options.peers])]
    build_bench()
    runs: dict[tuple[str, str], list[Run]] = {}
    for workload in options.workloads:
        for round_index in range(options.rounds):
            # Rotate the order, so that no peer always runs after the same one.
            first = round_index % len(peers)
            for peer in peers[first:] + peers[:first]:
                result = run(peer, workload, options.epochs, options.dense, options.prefix)
                runs.setdefault((workload, peer.name), []).append(result)
                print(f"{workload} {peer.name}: {result}", file=sys.stderr, flush=True)
    versions = dict.fromkeys(result.versions for results in runs.values() for result in results)
    other_load = max(result.other_load for results in runs.values() for result in results)
    pixels = "images normalized, no pixel is 0" if options.dense else "pixels from 0 to 1, most are 0"
    command = shlex.join(["python3", "crate/tealight/benches/peers/compare.py", *sys.argv[1:]])
    print(f"Seconds per epoch, including validation, and peak memory; {pixels}:\n")
    print(table(runs, peers))
    print(f"\n{date.today()}, {processor()}: `{command}`.")
    print(f"{'; '.join(versions)}. Other programs used at most {other_load:.0%} of the processor during a run.")


main()
