"""The gallery's figures as its readers see them: untrusted, trusted, in the dark theme, and as nbconvert's HTML."""

import json
import os
import re
import subprocess
import unittest

from lab import LESSONS, PICTURES, ROOT, hints_of, the_lab, untrusted
from pages import Tab, check_figures, the_browser

GALLERY = LESSONS / "00-gallery.ipynb"


def trust(path):
    jupyter = [ROOT / ".tealight/python/bin/jupyter", "trust", path]
    data = {"JUPYTER_DATA_DIR": str(ROOT / ".tealight/jupyter/data")}
    subprocess.run(jupyter, env=os.environ | data, check=True, stdout=subprocess.DEVNULL)


class Figures(unittest.TestCase):
    def setUp(self):
        self.notebook = json.loads(GALLERY.read_text())
        self.assertTrue(hints_of(self.notebook), "the gallery holds no figures; run it first")

    def look(self, name, is_trusted, is_dark):
        the_lab().dark(is_dark)
        self.addCleanup(the_lab().dark, False)
        # What JupyterLab lets a page show only where it trusts it: a drawing in the page itself.
        with Tab(name, untrusted(self.notebook)) as tab:
            if is_trusted:
                trust(tab.path)
                tab.reload()
            tab.page.wait_for_timeout(500)
            self.assertEqual(tab.page.locator("#canary").count(), int(is_trusted))
            background = "getComputedStyle(document.body).getPropertyValue('--jp-layout-color0').trim()"
            self.assertEqual(tab.page.evaluate(background) in ("#fff", "white"), not is_dark)
            tab.check_figures()
            tab.picture("seen")

    def test_untrusted(self):
        self.look("gallery-untrusted", False, False)

    def test_trusted(self):
        self.look("gallery-trusted", True, False)

    def test_dark(self):
        self.look("gallery-dark", False, True)

    def test_as_a_page_of_nbconvert(self):
        nbconvert = [ROOT / ".tealight/python/bin/jupyter-nbconvert", "--to", "html", "--output-dir", PICTURES]
        the_lab()
        subprocess.run([*nbconvert, "--output", "gallery", GALLERY], check=True, stderr=subprocess.DEVNULL)
        page = the_browser().new_page(viewport={"width": 1200, "height": 1000})
        # The page may not load programs from elsewhere; without them it is as its reader sees it offline.
        page.route(re.compile("^https?://"), lambda route: route.abort())
        page.goto((PICTURES / "gallery.html").as_uri(), wait_until="domcontentloaded")
        check_figures(page, "nbconvert", hints_of(self.notebook))
        page.screenshot(path=PICTURES / "gallery-nbconvert.png", full_page=True)
        page.close()


if __name__ == "__main__":
    unittest.main()
