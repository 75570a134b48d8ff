"""The figures of the gallery as readers see them: untrusted, trusted, in the dark theme, and as HTML from nbconvert."""

import json
import os
import re
import subprocess
import unittest

from lab_server import LESSONS, SCREENSHOTS, ROOT, tooltip_counts, shared_lab, untrusted
from notebook_tab import NotebookTab, check_figures, shared_browser

GALLERY = LESSONS / "00-gallery.ipynb"


def trust(path):
    """Marks a notebook as trusted."""
    jupyter = [ROOT / ".tealight/python/bin/jupyter", "trust", path]
    data = {"JUPYTER_DATA_DIR": str(ROOT / ".tealight/jupyter/data")}
    subprocess.run(jupyter, env=os.environ | data, check=True, stdout=subprocess.DEVNULL)


class Figures(unittest.TestCase):
    def setUp(self):
        self.notebook = json.loads(GALLERY.read_text())
        self.assertTrue(tooltip_counts(self.notebook), "the gallery has no figures; run it first")

    def check(self, name, is_trusted, is_dark):
        shared_lab().use_dark_theme(is_dark)
        self.addCleanup(shared_lab().use_dark_theme, False)
        # JupyterLab shows an inline SVG, such as the canary, only in a trusted notebook.
        with NotebookTab(name, untrusted(self.notebook)) as tab:
            if is_trusted:
                trust(tab.path)
                tab.reload()
            tab.page.wait_for_timeout(500)
            self.assertEqual(tab.page.locator("#canary").count(), int(is_trusted))
            background = "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
            self.assertEqual(tab.page.evaluate(background) in ("#fff", "white"), not is_dark)
            tab.check_figures()
            tab.screenshot("checked")

    def test_untrusted(self):
        self.check("gallery-untrusted", False, False)

    def test_trusted(self):
        self.check("gallery-trusted", True, False)

    def test_dark(self):
        self.check("gallery-dark", False, True)

    def test_html_from_nbconvert(self):
        nbconvert = [ROOT / ".tealight/python/bin/jupyter-nbconvert", "--to", "html", "--output-dir", SCREENSHOTS]
        shared_lab()
        subprocess.run([*nbconvert, "--output", "gallery", GALLERY], check=True, stderr=subprocess.DEVNULL)
        page = shared_browser().new_page(viewport={"width": 1200, "height": 1000})
        # Block scripts from the network, so that the page looks as it does offline.
        page.route(re.compile("^https?://"), lambda route: route.abort())
        page.goto((SCREENSHOTS / "gallery.html").as_uri(), wait_until="domcontentloaded")
        check_figures(page, "nbconvert", tooltip_counts(self.notebook))
        page.screenshot(path=SCREENSHOTS / "gallery-nbconvert.png", full_page=True)
        page.close()


if __name__ == "__main__":
    unittest.main()
