"""The stop button stops what runs, and loses no variable unless it must."""

import unittest

from notebook import Notebook
from paths import LESSONS
from shared_kernel import MODEL, SharedKernelTestCase

LOOP = "loop { std::thread::sleep(std::time::Duration::from_millis(5)); }"


class Stop(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run(MODEL)
        cls.notebook.run("let answer = 42;")

    def assert_alive(self):
        self.assertEqual(self.notebook.run('println!("{answer}");').text(), "42\n")

    def assert_quick(self, waits):
        """Stop promises half a second. One outlier is allowed, because the machine may be busy."""
        self.assertLess(min(waits), 0.5, waits)
        self.assertLess(max(waits), 1.5, waits)

    def stop_when_shown(self, code, wanted, by="message"):
        """Runs a cell and presses stop half a second after its first output of this type. Returns the cell and the seconds
        that it took to end after that."""
        pressed = []

        def watch(kind, content):
            if kind == wanted and not pressed:
                pressed.append(self.notebook.press_stop_after(0.5, by))

        cell = self.notebook.run(code, watch)
        shown = next(seconds for seconds, kind, _ in cell.published if kind == wanted)
        return cell, cell.seconds - shown - 0.5

    def test_a_stopped_training_keeps_the_model_and_the_history(self):
        waits = []
        for by in ("message", "signal", "message"):
            fit = "let history = model.fit(&train, Fit::new().epochs(500).validation_data(&test))?;"
            cell, after = self.stop_when_shown(fit, "display_data", by)
            self.assertEqual((cell.status, cell.error["ename"]), ("error", "Interrupted"), by)
            self.assertIn("All variables are kept", cell.error["evalue"])
            waits.append(after)
            cell = self.notebook.run('println!("{} {}", history.interrupted(), model.evaluate(&test)?.accuracy()? > 0.5);')
            self.assertEqual(cell.text(), "true true\n")
            self.assert_alive()
        self.assert_quick(waits)

    def test_cells_after_a_stopped_training_do_not_run(self):
        shown = []

        def watch(kind, content):
            if kind == "display_data" and not shown:
                shown.append(self.notebook.press_stop_after(0.5))

        cells = [
            "let history = model.fit(&train, Fit::new().epochs(500))?;\nlet epochs = history.epochs();",
            'println!("ran");',
            'println!("ran");',
        ]
        sent = [self.notebook.send(code) for code in cells]
        first = self.notebook.receive(sent[0], watch)
        self.assertEqual(first.error["ename"], "Interrupted")
        self.assertEqual([self.notebook.receive(cell).status for cell in sent[1:]], ["aborted", "aborted"])
        self.assertEqual(self.notebook.run('println!("{}", epochs == history.epochs());').text(), "true\n")

    def test_a_cell_that_checks_for_the_stop_handles_it(self):
        for code in (
            "let history = model.fit(&train, Fit::new().epochs(500))?;\nif history.interrupted() { println!(\"cut\"); }",
            'println!("on"); while !tealight::notebook::stop_requested() { std::thread::sleep(std::time::Duration::from_millis(5)); }',
        ):
            cell, _ = self.stop_when_shown(code, "display_data" if "fit" in code else "stream")
            self.assertEqual(cell.status, "ok", cell.published)
        self.assert_alive()

    def test_a_stopped_loop_over_trainings_reports_it_once(self):
        code = (
            'println!("begun");\nlet mut all = vec![];\n'
            "for _ in 0..3 { all.push(model.fit(&train, Fit::new().epochs(200).verbose(Verbose::Silent))?.epochs()); }"
        )
        cell, _ = self.stop_when_shown(code, "stream")
        self.assertEqual(cell.error["ename"], "Interrupted")
        self.assertEqual(str(cell.published).lower().count("stopped by you"), 2, "value and traceback of one error")
        self.assertEqual(self.notebook.run('println!("{} {:?}", all.len(), &all[1..]);').text(), "3 [0, 0]\n")

    def test_other_stopped_library_calls_end_with_an_error(self):
        waits = []
        for _ in range(2):
            cell, after = self.stop_when_shown('println!("begun"); loop { model.evaluate(&train)?; }', "stream")
            self.assertEqual((cell.status, cell.error["ename"]), ("error", "Interrupted"))
            self.assertIn("stopped by you", cell.error["evalue"])
            waits.append(after)
            self.assert_alive()
        self.assert_quick(waits)

    def test_a_cell_stopped_during_compilation_does_not_run(self):
        # Long enough that it is still being compiled when stop is pressed.
        functions = "".join(f"fn f{n}() -> String {{ format!(\"{{:?}}\", [{n}; {n}]) }}\n" for n in range(400))
        calls = ", ".join(f"f{n}()" for n in range(400))
        code = functions + 'println!("ran");\nfor text in [' + calls + '] { println!("{text}"); }'

        def watch(kind, content):
            if kind == "execute_input":
                self.notebook.press_stop_after(0.3)

        cell = self.notebook.run(code, watch)
        self.assertEqual(cell.error["ename"], "Interrupted", cell.published)
        self.assertIn("nothing of the cell has run", cell.error["evalue"])
        self.assertEqual(cell.text(), "")
        self.assert_alive()

    def test_stop_does_nothing_while_idle(self):
        for by in ("message", "signal"):
            self.notebook.press_stop_after(0, by).join()
            # If the stop arrives after the next cell has begun, it stops that cell and nothing else.
            cell = self.notebook.run("let unused = 1;")
            self.assertIn(cell.error["ename"] if cell.error else None, (None, "Interrupted"))
            self.assert_alive()

    def test_a_users_loop_needs_a_second_stop_which_loses_the_variables(self):
        notebook = Notebook(LESSONS)
        try:
            notebook.run("let mut kept = 1;")
            sent = notebook.send('println!("begun");' + LOOP)
            warnings = []

            def watch(kind, content):
                if kind == "stream" and content["text"] == "begun\n":
                    notebook.press_stop_after(0.2)
                if kind == "stream" and content["name"] == "stderr":
                    warnings.append(content["text"])
                    notebook.press_stop_after(0.1)

            cell = notebook.receive(sent, watch)
            self.assertIn("Stop again ends it, and with it every variable", warnings[0])
            self.assertEqual(cell.error["ename"], "Interrupted")
            self.assertIn("Run the cells from the top", cell.error["evalue"])
            self.assertEqual(notebook.run("kept").error["ename"], "CompileError")
            self.assertEqual(notebook.run("Dense::new(1)").status, "ok", "tealight is still there")
            self.assertEqual(notebook.run('print!("half");').text(), "half")
        finally:
            notebook.close()


if __name__ == "__main__":
    unittest.main()
