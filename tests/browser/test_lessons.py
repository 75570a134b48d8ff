"""Lessons in JupyterLab with fewer epochs: run, changed, run again, saved, and reopened without trust."""

import json
import unittest

from lab_server import lesson, notebook_of, shared_lab, untrusted
from notebook_tab import NotebookTab

# All notebooks except lesson 01, which has its own test, with the minimum number of figures.
MIN_FIGURES = [
    ("00-gallery", 20),
    ("02-capacity", 5),
    ("03-regularization-and-mixtures", 20),
    ("04-digit-recognizer", 14),
    ("05-rmsprop-and-l2", 6),
]
# Indices of cells in lesson 01.
HYPERPARAMETERS, TRAINING, CURVES = 5, 8, 9


class Lessons(unittest.TestCase):
    def test_all_cells_run_and_all_figures_appear(self):
        for name, min_figures in MIN_FIGURES:
            with self.subTest(name), NotebookTab(name, lesson(name)) as tab:
                tab.run_all()
                cells = tab.wait_for_cells()
                self.assertEqual([cell["prompt"] for cell in cells], [str(number + 1) for number in range(len(cells))])
                tab.save()
                self.assertGreaterEqual(tab.check_figures(), min_figures)
                tab.screenshot("run")

    def test_a_lesson_is_changed_run_again_and_reopened(self):
        name = "01-dropout"
        with NotebookTab(name, lesson(name)) as tab:
            tab.run_all()
            first = tab.wait_for_cells()
            tab.save()
            self.assertEqual(tab.check_figures(), 6, "four figures and the live curves of two trainings")

            # Without dropout, the same seed gives different curves.
            tab.replace_source(HYPERPARAMETERS, "let dropout = 0.0;\nlet epochs = 3;\nlet batch_size = 32;\nlet seed = 42;")
            tab.run_from(HYPERPARAMETERS)
            second = tab.wait_for_cells(HYPERPARAMETERS, first)
            for cell in [TRAINING, CURVES]:
                self.assertNotEqual(second[cell]["figures"], first[cell]["figures"], f"cell {cell}")
            self.assertIn("3 epochs in", second[TRAINING]["text"])
            self.assertEqual(second[HYPERPARAMETERS - 1]["prompt"], str(HYPERPARAMETERS))
            tab.screenshot("changed")

            tab.clear()
            tab.restart_and_run_all()
            third = tab.wait_for_cells()
            self.assertEqual(third[0]["prompt"], "1", "the kernel is not new")
            self.assertEqual(third[CURVES]["figures"], second[CURVES]["figures"], "the same seed must give the same curves")
            tab.save()
            saved = json.loads(tab.path.read_text())
        with NotebookTab(name) as tab:
            self.assertEqual(tab.check_figures(), 6, "after saving, closing and reopening")
        self.addCleanup(shared_lab().use_dark_theme, False)
        for theme in ["light", "dark"]:
            shared_lab().use_dark_theme(theme == "dark")
            with NotebookTab(f"{name}-untrusted-{theme}", untrusted(saved)) as tab:
                self.assertEqual(tab.page.locator("#canary").count(), 0, "the notebook is trusted")
                self.assertEqual(tab.page.locator("body").get_attribute("data-jp-theme-light"), str(theme == "light").lower())
                self.assertEqual(tab.check_figures(), 6)
                tab.screenshot("reopened")

    def test_two_tabs_have_separate_kernels(self):
        def notebook(number):
            return notebook_of(
                "let (train, test) = mnist::load()?;",
                f"let mine = {number};",
                "let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(mine).activation(Relu))\n"
                "    .add(Dense::new(10).activation(Softmax)).build(mine as u64)?;\n"
                "model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;",
                "let history = model.fit(&train, Fit::new().epochs(2))?;",
                'println!("mine is {mine}");\nmodel.summary()',
            )

        with NotebookTab("tab-20", notebook(20)) as one, NotebookTab("tab-30", notebook(30)) as other:
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
