"""Kernels don't disturb one another, and leave nothing behind."""

import os
import signal
import threading
import time
import unittest

from here import LESSONS
from notebook import Notebook
from processes import alive, below, seconds_of, that_runs_cells

# The figures are 200 and 1,000; the whole of them is run by hand, `TEALIGHT_LONG=1`.
LONG = bool(os.environ.get("TEALIGHT_LONG"))


class Sound(unittest.TestCase):
    def test_four_kernels_at_once_never_see_each_other_s_code(self):
        cells, wrong = (200 if LONG else 15), []

        def use(name):
            notebook = Notebook(LESSONS)
            try:
                for number in range(cells // 4):
                    seen = notebook.run(f'let mark = "{name} {number}"; println!("{{mark}}");').text()
                    if seen != f"{name} {number}\n":
                        wrong.append(seen)
            finally:
                notebook.close()

        threads = [threading.Thread(target=use, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])

    def test_many_cells_in_one_session(self):
        notebook = Notebook(LESSONS)
        try:
            notebook.run("let mut count = 0;")
            cells = 1000 if LONG else 40
            for _ in range(cells):
                notebook.run("count += 1;")
            self.assertEqual(notebook.run('println!("{count}");').text(), f"{cells}\n")
        finally:
            notebook.close()

    def test_killed_processes_leave_nothing_behind(self):
        notebook = Notebook(LESSONS)
        notebook.run("let x = 1;")
        kernel = notebook.manager.provisioner.pid
        family = below(kernel)
        self.assertGreaterEqual(len(family), 3)
        os.kill(that_runs_cells(family), signal.SIGKILL)
        self.assertEqual(notebook.run("x").status, "error")
        self.assertEqual(notebook.run("1 + 1").value(), "2", "a new one runs cells")
        engine = min(below(kernel))
        os.kill(engine, signal.SIGKILL)
        notebook.run("1 + 1")
        self.assertEqual(notebook.run("1 + 1").value(), "2", "a new engine compiles cells")
        family = below(kernel)
        folder = notebook.folder()
        self.assertTrue(folder.is_dir())
        os.kill(kernel, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(alive(process) for process in family) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual([process for process in family if alive(process)], [])
        notebook.client.stop_channels()
        notebook.manager.cleanup_resources()
        Notebook(LESSONS).close()
        self.assertFalse(folder.exists(), "its folder is swept at the next start")

    def test_an_engine_that_ends_at_its_start_is_not_started_for_ever(self):
        notebook = Notebook(LESSONS)
        try:
            kernel = notebook.manager.provisioner.pid
            cell = notebook.folder() / "cell"
            aside = cell.rename(cell.with_name("aside"))
            # The engine can't work in what is not a folder.
            cell.write_text("")
            os.kill(min(below(kernel)), signal.SIGKILL)
            self.assertEqual(notebook.run("1 + 1").error["ename"], "EngineLost")
            quiet_since = time.monotonic()
            deadline = quiet_since + 60
            while time.monotonic() < quiet_since + 4:
                if any(alive(process) for process in below(kernel)):
                    quiet_since = time.monotonic()
                self.assertLess(time.monotonic(), deadline, "it is started again and again")
                time.sleep(0.01)
            self.assertIn("`cargo run --release -- doctor`", notebook.run("1 + 1").error["evalue"])
            cell.unlink()
            aside.rename(cell)
            self.assertEqual(notebook.run("1 + 1").value(), "2", "the next cell starts it anew")
        finally:
            notebook.close()

    def test_a_cell_that_closes_its_standard_error_keeps_no_core_busy(self):
        notebook = Notebook(LESSONS)
        try:
            notebook.run("{ use std::os::fd::FromRawFd; drop(unsafe { std::fs::File::from_raw_fd(2) }); }")
            self.assertEqual(notebook.run('println!("1");').text(), "1\n")
            # What the kernel does in the background right after its start.
            time.sleep(10)
            family = below(notebook.manager.provisioner.pid)
            before = {process: seconds_of(process) for process in family}
            time.sleep(3)
            busy = {process: seconds_of(process) - before[process] for process in family}
            self.assertLess(max(busy.values()), 1.5)
        finally:
            notebook.close()

    def test_a_kernel_that_is_shut_down_removes_its_folder(self):
        notebook = Notebook(LESSONS)
        folder = notebook.folder()
        self.assertTrue(folder.is_dir())
        notebook.close()
        self.assertFalse(folder.exists())


if __name__ == "__main__":
    unittest.main()
