"""A class at a real hub: students who all at once log in, start their servers and run the lesson on dropout, pry into each other's
work, and take more memory than they may. It prints what a student costs.

It runs where the hub's image runs (crate/lab/hub), as root, because it reads the memory of all users, which in a container takes
SYS_PTRACE as well; the hub itself runs as its own user, with its own configuration. With the image made:

    docker run --rm --user root --cap-add SYS_PTRACE --network none --memory 16g --pids-limit 8192 \
        --volume $PWD/tests:/tests:ro tealight-hub python /tests/hub/classroom.py

An argument says how many students there are, 8 without.
"""

import argparse
import os
import pwd
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from student import HUB, Student

CONFIGURATION = "/opt/tealight/crate/lab/hub/jupyterhub_config.py"
STATE = Path("/srv/hub")
KERNEL = "/opt/tealight/target/release/tealight kernel"


def start_hub(log):
    """The hub, as its own user in its own folder."""
    account = pwd.getpwnam("hub")
    return subprocess.Popen(
        ["jupyterhub", "--config", CONFIGURATION],
        cwd=STATE,
        env={name: os.environ[name] for name in ["PATH", "CARGO_HOME", "RUSTUP_HOME"]} | {"HOME": str(STATE)},
        user=account.pw_uid,
        group=account.pw_gid,
        extra_groups=[],
        stdout=log,
        stderr=log,
        start_new_session=True,
    )


def all_at_once(students, what):
    """Calls a method of every student at the same time, and gives up when it fails for one."""
    failures = []

    def call(student):
        try:
            getattr(student, what)()
        except Exception as error:
            failures.append(f"{student.name}, {what}: {error!r}")

    threads = [threading.Thread(target=call, args=[student]) for student in students]
    start = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise SystemExit("\n".join(failures))
    return time.monotonic() - start


def processes():
    """All processes: their number, user, command and proportional share of memory in MB."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            user = (folder / "status").read_text().split("Uid:")[1].split()[0]
            command = (folder / "cmdline").read_text().replace("\0", " ").strip()
            pss = (folder / "smaps_rollup").read_text().split("Pss:")[1].split()[0]
        except PermissionError as error:
            raise SystemExit(f"{error}: the memory of others takes root and SYS_PTRACE; see at the top of this file") from error
        except (OSError, IndexError):
            continue
        yield int(folder.name), int(user), command, int(pss) / 1024


def memory_of(students):
    taken = {student.user: 0.0 for student in students}
    for _, user, _, megabytes in processes():
        if user in taken:
            taken[user] += megabytes
    return list(taken.values())


def disk_of(student):
    blocks = 0
    for folder, _, files in os.walk(student.home):
        blocks += sum(os.lstat(os.path.join(folder, name)).st_blocks for name in files)
    return blocks * 512 / 1e6


def from_to(numbers, unit):
    return f"{min(numbers):.0f} to {max(numbers):.0f} {unit}"


def check_nobody_is_root(hub):
    """Nothing that the hub has started is root, sudo among it once it has done its work."""
    below = {hub.pid}
    parents = {}
    for process, user, command, _ in processes():
        stat = Path(f"/proc/{process}/stat").read_text() if Path(f"/proc/{process}/stat").exists() else ""
        if stat:
            parents[process] = (int(stat.rsplit(")", 1)[1].split()[1]), user, command)
    while new := {process for process, (parent, _, _) in parents.items() if parent in below} - below:
        below |= new
    kernels = [process for process, (_, _, command) in parents.items() if command.startswith(KERNEL)]
    assert kernels, "no kernel runs"
    roots = [parents[process] for process in below | set(kernels) if process in parents and parents[process][1] == 0]
    assert not roots, roots
    return len(kernels)


def check_nobody_listens(students):
    """No student's kernel can be reached by another: no port but the servers', which ask for a token."""
    users = {student.user for student in students}
    ports = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and int(fields[7]) in users:
            ports.setdefault(int(fields[7]), []).append(fields[1])
    assert len(ports) == len(users) and all(len(open) == 1 for open in ports.values()), ports


def attend(count, hub):
    students = [Student(f"student{number:02}") for number in range(1, count + 1)]
    print(f"{count} students, {len(os.sched_getaffinity(0))} cores")
    all_at_once(students, "log_in")
    all_at_once(students, "start_server")
    print(f"server: {from_to([student.server_seconds for student in students], 's')} after it was asked for")
    everything = all_at_once(students, "run_lesson")
    print(f"kernel and first cell: {from_to([student.first_seconds for student in students], 's')}")
    print(f"lesson, {students[0].cells} cells, {students[0].epochs} epochs: all done after {everything:.0f} s")
    time.sleep(2)
    memory = memory_of(students)
    print(f"memory (PSS), lesson open: {from_to(memory, 'MB')} a student, {sum(memory):.0f} MB for all")
    parts = {}
    for _, user, command, megabytes in processes():
        if user == students[0].user:
            name = "kernel" if command.startswith(KERNEL) else "server" if "singleuser" in command else "engine and cells"
            parts[name] = parts.get(name, 0) + megabytes
    print("  of one: " + ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in parts.items()))
    print(f"disk, lesson open: {from_to([disk_of(student) for student in students], 'MB')} a student")
    kernels = check_nobody_is_root(hub)
    check_nobody_listens(students)
    assert kernels == count, f"{kernels} kernels"

    all_at_once(students, "keep_a_secret")
    for student, other in zip(students, students[1:] + students[:1]):
        student.neighbour = other
    all_at_once(students, "pry")
    print(f"{count} tried to see another's home, notebook, session and code: none could")
    students[0].take_too_much()
    for student in students[1:]:
        student.is_still_there()
    print("one took more memory than it may: told so, and the variables of all others are there")
    print(f"a kernel sees {students[0].cores()} core")

    all_at_once(students, "stop_server")
    users = {student.user for student in students}
    deadline = time.monotonic() + 30
    while left := [command for _, user, command, _ in processes() if user in users]:
        assert time.monotonic() < deadline, left
        time.sleep(0.2)
    sessions = [str(path) for student in students for path in student.home.glob(".cache/tealight/*/sessions/*-*")]
    assert not sessions, sessions
    print(f"after the lesson: no process, no session; disk {from_to([disk_of(student) for student in students], 'MB')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("students", type=int, nargs="?", default=8)
    count = parser.parse_args().students
    with tempfile.NamedTemporaryFile("w", prefix="classroom-", suffix=".log", delete=False) as log:
        print(f"the hub says what it does in {log.name}")
        hub = start_hub(log)
    try:
        HUB.wait()
        attend(count, hub)
    finally:
        hub.terminate()
        hub.wait(60)
        # Where the class was cut short, what it has left.
        accounts = {account.pw_uid for account in pwd.getpwall() if account.pw_dir.startswith(("/home/", str(STATE)))}
        for process, user, _, _ in processes():
            if user in accounts:
                os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
