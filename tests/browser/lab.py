"""JupyterLab as `tealight lab` starts it, and notebooks of the tests in a folder that it serves and git ignores."""

import atexit
import json
import os
import re
import shutil
import subprocess
import tempfile
import threading
import urllib.request
from functools import cache
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[2]
LESSONS = ROOT / "notebooks"
WORK = LESSONS / "saved/browser"
PICTURES = ROOT / "target/browser"


def lesson(name, **others):
    """The committed lesson with the smaller hyperparameters of tests/reduced.json, and its outputs removed."""
    notebook = json.loads((LESSONS / f"{name}.ipynb").read_text())
    values = json.loads((ROOT / "tests/reduced.json").read_text()).get(name, {}) | others
    sources = []
    for cell in code_cells(notebook):
        cell["outputs"], cell["execution_count"] = [], None
        sources.append("".join(cell["source"]))
    for variable, value in values.items():
        pattern = re.compile(rf"^let {variable} = .*;$", re.MULTILINE)
        assert sum(len(pattern.findall(source)) for source in sources) == 1, f"{name} has not one let {variable} = …;"
        sources = [pattern.sub(f"let {variable} = {value};", source) for source in sources]
    for cell, source in zip(code_cells(notebook), sources):
        cell["source"] = source
    return notebook


def of_cells(*sources):
    """A notebook that brings tealight in and then has these cells."""
    first = ':dep tealight = { path = "../crate/tealight" }\nuse tealight::prelude::*;'
    cells = [
        {"cell_type": "code", "id": f"cell-{index}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for index, source in enumerate([first, *sources])
    ]
    metadata = {"kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def hints_of(notebook):
    """The figures of a notebook that was run: for each the number of its hints."""
    figures = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            figures += [sheet.count("<i title=") for sheet in html.split('<img src="data:image/svg+xml')[1:]]
    return figures


def untrusted(notebook):
    """The same with an output at its end that was never made here, which takes JupyterLab's trust from the whole."""
    drawing = {"output_type": "display_data", "data": {"text/html": f'<svg id="canary" class="{uuid4()}"></svg>'}, "metadata": {}}
    canary = {"cell_type": "code", "id": "canary", "source": "", "outputs": [drawing], "metadata": {}, "execution_count": 1}
    return notebook | {"cells": [*notebook["cells"], canary]}


class Lab:
    def __init__(self):
        shutil.rmtree(WORK, ignore_errors=True)
        WORK.mkdir(parents=True)
        PICTURES.mkdir(parents=True, exist_ok=True)
        atexit.register(shutil.rmtree, WORK, ignore_errors=True)
        self.settings = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, self.settings, ignore_errors=True)
        # Every cell is drawn, not only those on the screen.
        self.set("notebook-extension/tracker", {"windowingMode": "none"})
        environment = os.environ | {
            "JUPYTERLAB_SETTINGS_DIR": str(self.settings / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.settings / "workspaces"),
        }
        self.process = subprocess.Popen(
            [ROOT / "target/release/tealight", "lab", "--no-browser"],
            env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        )
        atexit.register(self.end)
        self.base, self.token = self.address()
        # Read on, so that the server never waits for its log to be taken.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def address(self):
        for line in self.process.stderr:
            found = re.search(r"(http://127\.0\.0\.1:\d+)/lab\S*\?token=(\w+)", line)
            if found:
                return found[1], found[2]
        raise SystemExit("the server did not say where it listens")

    def end(self):
        self.process.terminate()
        self.process.wait(30)

    def ask(self, method, path):
        request = urllib.request.Request(f"{self.base}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.read()

    def end_kernel(self, path):
        """What a closed tab leaves running."""
        for session in json.loads(self.ask("GET", "sessions")):
            if session["path"] == str(path.relative_to(LESSONS)):
                self.ask("DELETE", f"sessions/{session['id']}")

    def set(self, plugin, values):
        """Writes a user's setting, which the next page has."""
        path = self.settings / f"settings/@jupyterlab/{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def dark(self, is_dark):
        self.set("apputils-extension/themes", {"theme": "JupyterLab Dark" if is_dark else "JupyterLab Light"})

    def url(self, name):
        # A workspace for each notebook: a page shows nothing that another has left open.
        return f"{self.base}/lab/workspaces/{name}/tree/saved/browser/{name}.ipynb?reset&token={self.token}"


@cache
def the_lab():
    """The one that all tests share: it takes seconds to start."""
    return Lab()


def write(name, notebook):
    """Lays a notebook where the lab serves it, with the library's path as it is from there."""
    library = json.dumps(str(ROOT / "crate/tealight"))[1:-1]
    for cell in code_cells(notebook):
        cell["source"] = "".join(cell["source"]).replace("../crate/tealight", library)
    the_lab()
    (WORK / f"{name}.ipynb").write_text(json.dumps(notebook))
