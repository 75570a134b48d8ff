"""Measures how long a kernel takes from its start to the first result, and for four kinds of cells.

    python bench_kernel.py                                  this repository's kernel, and IPython if it is installed
    python bench_kernel.py --stock /path/to/evcxr_jupyter   evcxr's own kernel as well, alternating with ours

Prints the medians in seconds, and the resident memory of all processes of the kernel when it is idle.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

import notebook
from paths import LESSONS, ROOT

DEPENDENCY = f':dep tealight = {{ path = "{ROOT}/crate/tealight" }}\nuse tealight::prelude::*;'
RUST = {
    "first": "Tensor::ones((2, 2), DType::F32, &Device::Cpu)?.sum_all()?.to_scalar::<f32>()?",
    "setup": "let x = Tensor::ones((2, 2), DType::F32, &Device::Cpu)?;",
    "cell with tealight": 'let y = x.sum_all()?; println!("{y}");',
    "trivial cell": 'println!("1");',
    "value at the end": "Dense::new(3)",
    "the two lines of a lesson": DEPENDENCY,
}
PYTHON = {"first": "1 + 1", "setup": "x = 1", "cell with tealight": None, "trivial cell": "print(1)", "value at the end": "x",
          "the two lines of a lesson": None}


def memory(process):
    """Returns the resident memory of a process and all its descendants in MB."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True).stdout
    rows = {int(pid): (int(parent), int(rss)) for pid, parent, rss in (line.split() for line in table.splitlines())}
    processes = {process}
    while more := {pid for pid, (parent, _) in rows.items() if parent in processes} - processes:
        processes |= more
    return sum(rows[pid][1] for pid in processes if pid in rows) / 1024


def measure(name, cells, needs_dependency, repeats):
    start = time.monotonic()
    kernel = notebook.Notebook(LESSONS, name)
    try:
        times = {"kernel answers": time.monotonic() - start}
        if needs_dependency:
            kernel.run(DEPENDENCY)
        first = kernel.run(cells["first"])
        assert first.status == "ok", first.error
        times["start to first result"] = time.monotonic() - start
        times["first variable"] = kernel.run(cells["setup"]).seconds
        for kind in ("cell with tealight", "trivial cell", "value at the end", "the two lines of a lesson"):
            if cells[kind]:
                times[kind] = statistics.median(kernel.run(cells[kind]).seconds for _ in range(repeats))
        times["memory when idle, MB"] = memory(kernel.manager.provisioner.pid)
        return times
    finally:
        kernel.close()


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--stock", help="path of evcxr_jupyter")
    arguments.add_argument("--rounds", type=int, default=3, help="number of kernels of each kind")
    arguments.add_argument("--repeats", type=int, default=50, help="number of cells of each kind")
    arguments = arguments.parse_args()

    specs = pathlib.Path(tempfile.mkdtemp())
    kernels = {"tealight": ("rust", RUST, False)}
    if arguments.stock:
        folder = specs / "kernels/stock"
        folder.mkdir(parents=True)
        spec = {"argv": [arguments.stock, "--control_file", "{connection_file}"], "display_name": "stock", "language": "rust"}
        (folder / "kernel.json").write_text(json.dumps(spec))
        kernels["stock"] = ("stock", RUST, True)
    try:
        import ipykernel  # noqa: F401

        kernels["IPython"] = ("python3", PYTHON, False)
    except ImportError:
        pass
    os.environ["JUPYTER_PATH"] = os.pathsep.join([os.environ["JUPYTER_PATH"], str(specs)])

    found = {name: [] for name in kernels}
    for _ in range(arguments.rounds):
        for name, (spec, cells, needs_dependency) in kernels.items():
            found[name].append(measure(spec, cells, needs_dependency, arguments.repeats))
    kinds = list(found["tealight"][0])
    print("| | " + " | ".join(found) + " |")
    print("| --- |" + " --- |" * len(found))
    for kind in kinds:
        values = [[times[kind] for times in rounds if kind in times] for rounds in found.values()]
        print(f"| {kind} | " + " | ".join(f"{statistics.median(value):.3g}" if value else "" for value in values) + " |")


if __name__ == "__main__":
    main()
