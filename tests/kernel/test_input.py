"""Cells that read from the keyboard."""

import threading
import unittest

from notebook import TIMEOUT_SECONDS
from shared_kernel import SharedKernelTestCase

READ = "let mut line = String::new();\nstd::io::stdin().read_line(&mut line)?;\nprintln!(\"{:?}\", line);"


class Input(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run("let kept = 7;")

    def typing(self, code, *typed, **options):
        """Runs a cell and enters these lines at its input requests. Returns the cell and the requests."""
        requests = []

        def answer():
            for line in typed:
                request = self.notebook.client.get_stdin_msg(timeout=TIMEOUT_SECONDS)
                requests.append(request["content"])
                if callable(line):
                    line()
                else:
                    self.notebook.client.input(line)

        sent = self.notebook.send(code, allow_stdin=True, **options)
        thread = threading.Thread(target=answer)
        thread.start()
        cell = self.notebook.receive(sent)
        thread.join()
        return cell, requests

    def assert_alive(self):
        self.assertEqual(self.notebook.run('println!("{kept}");').text(), "7\n")

    def test_a_line_comes_from_the_input_box(self):
        cell, _ = self.typing('print!("Name? ");\n' + READ, "Ada")
        self.assertEqual((cell.status, cell.text()), ("ok", 'Name? "Ada\\n"\n'))
        cell, _ = self.typing(f"for _ in 0..3 {{ {READ} }}", "1", "", "é 3")
        self.assertEqual(cell.text(), '"1\\n"\n"\\n"\n"é 3\\n"\n')
        self.assert_alive()

    def test_control_d_ends_the_input(self):
        for code, expected in [
            ("let all: Vec<String> = std::io::stdin().lines().map(|line| line.unwrap()).collect();\nprintln!(\"{all:?}\");", '["a", "b"]\n'),
            ('let all = std::io::read_to_string(std::io::stdin())?;\nprintln!("{all:?}");', '"a\\nb\\n"\n'),
        ]:
            cell, requests = self.typing(code, "a", "b", "^D")
            self.assertEqual((cell.status, cell.text()), ("ok", expected))
            self.assertIn("^D", requests[1]["prompt"])
        self.assert_alive()

    def test_another_thread_may_read(self):
        cell, _ = self.typing(f"let typed = std::thread::spawn(|| -> std::io::Result<()> {{ {READ} Ok(()) }});\ntyped.join().unwrap()?;", "x")
        self.assertEqual((cell.status, cell.text()), ("ok", '"x\\n"\n'))

    def test_without_stdin_the_input_is_empty(self):
        cell = self.notebook.run(f"{READ}\n{READ}", allow_stdin=False)
        self.assertEqual((cell.status, cell.text()), ("ok", '""\n""\n'))
        self.assertEqual(cell.text("stderr").count("reads from the keyboard, and there is none here"), 1)
        self.assertIn("write the value into the cell", cell.text("stderr"))
        self.assertLess(cell.seconds, 60)
        self.assert_alive()

    def test_without_stdin_a_reading_loop_ends_with_an_error(self):
        cell = self.notebook.run(f"loop {{ {READ.replace('println', 'format')} }}", allow_stdin=False)
        self.assertEqual((cell.status, cell.error["ename"]), ("error", "Error"))
        self.assertIn("again and again, and there is none here", cell.error["evalue"])
        self.assert_alive()

    def test_stop_while_waiting_for_input_loses_nothing(self):
        reads_until_right = f"loop {{ {READ} if line.trim() == \"right\" {{ break }} }}"
        for code in (READ, reads_until_right):
            cell, _ = self.typing(code, self.notebook.manager.interrupt_kernel)
            self.assertEqual((cell.status, cell.error["ename"]), ("error", "Interrupted"))
            self.assertIn("stopped by you", cell.error["evalue"])
            self.assert_alive()
        # Text entered in a stale input box does not reach the next cell.
        self.notebook.client.input("old")
        cell, _ = self.typing(READ, "new")
        self.assertEqual(cell.text(), '"new\\n"\n')


if __name__ == "__main__":
    unittest.main()
