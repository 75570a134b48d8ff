"""How long `:dep` takes in a cell, beside what cargo needs for that crate alone: `python bench_dep.py 'rand = "0.8"' …`.

Both build with the profile of cells, into folders where the crate has not been built. The cell's time includes its own
compilation. The kernel must be ready (`tealight setup`).
"""

import pathlib
import subprocess
import sys
import tempfile
import time

from here import LESSONS, ROOT
from notebook import Notebook


def alone(dependency):
    with tempfile.TemporaryDirectory() as folder:
        package = pathlib.Path(folder)
        (package / "src").mkdir()
        (package / "src/lib.rs").write_text("")
        profile = '[profile.dev]\nopt-level = 2\n[profile.dev.package."*"]\nopt-level = 3\ndebug-assertions = false\n'
        manifest = f'[package]\nname = "alone"\nversion = "0.0.0"\nedition = "2024"\n[dependencies]\n{dependency}\n{profile}'
        (package / "Cargo.toml").write_text(manifest)
        (package / "Cargo.lock").write_bytes((ROOT / "Cargo.lock").read_bytes())
        subprocess.run(["cargo", "fetch", "--quiet"], cwd=package, check=True)
        start = time.monotonic()
        subprocess.run(["cargo", "build", "--quiet"], cwd=package, check=True)
        return time.monotonic() - start


def in_a_cell(dependency):
    notebook = Notebook(LESSONS)
    try:
        notebook.run("let before = 1;")
        cell = notebook.run(f":dep {dependency}")
        assert cell.status == "ok", cell.error
        assert notebook.run("before").value() == "1"
        return cell.seconds
    finally:
        notebook.close()


for dependency in sys.argv[1:]:
    one, other = alone(dependency), in_a_cell(dependency)
    print(f"{dependency}: cargo alone {one:.1f} s, in a cell {other:.1f} s, ratio {other / one:.2f}", flush=True)
