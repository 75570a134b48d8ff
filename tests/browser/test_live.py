"""A training while it runs: the bar moves and the curves grow before the cell ends; stop ends it, and the model is there."""

import time
import unittest

from lab import of_cells
from pages import Tab

TRAINING = 2
NOTEBOOK = of_cells(
    "let (train, test) = mnist::load()?;\n"
    "let (train, test) = (train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0));\n"
    "let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(256).activation(Relu))\n"
    "    .add(Dense::new(10).activation(Softmax)).build(1)?;\n"
    "model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;",
    "let history = model.fit(&train, Fit::new().epochs(500).validation_data(&test))?;",
    'println!("interrupted: {}", history.interrupted());\nmodel.evaluate(&test)',
)


class Live(unittest.TestCase):
    def test_a_training_is_seen_stopped_and_evaluated(self):
        with Tab("live", NOTEBOOK) as tab:
            tab.run_all()
            bars, curves = set(), set()

            def seen():
                cell = tab.cells()[TRAINING]
                if cell["prompt"] == "*":
                    bars.add(cell["bar"])
                    curves.add(cell["figures"])
                self.assertFalse(cell["error"], cell["text"])
                return len(bars - {""}) >= 4 and len(curves - {0}) >= 2

            tab.wait_until("the bar moves and the curves grow", seen, 120)
            tab.picture("training")

            tab.stop()
            pressed = time.monotonic()
            tab.wait_until("stop ends the training", lambda: tab.cells()[TRAINING]["prompt"] != "*", 10)
            # Half a second is the kernel's promise, which tests/kernel holds it to; here are a page and a busy machine, too.
            print(f"stopped after {time.monotonic() - pressed:.2f} s", flush=True)
            # As a user of Python expects, Run All ends here.
            tab.wait_until("the cells after it are not waited for", lambda: tab.cells()[-1]["prompt"] != "*", 30)
            cells = tab.cells()
            self.assertTrue(cells[TRAINING]["error"], cells[TRAINING]["text"])
            self.assertIn("Stopped by you", cells[TRAINING]["text"])
            self.assertEqual(cells[-1]["text"], "")
            tab.run_cell(TRAINING + 1)
            cells = tab.wait_for_cells(TRAINING + 1, before=cells)
            self.assertTrue(cells[TRAINING]["figures"], "the curves are gone")
            self.assertIn("interrupted: true", cells[-1]["text"])
            self.assertIn("accuracy", cells[-1]["text"])
            tab.picture("stopped")


if __name__ == "__main__":
    unittest.main()
