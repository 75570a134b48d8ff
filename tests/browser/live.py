"""Trains a network in JupyterLab in a real browser: sees the bar move and the curves grow before the cell ends, presses
stop, and evaluates the model afterwards.

Not part of the test command: it needs a Chromium browser, which CI does not install. To run it:

    python3 -m venv venv
    venv/bin/pip install playwright
    venv/bin/python tests/browser/live.py --browser /usr/bin/chromium --out pictures
"""

import argparse
import json
import re
import subprocess
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOK = ROOT / "notebooks" / "live-test.ipynb"
CELLS = [
    ':dep tealight = { path = "../crate/tealight" }\nuse tealight::prelude::*;',
    "let (train, test) = mnist::load()?;\n"
    "let (train, test) = (train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0));\n"
    "let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(256).activation(Relu))\n"
    "    .add(Dense::new(10).activation(Softmax)).build(1)?;\n"
    "model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;",
    "let history = model.fit(&train, Fit::new().epochs(500).validation_data(&test))?;",
    'println!("interrupted: {}", history.interrupted());\nmodel.evaluate(&test)',
]
# The state of the training's cell: its prompt, how long the bar is, what the curves look like.
STATE = """() => {
    const cell = document.querySelectorAll('.jp-CodeCell')[2];
    const bar = [...cell.querySelectorAll('.jp-OutputArea div[style*="width"]')].map(div => div.style.width).find(width => width.endsWith('%'));
    const image = cell.querySelector('img[src^="data:image/svg+xml"]');
    const src = image ? image.src : '';
    let hash = 0;
    for (let i = 0; i < src.length; i += 7) { hash = (hash * 31 + src.charCodeAt(i)) | 0; }
    return {prompt: cell.querySelector('.jp-InputPrompt').textContent.trim(), bar: bar || '', curves: src ? hash : null,
            text: cell.querySelector('.jp-OutputArea').innerText};
}"""


def notebook():
    cells = [
        {"cell_type": "code", "id": f"cell-{index}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for index, source in enumerate(CELLS)
    ]
    metadata = {"kernelspec": {"display_name": "Rust", "language": "rust", "name": "rust"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def address(server):
    """Where the server that is being started listens, with its token."""
    for line in server.stderr:
        found = re.search(r"http://127\.0\.0\.1:\d+/lab\S*\?token=\w+", line)
        if found:
            return found[0]
    raise SystemExit("the server did not say where it listens")


def run(page, out):
    page.locator(".jp-CodeCell").nth(3).wait_for(timeout=120_000)
    page.wait_for_timeout(1_000)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    bars, curves = set(), set()
    deadline = time.monotonic() + 120
    while (len(bars) < 5 or len(curves) < 3) and time.monotonic() < deadline:
        state = page.evaluate(STATE)
        if state["prompt"] == "[*]:":
            bars.add(state["bar"])
            curves.add(state["curves"])
        page.wait_for_timeout(100)
    bars.discard("")
    curves.discard(None)
    assert len(bars) >= 4, f"the bar did not move: {bars}"
    assert len(curves) >= 2, f"the curves did not grow: {len(curves)}"
    page.screenshot(path=out / "live-training.png")
    print(f"while it trained: {len(bars)} lengths of the bar, {len(curves)} states of the curves")

    page.locator('[data-command="notebook:interrupt-kernel"], jp-button[title^="Interrupt the kernel"]').first.click()
    pressed = time.monotonic()
    while page.evaluate(STATE)["prompt"] == "[*]:":
        assert time.monotonic() < pressed + 10, "stop did not end the training"
        page.wait_for_timeout(20)
    print(f"stopped after {time.monotonic() - pressed:.2f} s")
    last = page.locator(".jp-CodeCell").nth(3)
    last.get_by_text("interrupted: true").wait_for(timeout=30_000)
    last.get_by_text("accuracy").wait_for(timeout=30_000)
    state = page.evaluate(STATE)
    assert "Stopped by you" in state["text"] and state["curves"], state
    page.wait_for_timeout(500)
    page.screenshot(path=out / "live-stopped.png")
    print("the model evaluates, and the curves are there")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--out", type=Path, default=Path("pictures"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    NOTEBOOK.write_text(json.dumps(notebook()))
    command = [ROOT / "target/release/tealight", "lab", "--no-browser"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    try:
        base, token = address(server).split("?token=")
        # Read on, so that the server never waits for its log to be taken.
        subprocess.Popen(["cat"], stdin=server.stderr, stdout=subprocess.DEVNULL)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=options.browser, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_page(viewport={"width": 1300, "height": 1000})
            page.goto(f"{base.split('/lab')[0]}/lab/tree/{NOTEBOOK.name}?token={token}")
            run(page, options.out)
            browser.close()
    finally:
        server.terminate()
        server.wait(30)
        NOTEBOOK.unlink()


if __name__ == "__main__":
    main()
