"""A base class for tests that share one kernel."""

import unittest

from notebook import Notebook
from paths import LESSONS

# A cell that loads MNIST and compiles a small model.
MODEL = """
let (train, test) = mnist::load()?;
let (train, test) = (train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0));
let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(64).activation(Relu))
    .add(Dense::new(10).activation(Softmax)).build(1)?;
model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
"""


class SharedKernelTestCase(unittest.TestCase):
    """Starts one kernel for all tests of a class and shuts it down after them."""

    @classmethod
    def setUpClass(cls):
        cls.notebook = Notebook(LESSONS)

    @classmethod
    def tearDownClass(cls):
        cls.notebook.close()

    def run_ok(self, code):
        """Runs a cell that must succeed. Returns what it printed."""
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", f"{code}\n{cell.error}")
        return cell.text()

    def run_failing(self, code):
        """Runs a cell that must fail. Returns the cell."""
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "error", code)
        return cell
