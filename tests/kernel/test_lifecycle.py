"""Kernels are isolated from each other, survive the loss of a process, and leave nothing behind."""

import os
import signal
import threading
import time
import unittest

from notebook import Notebook
from paths import LESSONS
from processes import cpu_seconds, descendants, is_alive, runtime_process

# The full numbers of cells are 200 and 1,000. Set TEALIGHT_LONG=1 to run them all.
LONG = bool(os.environ.get("TEALIGHT_LONG"))


class Lifecycle(unittest.TestCase):
    def test_four_parallel_kernels_never_see_each_other_s_code(self):
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
        processes = descendants(kernel)
        self.assertGreaterEqual(len(processes), 3)
        os.kill(runtime_process(processes), signal.SIGKILL)
        self.assertEqual(notebook.run("x").status, "error")
        self.assertEqual(notebook.run("1 + 1").value(), "2", "a new process runs cells")
        engine = min(descendants(kernel))
        os.kill(engine, signal.SIGKILL)
        notebook.run("1 + 1")
        self.assertEqual(notebook.run("1 + 1").value(), "2", "a new engine compiles cells")
        processes = descendants(kernel)
        folder = notebook.kernel_folder()
        self.assertTrue(folder.is_dir())
        os.kill(kernel, signal.SIGKILL)
        deadline = time.monotonic() + 10
        while any(is_alive(process) for process in processes) and time.monotonic() < deadline:
            time.sleep(0.1)
        self.assertEqual([process for process in processes if is_alive(process)], [])
        notebook.client.stop_channels()
        notebook.manager.cleanup_resources()
        Notebook(LESSONS).close()
        self.assertFalse(folder.exists(), "the next start removes its folder")

    def test_an_engine_that_fails_at_startup_is_not_restarted_forever(self):
        notebook = Notebook(LESSONS)
        try:
            kernel = notebook.manager.provisioner.pid
            cell = notebook.kernel_folder() / "cell"
            backup = cell.rename(cell.with_name("backup"))
            # The engine fails because its working folder is a file.
            cell.write_text("")
            os.kill(min(descendants(kernel)), signal.SIGKILL)
            self.assertEqual(notebook.run("1 + 1").error["ename"], "EngineLost")
            quiet_since = time.monotonic()
            deadline = quiet_since + 60
            while time.monotonic() < quiet_since + 4:
                if any(is_alive(process) for process in descendants(kernel)):
                    quiet_since = time.monotonic()
                self.assertLess(time.monotonic(), deadline, "it is started again and again")
                time.sleep(0.01)
            self.assertIn("`cargo run --release -- doctor`", notebook.run("1 + 1").error["evalue"])
            cell.unlink()
            backup.rename(cell)
            self.assertEqual(notebook.run("1 + 1").value(), "2", "the next cell starts it again")
        finally:
            notebook.close()

    def test_a_cell_that_closes_its_stderr_causes_no_busy_loop(self):
        notebook = Notebook(LESSONS)
        try:
            notebook.run("{ use std::os::fd::FromRawFd; drop(unsafe { std::fs::File::from_raw_fd(2) }); }")
            self.assertEqual(notebook.run('println!("1");').text(), "1\n")
            # Wait for the background work that follows the start of a kernel.
            time.sleep(10)
            processes = descendants(notebook.manager.provisioner.pid)
            before = {process: cpu_seconds(process) for process in processes}
            time.sleep(3)
            busy = {process: cpu_seconds(process) - before[process] for process in processes}
            self.assertLess(max(busy.values()), 1.5)
        finally:
            notebook.close()

    def test_shutdown_removes_the_session_folder(self):
        notebook = Notebook(LESSONS)
        folder = notebook.kernel_folder()
        self.assertTrue(folder.is_dir())
        notebook.close()
        self.assertFalse(folder.exists())


if __name__ == "__main__":
    unittest.main()
