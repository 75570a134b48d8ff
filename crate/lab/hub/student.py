#!/opt/tealight/.tealight/python/bin/python
"""Starts a student's server, as the student: sudospawner calls this in the place of jupyterhub-singleuser.

It lays the lessons into the student's home at the first time, and sets the limits under which everything of the student
runs: the hub names them in MEM_LIMIT (bytes, for each process) and CPU_LIMIT (cores), as JupyterHub's own spawners do.
"""

import math
import os
import resource
import shutil
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[3]
# Far more than a server, four kernels and a compiler in each have; far less than a machine bears.
PROCESSES = 512


def lay_lessons(folder):
    """A copy of the notebooks, with the library and the data beside it where they look for them."""
    if (folder / "notebooks").exists():
        return
    folder.mkdir(exist_ok=True)
    for shared in ["crate", "data"]:
        link = folder / shared
        if not link.is_symlink():
            link.symlink_to(HOME / shared)
    new = folder / "notebooks.new"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(HOME / "notebooks", new, copy_function=shutil.copyfile)
    new.rename(folder / "notebooks")


def limit(memory, cores):
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    # Threads are counted, too.
    resource.setrlimit(resource.RLIMIT_NPROC, (PROCESSES, PROCESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed = sorted(os.sched_getaffinity(0))
    count = math.ceil(cores)
    if 0 < count < len(allowed):
        # Each student begins at another core, so that a class is spread over them.
        first = os.getuid() * count
        os.sched_setaffinity(0, {allowed[(first + index) % len(allowed)] for index in range(count)})


def main():
    os.umask(0o077)
    lay_lessons(Path.home() / "tealight")
    limit(int(os.environ.get("MEM_LIMIT", 0)), float(os.environ.get("CPU_LIMIT", 0)))
    program = str(Path(sys.argv[0]).with_name("jupyterhub-singleuser"))
    os.execv(program, [program, *sys.argv[1:]])


if __name__ == "__main__":
    main()
