"""A notebook in a browser tab: the actions of a user, and what the page shows."""

import json
import os
import time
from functools import cache

from playwright.sync_api import sync_playwright

from lab_server import SCREENSHOTS, WORK_FOLDER, code_cells, tooltip_counts, shared_lab, write_notebook

# The time that cells may take on a busy machine before a test gives up.
TIMEOUT_SECONDS = 600
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

IMAGES = 'img[src^="data:image/svg+xml"]'
# Collects the size of each figure's image and the boxes of its tooltips.
FIGURES_SCRIPT = """root => [...root.querySelectorAll('img[src^="data:image/svg+xml"]')].map(image => {
    const sheet = image.getBoundingClientRect();
    const tooltips = [...image.parentElement.querySelectorAll('i[title]')].map(tooltip => {
        const box = tooltip.getBoundingClientRect();
        const inside = box.left >= sheet.left - 1 && box.right <= sheet.right + 1
            && box.top >= sheet.top - 1 && box.bottom <= sheet.bottom + 1;
        return inside && box.width > 0 && box.height > 0;
    });
    return {alt: image.alt, natural: [image.naturalWidth, image.naturalHeight], size: [sheet.width, sheet.height],
            available: image.closest('.jp-OutputArea-output, .output, body').getBoundingClientRect().width,
            tooltips: tooltips.length, placed: tooltips.filter(Boolean).length};
})"""
# Collects for each code cell its number or *, whether it has an error, the length of its progress bar, and a hash of its figures.
CELLS_SCRIPT = """() => [...document.querySelectorAll('.jp-CodeCell')].map(cell => {
    const output = cell.querySelector('.jp-OutputArea');
    const widths = [...output.querySelectorAll('div[style*="width"]')].map(div => div.style.width);
    let hash = 0;
    for (const image of output.querySelectorAll('img[src^="data:image/svg+xml"]'))
        for (let i = 0; i < image.src.length; i += 7) hash = (hash * 31 + image.src.charCodeAt(i)) | 0;
    return {prompt: cell.querySelector('.jp-InputPrompt').textContent.replace(/[^0-9*]/g, ''),
            error: output.querySelector('[data-mime-type$=".error"], [data-mime-type$=".stderr"]') !== null,
            bar: widths.find(width => width.endsWith('%')) || '', figures: hash, text: output.innerText};
})"""


@cache
def shared_browser():
    return sync_playwright().start().chromium.launch(executable_path=os.environ["TEALIGHT_BROWSER"], args=FLAGS)


class NotebookTab:
    """A notebook, written into the folder of the shared JupyterLab and opened there."""

    def __init__(self, name, notebook=None):
        self.name = name
        self.path = WORK_FOLDER / f"{name}.ipynb"
        if notebook is not None:
            write_notebook(name, notebook)
        self.page = shared_browser().new_page(viewport={"width": 1300, "height": 1000})
        self.reload()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.screenshot("failed")
        self.page.close()
        shared_lab().shut_down_kernel(self.path)

    def reload(self):
        self.page.goto(shared_lab().url(self.name))
        count = len(code_cells(json.loads(self.path.read_text())))
        cells = self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")
        self.wait_until("all cells to be rendered", lambda: cells.count() == count)
        self.wait_until("the kernel to be idle", self.kernel_is_idle)

    def kernel_is_idle(self):
        return self.page.locator("#jp-main-statusbar").get_by_text("Rust | Idle").count() == 1

    def wait_until(self, what, condition, seconds=TIMEOUT_SECONDS):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.screenshot("failed")
                raise AssertionError(f"{self.name}: waited {seconds} s for {what}")
            self.page.wait_for_timeout(50)

    def menu(self, menu, item):
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=item).first.click()

    def run_all(self):
        self.menu("Run", "Run All Cells")

    def run_cell(self, cell):
        """Runs only this cell."""
        self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt").click()
        self.menu("Run", "Run Selected Cell and Do not Advance")

    def run_from(self, cell):
        """Runs this cell and all cells below."""
        self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt").click()
        self.menu("Run", "Run Selected Cell and All Below")

    def restart_and_run_all(self):
        self.menu("Kernel", "Restart Kernel and Run All Cells")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()

    def clear(self):
        self.menu("Edit", "Clear Outputs of All Cells")

    def stop(self):
        self.page.locator('[data-command="notebook:interrupt-kernel"], jp-button[title^="Interrupt the kernel"]').first.click()

    def save(self):
        self.menu("File", "Save Notebook")
        self.wait_until("the notebook to be saved", lambda: self.page.locator(".jp-mod-dirty").count() == 0, 30)

    def replace_source(self, cell, source):
        """Types new code into a code cell."""
        editor = self.page.locator(".jp-CodeCell").nth(cell).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def cells(self):
        return self.page.evaluate(CELLS_SCRIPT)

    def wait_for_cells(self, first=0, before=()):
        """Waits until all cells from `first` on have run and have other numbers than in `before`."""
        old = [cell["prompt"] for cell in before]

        def done():
            cells = self.cells()
            failed = [cell["text"] for cell in cells[first:] if cell["error"]]
            assert not failed, f"{self.name}: {failed[0]}"
            prompts = [cell["prompt"] for cell in cells]
            return all(prompt not in ("", "*") and [prompt] != old[index : index + 1]
                       for index, prompt in list(enumerate(prompts))[first:])

        self.wait_until("all cells to finish", done)
        # The last output is rendered a moment later.
        self.page.wait_for_timeout(300)
        return self.cells()

    def check_figures(self):
        """Checks the figures that are in the notebook's file, so it must have been saved."""
        expected = tooltip_counts(json.loads(self.path.read_text()))
        check_figures(self.page, self.name, expected)
        return len(expected)

    def screenshot(self, what):
        self.page.screenshot(path=SCREENSHOTS / f"{self.name}-{what}.png")


def check_figures(page, where, expected):
    """Checks that every figure of a notebook has the right size and that its tooltips are on it."""
    page.wait_for_function(
        "([images, count]) => [...document.querySelectorAll(images)].filter(image => image.naturalWidth > 0).length >= count",
        arg=[IMAGES, len(expected)],
        timeout=60_000,
    )
    figures = page.evaluate(f"() => ({FIGURES_SCRIPT})(document)")
    assert len(figures) == len(expected), f"{where}: {len(figures)} figures, expected {len(expected)}"
    for figure, tooltips in zip(figures, expected):
        (natural, height), (width, shown) = figure["natural"], figure["size"]
        # Shown at its natural size or scaled down to the available width, without distortion.
        assert natural >= 150 and height >= 80, f"{where}: {figure}"
        assert abs(width - min(natural, figure["available"])) < 40, f"{where}: {figure}"
        assert abs(width / shown - natural / height) < 0.02 * natural / height, f"{where}: {figure}"
        assert figure["tooltips"] == tooltips == figure["placed"], f"{where}: {tooltips} tooltips expected: {figure}"
        assert len(figure["alt"]) > 20, f"{where}: {figure}"
    # The pointer can reach a tooltip: the topmost element at its center is the tooltip itself.
    reached = page.evaluate(
        """() => [...document.querySelectorAll('i[title]')].filter((_, index) => index % 40 === 0).every(tooltip => {
            tooltip.scrollIntoView({block: 'center'});
            const box = tooltip.getBoundingClientRect();
            const found = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            return found && found.title;
        })"""
    )
    assert reached, f"{where}: a tooltip is covered by another element"
