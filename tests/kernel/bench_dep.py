"""Compares the time of `:dep` in a cell with a plain cargo build of the crate: `python bench_dep.py 'rand = "0.8"' …`.

Both build with the profile of cells, in folders where the crate has not been built before. The time of the cell includes
compiling the cell itself. Run `tealight setup` first.
"""

import pathlib
import subprocess
import sys
import tempfile
import time

from notebook import Notebook
from paths import LESSONS, ROOT


def cargo_seconds(dependency):
    """Measures `cargo build` of an empty package with this dependency."""
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


def cell_seconds(dependency):
    """Measures a cell with this dependency, in a kernel that has already run a cell."""
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
    cargo, cell = cargo_seconds(dependency), cell_seconds(dependency)
    print(f"{dependency}: cargo {cargo:.1f} s, in a cell {cell:.1f} s, ratio {cell / cargo:.2f}", flush=True)
