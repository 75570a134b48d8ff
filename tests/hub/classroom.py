"""Simulates a class at a real hub. All students log in at once, start their servers and run the dropout lesson. They try to read each
other's work, and one exceeds the memory limit. The program prints the resources that a student needs.

It runs inside the hub's image (crate/lab/hub). It runs as root with SYS_PTRACE, because it reads the memory use of all users. The hub
itself runs as its own user, with its own configuration. After building the image:

    docker run --rm --user root --cap-add SYS_PTRACE --network none --memory 16g --pids-limit 8192 \
        --volume $PWD/tests:/tests:ro tealight-hub python /tests/hub/classroom.py

An argument sets the number of students; the default is 8.
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
    """Starts the hub as its own user in its own folder."""
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


def all_at_once(students, method):
    """Calls a method of all students at the same time. Exits if one fails, and returns the seconds it took."""
    failures = []

    def call(student):
        try:
            getattr(student, method)()
        except Exception as error:
            failures.append(f"{student.name}, {method}: {error!r}")

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
    """Yields all processes: id, user, command and proportional set size in MB."""
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            user = (folder / "status").read_text().split("Uid:")[1].split()[0]
            command = (folder / "cmdline").read_text().replace("\0", " ").strip()
            pss = (folder / "smaps_rollup").read_text().split("Pss:")[1].split()[0]
        except PermissionError as error:
            raise SystemExit(f"{error}: reading the memory of other users needs root and SYS_PTRACE; see the top of this file") from error
        except (OSError, IndexError):
            continue
        yield int(folder.name), int(user), command, int(pss) / 1024


def memory_of(students):
    """Returns the memory of each student's processes in MB."""
    used = {student.user: 0.0 for student in students}
    for _, user, _, megabytes in processes():
        if user in used:
            used[user] += megabytes
    return list(used.values())


def disk_of(student):
    """Returns the disk usage of a student's home in MB."""
    blocks = 0
    for folder, _, files in os.walk(student.home):
        blocks += sum(os.lstat(os.path.join(folder, name)).st_blocks for name in files)
    return blocks * 512 / 1e6


def format_range(numbers, unit):
    return f"{min(numbers):.0f} to {max(numbers):.0f} {unit}"


def check_nobody_is_root(hub):
    """Checks that no process started by the hub runs as root, which includes sudo after it has started a server."""
    started = {hub.pid}
    parents = {}
    for process, user, command, _ in processes():
        stat = Path(f"/proc/{process}/stat").read_text() if Path(f"/proc/{process}/stat").exists() else ""
        if stat:
            parents[process] = (int(stat.rsplit(")", 1)[1].split()[1]), user, command)
    while new := {process for process, (parent, _, _) in parents.items() if parent in started} - started:
        started |= new
    kernels = [process for process, (_, _, command) in parents.items() if command.startswith(KERNEL)]
    assert kernels, "no kernel runs"
    roots = [parents[process] for process in started | set(kernels) if process in parents and parents[process][1] == 0]
    assert not roots, roots
    return len(kernels)


def check_only_servers_listen(students):
    """Checks that no student can reach another's kernel: only the servers listen on ports, and they require a token."""
    users = {student.user for student in students}
    ports = {}
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and int(fields[7]) in users:
            ports.setdefault(int(fields[7]), []).append(fields[1])
    assert len(ports) == len(users) and all(len(open) == 1 for open in ports.values()), ports


def run_class(count, hub):
    students = [Student(f"student{number:02}") for number in range(1, count + 1)]
    print(f"{count} students, {len(os.sched_getaffinity(0))} cores")
    all_at_once(students, "log_in")
    all_at_once(students, "start_server")
    print(f"server: {format_range([student.server_seconds for student in students], 's')} after the request")
    lesson_seconds = all_at_once(students, "run_lesson")
    print(f"kernel and first cell: {format_range([student.first_seconds for student in students], 's')}")
    print(f"lesson, {students[0].cells} cells, {students[0].epochs} epochs: all finished after {lesson_seconds:.0f} s")
    time.sleep(2)
    memory = memory_of(students)
    print(f"memory (PSS), lesson open: {format_range(memory, 'MB')} per student, {sum(memory):.0f} MB in total")
    memory_by_part = {}
    for _, user, command, megabytes in processes():
        if user == students[0].user:
            name = "kernel" if command.startswith(KERNEL) else "server" if "singleuser" in command else "engine and cells"
            memory_by_part[name] = memory_by_part.get(name, 0) + megabytes
    print("  of one student: " + ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in memory_by_part.items()))
    print(f"disk, lesson open: {format_range([disk_of(student) for student in students], 'MB')} per student")
    kernels = check_nobody_is_root(hub)
    check_only_servers_listen(students)
    assert kernels == count, f"{kernels} kernels"

    all_at_once(students, "write_secret")
    for student, other in zip(students, students[1:] + students[:1]):
        student.neighbor = other
    all_at_once(students, "try_to_read_neighbor")
    print(f"{count} students tried to read another's home, notebook, session and code: all failed")
    students[0].exceed_memory_limit()
    for student in students[1:]:
        student.check_variables_survived()
    print("one student exceeded the memory limit: the cell failed with an error, and all others kept their variables")
    print(f"a kernel sees {students[0].cores()} core")

    all_at_once(students, "stop_server")
    users = {student.user for student in students}
    deadline = time.monotonic() + 30
    while running := [command for _, user, command, _ in processes() if user in users]:
        assert time.monotonic() < deadline, running
        time.sleep(0.2)
    sessions = [str(path) for student in students for path in student.home.glob(".cache/tealight/*/sessions/*-*")]
    assert not sessions, sessions
    print(f"after the lesson: no process, no session; disk {format_range([disk_of(student) for student in students], 'MB')}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("students", type=int, nargs="?", default=8)
    count = parser.parse_args().students
    with tempfile.NamedTemporaryFile("w", prefix="classroom-", suffix=".log", delete=False) as log:
        print(f"the log of the hub is in {log.name}")
        hub = start_hub(log)
    try:
        HUB.wait()
        run_class(count, hub)
    finally:
        hub.terminate()
        hub.wait(60)
        # Kills what is left if the class was interrupted.
        accounts = {account.pw_uid for account in pwd.getpwall() if account.pw_dir.startswith(("/home/", str(STATE)))}
        for process, user, _, _ in processes():
            if user in accounts:
                os.kill(process, signal.SIGKILL)


if __name__ == "__main__":
    main()
