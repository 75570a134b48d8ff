"""With TEALIGHT_LOG, all processes of a session write one log file, with the times of each cell."""

import os
import re
import unittest

from notebook import Notebook
from paths import LESSONS, ROOT

LOGS = ROOT / ".tealight" / "logs"


class Log(unittest.TestCase):
    def test_the_processes_of_a_session_write_one_file(self):
        before = set(LOGS.glob("*.log"))
        os.environ["TEALIGHT_LOG"] = "engine=debug"
        try:
            notebook = Notebook(LESSONS)
        finally:
            del os.environ["TEALIGHT_LOG"]
        try:
            notebook.run("let a = 1; println!(\"{a}\");")
        finally:
            notebook.close()
        (log,) = set(LOGS.glob("*.log")) - before
        text = log.read_text()
        for role in ["engine", "supervisor", "cargo"]:
            self.assertIn(f'role="{role}"', text)
        self.assertRegex(text, re.compile(r'cell\{number=1\}.*the cell was compiled.*type_inference=.*compile='))
        self.assertRegex(text, re.compile(r"the cell has run.*load=.*run="))
        log.unlink()

    def test_without_the_variable_there_is_no_file(self):
        before = set(LOGS.glob("*.log"))
        notebook = Notebook(LESSONS)
        notebook.run("1 + 1")
        notebook.close()
        self.assertEqual(set(LOGS.glob("*.log")), before)


if __name__ == "__main__":
    unittest.main()
