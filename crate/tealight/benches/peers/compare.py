"""Trains the workloads A-E with tealight and each of its peers in turn, and prints the table of ratios as Markdown.

    python3 crate/tealight/benches/peers/compare.py
    python3 crate/tealight/benches/peers/compare.py --workloads A,C --peers keras-jax,torch --rounds 1

Needs Python 3.12 or newer, and a C++ compiler for torch.compile. The first run installs each peer into an environment of
its own below target/peers (8 GB, most of it PyTorch's). Nothing else should run meanwhile: each run says on stderr how
much of the processor other programs took, and the table says the most of it.
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
    """Seconds and memory; the fastest peer is that of the Python ones, and candle is compared on its own."""
    others = [peer.name for peer in peers if peer is not TEALIGHT]
    heads = ["workload", "tealight", *others, "fastest of Python", "tealight / fastest", "candle / tealight"]
    seconds = [heads, ["---"] * len(heads)]
    memory = [["workload", "tealight", *others], ["---"] * (len(others) + 2)]
    for workload in dict.fromkeys(workload for workload, _ in runs):
        times = {peer.name: epoch(runs[workload, peer.name]) for peer in peers}
        ours = times["tealight"]
        python = {name: time for name, time in times.items() if name not in ("tealight", "candle")}
        fastest = min(python, key=python.get, default="")
        row = [workload, *(f"{times[name]:.3f}" for name in ["tealight", *others])]
        row += [fastest, f"**{ours / python[fastest]:.2f}**" if fastest else ""]
        row.append(f"{times['candle'] / ours:.1f}" if "candle" in times else "")
        seconds.append(row)
        peaks = [max(run.peak_mb or 0 for run in runs[workload, name]) for name in ["tealight", *others]]
        memory.append([workload, *(f"{peak:.0f}" for peak in peaks)])
    rows = ["Seconds an epoch, with validation:", "", *map(_row, seconds), "", "Peak memory in MB:", "", *map(_row, memory)]
    return "\n".join(rows)


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


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
                one = run(peer, workload, options.epochs, options.prefix)
                runs.setdefault((workload, peer.name), []).append(one)
                print(f"{workload} {peer.name}: {one}", file=sys.stderr, flush=True)
    versions = dict.fromkeys(one.versions for some in runs.values() for one in some)
    disturbed = max(one.others for some in runs.values() for one in some)
    command = shlex.join(["python3", "crate/tealight/benches/peers/compare.py", *sys.argv[1:]])
    print(table(runs, peers))
    print(f"\n{date.today()}, {processor()}: `{command}`.")
    print(f"{'; '.join(versions)}. Other programs took at most {disturbed:.0%} of the processor during a run.")


main()
