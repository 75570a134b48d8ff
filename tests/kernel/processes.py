"""The processes of a kernel, as the system sees them."""

import pathlib
import subprocess
import time


def below(process):
    """All processes below one."""
    table = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    parents = dict(map(int, line.split()) for line in table.splitlines())
    found = {process}
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {process}
        found |= more


def that_runs_cells(processes):
    """The one of a kernel's processes that holds its variables. Only it and what it starts is told that a keeper keeps it."""
    kept = [process for process in processes if b"TEALIGHT_KEPT=" in pathlib.Path(f"/proc/{process}/environ").read_bytes()]
    return min(kept)


def alive(process):
    try:
        return pathlib.Path(f"/proc/{process}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def seconds_of(process):
    """How long a process has used a core, the threads of it that have ended among it."""
    # The number of its clock, as clock_getcpuclockid(3) gives it, which Python doesn't have.
    return time.clock_gettime((~process << 3) | 2)


def most_memory(process):
    """The most bytes of memory that a process has had."""
    lines = pathlib.Path(f"/proc/{process}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:"))
