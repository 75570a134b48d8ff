#!/opt/tealight/.tealight/python/bin/python
"""Starts a student's server as the student. sudospawner calls this script instead of jupyterhub-singleuser.

At the first start, it copies the lessons into the student's home. It then sets the limits for all of the student's
processes. The hub passes them in MEM_LIMIT (bytes per process) and CPU_LIMIT (cores), as JupyterHub's own spawners do.
"""

import math
import os
import resource
import shutil
import sys
from pathlib import Path

INSTALLATION = Path(__file__).resolve().parents[3]
# Far more than a server and four kernels with a compiler each need, and far less than a machine can handle.
MAX_PROCESSES = 512


def copy_lessons(folder):
    """Copies the notebooks, and links the library and the data to where the notebooks expect them."""
    if (folder / "notebooks").exists():
        return
    folder.mkdir(exist_ok=True)
    for shared in ["crate", "data"]:
        link = folder / shared
        if not link.is_symlink():
            link.symlink_to(INSTALLATION / shared)
    new = folder / "notebooks.new"
    shutil.rmtree(new, ignore_errors=True)
    shutil.copytree(INSTALLATION / "notebooks", new, copy_function=shutil.copyfile)
    new.rename(folder / "notebooks")


def set_limits(memory, cores):
    """Limits the memory of each process, the number of processes and threads, and the cores."""
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    # Threads count too.
    resource.setrlimit(resource.RLIMIT_NPROC, (MAX_PROCESSES, MAX_PROCESSES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    allowed = sorted(os.sched_getaffinity(0))
    count = math.ceil(cores)
    if 0 < count < len(allowed):
        # Each student starts at a different core, so that a class is spread over all cores.
        first = os.getuid() * count
        os.sched_setaffinity(0, {allowed[(first + index) % len(allowed)] for index in range(count)})


def main():
    os.umask(0o077)
    copy_lessons(Path.home() / "tealight")
    set_limits(int(os.environ.get("MEM_LIMIT", 0)), float(os.environ.get("CPU_LIMIT", 0)))
    program = str(Path(sys.argv[0]).with_name("jupyterhub-singleuser"))
    os.execv(program, [program, *sys.argv[1:]])


if __name__ == "__main__":
    main()
