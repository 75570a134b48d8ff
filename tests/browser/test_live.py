"""A running training: the progress bar and the curves move before the cell ends, and the model survives a stop."""

import time
import unittest

from lab_server import notebook_of
from notebook_tab import NotebookTab

TRAINING = 2
NOTEBOOK = notebook_of(
    "let (train, test) = mnist::load()?;\n"
    "let (train, test) = (train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0));\n"
    "let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(256).activation(Relu))\n"
    "    .add(Dense::new(10).activation(Softmax)).build(1)?;\n"
    "model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;",
    "let history = model.fit(&train, Fit::new().epochs(500).validation_data(&test))?;",
    'println!("interrupted: {}", history.interrupted());\nmodel.evaluate(&test)',
)


class Live(unittest.TestCase):
    def test_a_training_is_shown_live_stopped_and_evaluated(self):
        with NotebookTab("live", NOTEBOOK) as tab:
            tab.run_all()
            bars, curves = set(), set()

            def moved():
                cell = tab.cells()[TRAINING]
                if cell["prompt"] == "*":
                    bars.add(cell["bar"])
                    curves.add(cell["figures"])
                self.assertFalse(cell["error"], cell["text"])
                return len(bars - {""}) >= 4 and len(curves - {0}) >= 2

            tab.wait_until("the bar and the curves to move", moved, 120)
            tab.screenshot("training")

            tab.stop()
            pressed = time.monotonic()
            tab.wait_until("stop to end the training", lambda: tab.cells()[TRAINING]["prompt"] != "*", 10)
            # tests/kernel checks that a stop takes half a second. The page and a busy machine add to that here.
            print(f"stopped after {time.monotonic() - pressed:.2f} s", flush=True)
            # Run All ends here, as users of Python expect.
            tab.wait_until("the later cells to be aborted", lambda: tab.cells()[-1]["prompt"] != "*", 30)
            cells = tab.cells()
            self.assertTrue(cells[TRAINING]["error"], cells[TRAINING]["text"])
            self.assertIn("Stopped by you", cells[TRAINING]["text"])
            self.assertEqual(cells[-1]["text"], "")
            tab.run_cell(TRAINING + 1)
            cells = tab.wait_for_cells(TRAINING + 1, before=cells)
            self.assertTrue(cells[TRAINING]["figures"], "the curves are gone")
            self.assertIn("interrupted: true", cells[-1]["text"])
            self.assertIn("accuracy", cells[-1]["text"])
            tab.screenshot("stopped")


if __name__ == "__main__":
    unittest.main()
