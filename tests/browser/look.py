"""Looks at a notebook that was run as its readers do, and checks that every figure in it is there.

Not part of the test command: it needs a Chromium browser, which CI does not install. To run it:

    python3 -m venv venv
    venv/bin/pip install jupyterlab nbconvert playwright
    venv/bin/python tests/browser/look.py notebooks/00-gallery.ipynb --browser /usr/bin/chromium --out pictures

It opens the notebook in JupyterLab untrusted, trusted and in the dark theme, and as nbconvert's HTML, and writes a
picture of each page. In each it asserts of every figure of the notebook that its image was decoded (naturalWidth > 0), is
as wide as it should be, and that its hints lie on it, where the pointer finds them.
"""

import argparse
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

# What is looked at in each figure: the image, and the boxes that carry the hints.
FIGURES = """() => [...document.querySelectorAll('img[src^="data:image/svg+xml"]')].map(image => {
    const sheet = image.getBoundingClientRect();
    const hints = [...image.parentElement.querySelectorAll('i[title]')].map(hint => {
        const box = hint.getBoundingClientRect();
        const inside = box.left >= sheet.left - 1 && box.right <= sheet.right + 1
            && box.top >= sheet.top - 1 && box.bottom <= sheet.bottom + 1;
        return inside && box.width > 0 && box.height > 0;
    });
    return {alt: image.alt, natural: image.naturalWidth, width: sheet.width, height: sheet.height,
            hints: hints.length, placed: hints.filter(Boolean).length};
})"""


def expected(notebook):
    """The figures of the notebook: for each the number of its hints."""
    figures = []
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            html = "".join(output.get("data", {}).get("text/html", ""))
            for sheet in html.split('<img src="data:image/svg+xml')[1:]:
                figures.append(sheet.count("<i title="))
    return figures


def check(page, where, figures, out):
    page.wait_for_function(
        "count => document.querySelectorAll('img[src^=\"data:image/svg+xml\"]').length >= count",
        arg=len(figures),
        timeout=60_000,
    )
    page.wait_for_timeout(1500)
    found = page.evaluate(FIGURES)
    assert len(found) == len(figures), f"{where}: {len(found)} figures, expected {len(figures)}"
    for figure, hints in zip(found, figures):
        assert figure["natural"] > 0 and figure["width"] >= 150 and figure["height"] >= 80, f"{where}: {figure}"
        assert figure["hints"] == hints == figure["placed"], f"{where}: {hints} hints expected: {figure}"
        assert len(figure["alt"]) > 20, f"{where}: {figure}"
    # The pointer finds a hint: what lies uppermost in the middle of one is the hint itself.
    reached = page.evaluate(
        """() => [...document.querySelectorAll('i[title]')].filter((_, index) => index % 40 === 0).every(hint => {
            hint.scrollIntoView({block: 'center'});
            const box = hint.getBoundingClientRect();
            const found = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return found && found.title;
        })"""
    )
    assert reached, f"{where}: a hint is covered"
    pictures = page.locator('img[src^="data:image/svg+xml"]')
    (out / where).mkdir(parents=True, exist_ok=True)
    for index in range(len(figures)):
        pictures.nth(index).screenshot(path=out / where / f"{index:02}.png")
    print(f"{where}: {len(found)} figures, {sum(figures)} hints, all there")


def settings(folder, dark):
    """JupyterLab renders all cells, not only those on the screen, in the light or the dark theme."""
    tracker = folder / "@jupyterlab/notebook-extension/tracker.jupyterlab-settings"
    themes = folder / "@jupyterlab/apputils-extension/themes.jupyterlab-settings"
    for path, text in [
        (tracker, {"windowingMode": "none"}),
        (themes, {"theme": "JupyterLab Dark" if dark else "JupyterLab Light"}),
    ]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(text))


def lab(browser, notebook, where, trusted, dark, figures, out):
    home = Path(tempfile.mkdtemp())
    # Any kernel will do: nothing is run.
    notebook = json.loads(json.dumps(notebook))
    notebook["metadata"]["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    # What JupyterLab lets a page show only where it trusts it: a drawing in the page itself.
    canary = {"output_type": "display_data", "data": {"text/html": '<svg id="canary" width="9" height="9"></svg>'}}
    canary = {"cell_type": "code", "id": "canary", "source": "", "outputs": [canary | {"metadata": {}}]}
    notebook["cells"].append(canary | {"metadata": {}, "execution_count": 1})
    (home / "work").mkdir()
    (home / "work/notebook.ipynb").write_text(json.dumps(notebook))
    settings(home / "settings", dark)
    env = os.environ | {
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    if trusted:
        jupyter = [sys.executable, "-m", "jupyter", "trust", str(home / "work/notebook.ipynb")]
        subprocess.run(jupyter, env=env, check=True, stdout=subprocess.DEVNULL)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}"]
    command += [f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={home / 'work'}"]
    with open(home / "log", "w") as log:
        server = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api?token={token}")
                break
            except OSError:
                time.sleep(0.5)
        page = browser.new_page(viewport={"width": 1300, "height": 1000})
        page.goto(f"http://127.0.0.1:{port}/lab/tree/notebook.ipynb?token={token}")
        page.wait_for_selector(".jp-Notebook", timeout=90_000)
        background = page.evaluate("getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()")
        assert (background == "#fff" or background == "white") != dark, f"{where}: {background}"
        check(page, where, figures, out)
        assert (page.locator("#canary, [data-jupyter-id=canary]").count() > 0) == trusted, f"{where}: trust"
        page.screenshot(path=out / f"{where}.png")
        page.close()
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def nbconvert(browser, path, figures, out):
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", str(out), "--output", "nbconvert"]
    subprocess.run([*command, str(path)], check=True, stderr=subprocess.DEVNULL)
    # The page may not load programs from elsewhere; without them it is as its reader sees it offline.
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.route(re.compile("^https?://"), lambda route: route.abort())
    page.goto((out / "nbconvert.html").resolve().as_uri(), wait_until="domcontentloaded")
    check(page, "nbconvert", figures, out)
    page.screenshot(path=out / "nbconvert.png", full_page=True)
    page.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--out", type=Path, default=Path("pictures"))
    options = parser.parse_args()
    notebook = json.loads(options.notebook.read_text())
    figures = expected(notebook)
    assert figures, f"{options.notebook} holds no figures; run it first"
    options.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=options.browser, args=["--no-sandbox", "--disable-gpu"]
        )
        lab(browser, notebook, "untrusted", False, False, figures, options.out)
        lab(browser, notebook, "trusted", True, False, figures, options.out)
        lab(browser, notebook, "dark", True, True, figures, options.out)
        nbconvert(browser, options.notebook, figures, options.out)
        browser.close()


if __name__ == "__main__":
    main()
