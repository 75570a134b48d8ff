"""JupyterLab as `tealight lab` starts it, and the test notebooks in a folder that it serves and git ignores."""

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
WORK_FOLDER = LESSONS / "saved/browser"
SCREENSHOTS = ROOT / "target/browser"


def lesson(name, **others):
    """Returns the committed lesson with the smaller hyperparameters of tests/reduced.json and without outputs."""
    notebook = json.loads((LESSONS / f"{name}.ipynb").read_text())
    values = json.loads((ROOT / "tests/reduced.json").read_text()).get(name, {}) | others
    sources = []
    for cell in code_cells(notebook):
        cell["outputs"], cell["execution_count"] = [], None
        sources.append("".join(cell["source"]))
    for variable, value in values.items():
        pattern = re.compile(rf"^let {variable} = .*;$", re.MULTILINE)
        assert sum(len(pattern.findall(source)) for source in sources) == 1, f"{name}: expected exactly one `let {variable} = …;`"
        sources = [pattern.sub(f"let {variable} = {value};", source) for source in sources]
    for cell, source in zip(code_cells(notebook), sources):
        cell["source"] = source
    return notebook


def notebook_of(*sources):
    """Returns a notebook with these cells, after a first cell that loads tealight."""
    first = ':dep tealight = { path = "../crate/tealight" }\nuse tealight::prelude::*;'
    cells = [
        {"cell_type": "code", "id": f"cell-{index}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for index, source in enumerate([first, *sources])
    ]
    metadata = {"kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def tooltip_counts(notebook):
    """Returns the number of tooltips of each figure in the outputs of a notebook."""
    figures = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            figures += [sheet.count("<i title=") for sheet in html.split('<img src="data:image/svg+xml')[1:]]
    return figures


def untrusted(notebook):
    """Returns the notebook with a foreign output at its end, so that JupyterLab does not trust it."""
    drawing = {"output_type": "display_data", "data": {"text/html": f'<svg id="canary" class="{uuid4()}"></svg>'}, "metadata": {}}
    canary = {"cell_type": "code", "id": "canary", "source": "", "outputs": [drawing], "metadata": {}, "execution_count": 1}
    return notebook | {"cells": [*notebook["cells"], canary]}


class LabServer:
    """A running JupyterLab with settings of its own."""

    def __init__(self):
        shutil.rmtree(WORK_FOLDER, ignore_errors=True)
        WORK_FOLDER.mkdir(parents=True)
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        atexit.register(shutil.rmtree, WORK_FOLDER, ignore_errors=True)
        self.settings = Path(tempfile.mkdtemp())
        atexit.register(shutil.rmtree, self.settings, ignore_errors=True)
        # Render all cells, including those outside the viewport.
        self.write_settings("notebook-extension/tracker", {"windowingMode": "none"})
        environment = os.environ | {
            "JUPYTERLAB_SETTINGS_DIR": str(self.settings / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.settings / "workspaces"),
        }
        self.process = subprocess.Popen(
            [ROOT / "target/release/tealight", "lab", "--no-browser"],
            env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        )
        atexit.register(self.stop)
        self.base, self.token = self.address()
        # Keep reading, so that the server never blocks on a full pipe.
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def address(self):
        """Reads the URL and the token from the server's log."""
        for line in self.process.stderr:
            found = re.search(r"(http://127\.0\.0\.1:\d+)/lab\S*\?token=(\w+)", line)
            if found:
                return found[1], found[2]
        raise SystemExit("the server ended without printing its address")

    def stop(self):
        self.process.terminate()
        self.process.wait(30)

    def request(self, method, path):
        request = urllib.request.Request(f"{self.base}/api/{path}", method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.read()

    def shut_down_kernel(self, path):
        """Shuts down the kernel of a notebook, which outlives its tab."""
        for session in json.loads(self.request("GET", "sessions")):
            if session["path"] == str(path.relative_to(LESSONS)):
                self.request("DELETE", f"sessions/{session['id']}")

    def write_settings(self, plugin, values):
        """Writes user settings, which take effect in the next page."""
        path = self.settings / f"settings/@jupyterlab/{plugin}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values))

    def use_dark_theme(self, is_dark):
        self.write_settings("apputils-extension/themes", {"theme": "JupyterLab Dark" if is_dark else "JupyterLab Light"})

    def url(self, name):
        # Each notebook has its own workspace, so that a page never shows documents left open by another one.
        return f"{self.base}/lab/workspaces/{name}/tree/saved/browser/{name}.ipynb?reset&token={self.token}"


@cache
def shared_lab():
    """Returns the JupyterLab that all tests share, because it takes seconds to start."""
    return LabServer()


def write_notebook(name, notebook):
    """Writes a notebook into the served folder, with the absolute path of the library."""
    library = json.dumps(str(ROOT / "crate/tealight"))[1:-1]
    for cell in code_cells(notebook):
        cell["source"] = "".join(cell["source"]).replace("../crate/tealight", library)
    shared_lab()
    (WORK_FOLDER / f"{name}.ipynb").write_text(json.dumps(notebook))
