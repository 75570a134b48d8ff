"""Tests that share one kernel."""

import unittest

from here import LESSONS
from notebook import Notebook


class OneKernel(unittest.TestCase):
    """Starts a kernel for the tests of a class, and ends it after them."""

    @classmethod
    def setUpClass(cls):
        cls.notebook = Notebook(LESSONS)

    @classmethod
    def tearDownClass(cls):
        cls.notebook.close()
