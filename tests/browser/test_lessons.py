"""Lessons in JupyterLab, with fewer epochs: run, changed, run anew, saved, and opened by another who doesn't trust them."""

import json
import unittest

from lab import lesson, of_cells, the_lab, untrusted
from pages import Tab

# All but the first, which has a test of its own, with the fewest figures that they show.
LESSONS = [
    ("00-gallery", 20),
    ("02-capacity", 5),
    ("03-regularization-and-mixtures", 20),
    ("04-digit-recognizer", 14),
    ("05-rmsprop-and-l2", 6),
]
# Cells of lesson 01, counted from 0.
HYPERPARAMETERS, TRAINING, CURVES = 5, 8, 9


class Lessons(unittest.TestCase):
    def test_every_cell_runs_and_every_figure_is_there(self):
        for name, figures in LESSONS:
            with self.subTest(name), Tab(name, lesson(name)) as tab:
                tab.run_all()
                cells = tab.wait_for_cells()
                self.assertEqual([cell["prompt"] for cell in cells], [str(number + 1) for number in range(len(cells))])
                tab.save()
                self.assertGreaterEqual(tab.check_figures(), figures)
                tab.picture("run")

    def test_a_lesson_is_changed_run_anew_and_reopened(self):
        name = "01-dropout"
        with Tab(name, lesson(name)) as tab:
            tab.run_all()
            first = tab.wait_for_cells()
            tab.save()
            self.assertEqual(tab.check_figures(), 6, "four figures and the curves of two trainings")

            # Without dropout the curves of the same seed are others.
            tab.write(HYPERPARAMETERS, "let dropout = 0.0;\nlet epochs = 3;\nlet batch_size = 32;\nlet seed = 42;")
            tab.run_from(HYPERPARAMETERS)
            second = tab.wait_for_cells(HYPERPARAMETERS, first)
            for cell in [TRAINING, CURVES]:
                self.assertNotEqual(second[cell]["figures"], first[cell]["figures"], f"cell {cell}")
            self.assertIn("3 epochs in", second[TRAINING]["text"])
            self.assertEqual(second[HYPERPARAMETERS - 1]["prompt"], str(HYPERPARAMETERS))
            tab.picture("changed")

            tab.clear()
            tab.restart_and_run_all()
            third = tab.wait_for_cells()
            self.assertEqual(third[0]["prompt"], "1", "the kernel is a new one")
            self.assertEqual(third[CURVES]["figures"], second[CURVES]["figures"], "the same seed, the same curves")
            tab.save()
            saved = json.loads(tab.path.read_text())
        with Tab(name) as tab:
            self.assertEqual(tab.check_figures(), 6, "saved, closed and reopened")
        self.addCleanup(the_lab().dark, False)
        for theme in ["light", "dark"]:
            the_lab().dark(theme == "dark")
            with Tab(f"{name}-untrusted-{theme}", untrusted(saved)) as tab:
                self.assertEqual(tab.page.locator("#canary").count(), 0, "the notebook is trusted")
                self.assertEqual(tab.page.locator("body").get_attribute("data-jp-theme-light"), str(theme == "light").lower())
                self.assertEqual(tab.check_figures(), 6)
                tab.picture("reopened")

    def test_two_tabs_are_two_kernels(self):
        def notebook(number):
            return of_cells(
                "let (train, test) = mnist::load()?;",
                f"let mine = {number};",
                "let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(mine).activation(Relu))\n"
                "    .add(Dense::new(10).activation(Softmax)).build(mine as u64)?;\n"
                "model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;",
                "let history = model.fit(&train, Fit::new().epochs(2))?;",
                'println!("mine is {mine}");\nmodel.summary()',
            )

        with Tab("tab-20", notebook(20)) as one, Tab("tab-30", notebook(30)) as other:
            one.run_all()
            other.run_all()
            for tab, number in [(one, 20), (other, 30)]:
                last = tab.wait_for_cells()[-1]["text"]
                self.assertIn(f"mine is {number}", last)
                self.assertIn(f"{784 * number + number + 10 * number + 10:,}", last)
                tab.save()
                self.assertEqual(tab.check_figures(), 1)


if __name__ == "__main__":
    unittest.main()
