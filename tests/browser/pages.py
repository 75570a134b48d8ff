"""A notebook in a tab of the browser: what a person presses, and what a person sees."""

import json
import os
import time
from functools import cache

from playwright.sync_api import sync_playwright

from lab import PICTURES, WORK, code_cells, hints_of, the_lab, write

# How long cells may take on a busy machine before a test gives them up, in seconds.
PATIENCE = 600
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]

IMAGES = 'img[src^="data:image/svg+xml"]'
# What is looked at in each figure: the image, and the boxes that carry the hints.
FIGURES = """root => [...root.querySelectorAll('img[src^="data:image/svg+xml"]')].map(image => {
    const sheet = image.getBoundingClientRect();
    const hints = [...image.parentElement.querySelectorAll('i[title]')].map(hint => {
        const box = hint.getBoundingClientRect();
        const inside = box.left >= sheet.left - 1 && box.right <= sheet.right + 1
            && box.top >= sheet.top - 1 && box.bottom <= sheet.bottom + 1;
        return inside && box.width > 0 && box.height > 0;
    });
    return {alt: image.alt, natural: [image.naturalWidth, image.naturalHeight], size: [sheet.width, sheet.height],
            room: image.closest('.jp-OutputArea-output, .output, body').getBoundingClientRect().width,
            hints: hints.length, placed: hints.filter(Boolean).length};
})"""
# Of a code cell: its number or *, its errors, how long its bar is, and what its figures look like.
CELLS = """() => [...document.querySelectorAll('.jp-CodeCell')].map(cell => {
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
def the_browser():
    return sync_playwright().start().chromium.launch(executable_path=os.environ["TEALIGHT_BROWSER"], args=FLAGS)


class Tab:
    """A notebook, laid into the lab's folder and opened there."""

    def __init__(self, name, notebook=None):
        self.name = name
        self.path = WORK / f"{name}.ipynb"
        if notebook is not None:
            write(name, notebook)
        self.page = the_browser().new_page(viewport={"width": 1300, "height": 1000})
        self.reload()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.picture("failed")
        self.page.close()
        the_lab().end_kernel(self.path)

    def reload(self):
        self.page.goto(the_lab().url(self.name))
        count = len(code_cells(json.loads(self.path.read_text())))
        cells = self.page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt")
        self.wait_until("every cell is drawn", lambda: cells.count() == count)
        self.wait_until("the kernel is there", self.has_kernel)

    def has_kernel(self):
        return self.page.locator("#jp-main-statusbar").get_by_text("Rust | Idle").count() == 1

    def wait_until(self, what, condition, seconds=PATIENCE):
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                self.picture("failed")
                raise AssertionError(f"{self.name}: {what}: waited {seconds} s for it")
            self.page.wait_for_timeout(50)

    def menu(self, menu, item):
        self.page.get_by_role("menuitem", name=menu, exact=True).click()
        self.page.get_by_role("menuitem", name=item).first.click()

    def run_all(self):
        self.menu("Run", "Run All Cells")

    def run_cell(self, cell):
        """This cell alone."""
        self.page.locator(".jp-CodeCell").nth(cell).locator(".jp-InputPrompt").click()
        self.menu("Run", "Run Selected Cell and Do not Advance")

    def run_from(self, cell):
        """The cell and all below."""
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
        self.wait_until("it is saved", lambda: self.page.locator(".jp-mod-dirty").count() == 0, 30)

    def write(self, cell, source):
        """Writes another program into a code cell."""
        editor = self.page.locator(".jp-CodeCell").nth(cell).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def cells(self):
        return self.page.evaluate(CELLS)

    def wait_for_cells(self, first=0, before=()):
        """Waits until all cells from this one have run, and have other numbers than they had before."""

        old = [cell["prompt"] for cell in before]

        def done():
            cells = self.cells()
            failed = [cell["text"] for cell in cells[first:] if cell["error"]]
            assert not failed, f"{self.name}: {failed[0]}"
            prompts = [cell["prompt"] for cell in cells]
            return all(prompt not in ("", "*") and [prompt] != old[index : index + 1]
                       for index, prompt in list(enumerate(prompts))[first:])

        self.wait_until("every cell has run", done)
        # What is shown last is drawn a moment later.
        self.page.wait_for_timeout(300)
        return self.cells()

    def check_figures(self):
        """Those that the notebook has in its file, which it must have been saved to."""
        expected = hints_of(json.loads(self.path.read_text()))
        check_figures(self.page, self.name, expected)
        return len(expected)

    def picture(self, what):
        self.page.screenshot(path=PICTURES / f"{self.name}-{what}.png")


def check_figures(page, where, expected):
    """Every figure of a notebook is there with the size that it should have, and its hints lie on it."""
    page.wait_for_function(
        "([images, count]) => [...document.querySelectorAll(images)].filter(image => image.naturalWidth > 0).length >= count",
        arg=[IMAGES, len(expected)],
        timeout=60_000,
    )
    figures = page.evaluate(f"() => ({FIGURES})(document)")
    assert len(figures) == len(expected), f"{where}: {len(figures)} figures, expected {len(expected)}"
    for figure, hints in zip(figures, expected):
        (natural, height), (width, shown) = figure["natural"], figure["size"]
        # As large as it was drawn, or as wide as there is room, and not distorted.
        assert natural >= 150 and height >= 80, f"{where}: {figure}"
        assert abs(width - min(natural, figure["room"])) < 40, f"{where}: {figure}"
        assert abs(width / shown - natural / height) < 0.02 * natural / height, f"{where}: {figure}"
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
