"""A failing cell leaves every earlier variable unchanged."""

import unittest

from shared_kernel import MODEL, SharedKernelTestCase

FAILURES = ['Err("x")?;', 'panic!("x");', "let none: Option<i32> = None;\nnone.unwrap();"]


class VariablesAfterErrors(SharedKernelTestCase):
    def fails(self, code):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "error", code)
        self.assertIn(cell.error["ename"], ("Error", "Panic"), code)
        return cell

    def prints(self, code, text):
        cell = self.notebook.run(code)
        self.assertEqual((cell.status, cell.text()), ("ok", text), (code, cell.published))

    def test_a_variable_redefined_in_a_failing_cell_keeps_its_value(self):
        again = ["let number = 2;", 'let number = "text".to_string();', "let mut number = vec![0.5];", "let (number, other) = (7, 8);"]
        for failure in FAILURES:
            self.notebook.run("let number = 1; let kept = vec![1, 2];")
            for definition in again:
                with self.subTest(definition=definition, failure=failure):
                    self.fails(f"{definition}\n{failure}")
                    self.prints('println!("{number} {kept:?}");', "1 [1, 2]\n")

    def test_a_variable_stays_mutable_or_not(self):
        self.notebook.run("let mut list = vec![1]; let fixed = 1;")
        self.fails('list.push(2);\nlet list = "other";\nlet mut fixed = 2;\nErr("x")?;')
        self.prints('list.push(3);\nprintln!("{list:?}");', "[1, 2, 3]\n")
        self.assertEqual(self.notebook.run("fixed += 1;").error["ename"], "CompileError")

    def test_variables_of_the_failed_cell_do_not_exist(self):
        self.fails('let fresh = 1;\nErr("x")?;')
        cell = self.notebook.run("fresh")
        self.assertEqual(cell.error["evalue"], "cannot find value `fresh` in this scope")
        self.notebook.run("let fresh = 2;")
        self.prints('println!("{fresh}");', "2\n")

    def test_the_error_names_variables_that_the_failed_cell_moved(self):
        for use in ("drop(text);", "let taken = text;", "let text = text + \"!\";"):
            with self.subTest(use=use):
                self.notebook.run('let text = String::from("a"); let kept = 5;')
                cell = self.fails(f'{use}\nErr("x")?;')
                self.assertIn("`text` is gone: the cell that failed moves it", cell.traceback)
                self.assertEqual(self.notebook.run("text").error["evalue"], "cannot find value `text` in this scope")
                self.prints('println!("{kept}");', "5\n")

    def test_a_variable_that_is_moved_and_assigned_again_stays(self):
        self.notebook.run('let mut text = String::from("a"); let mut network = Sequential::new([2]);')
        self.assertEqual(self.notebook.run('text = text + "b";\nnetwork = network.add(Dense::new(1));').status, "ok")
        self.assertEqual(self.notebook.run('text = text + "c";').status, "ok")
        self.prints('text.push(\'d\');\nprintln!("{text}");', "abcd\n")
        self.assertEqual(self.notebook.run("network.summary()?").status, "ok")
        # Without a new value, it is gone.
        self.notebook.run('if text.is_empty() { text = String::new(); }\ndrop(text);')
        self.assertEqual(self.notebook.run("text").error["evalue"], "cannot find value `text` in this scope")

    def test_functions_and_types_of_the_failed_cell_stay(self):
        self.fails('fn double(n: i32) -> i32 { 2 * n }\nstruct Point { x: i32 }\nlet point = Point { x: 1 };\nErr("x")?;')
        self.prints('println!("{} {}", double(4), Point { x: 3 }.x);', "8 3\n")

    def test_a_typo_does_not_lose_the_model(self):
        self.notebook.run(MODEL)
        self.notebook.run("let history = model.fit(&train, Fit::new().epochs(1).verbose(Verbose::Silent))?;")
        accuracy = self.notebook.run('println!("{}", model.evaluate(&test)?.accuracy()?);').text()
        self.fails(
            "let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10)).build(1)?;\n"
            "model.compile(Adam::new().learning_rate(-1.0), SparseCategoricalCrossentropy::new(), [Accuracy])?;"
        )
        self.fails("let history = model.fit(&train, Fit::new().epochs(0))?;")
        self.prints('println!("{}", model.evaluate(&test)?.accuracy()?);', accuracy)
        self.prints('println!("{}", history.epochs());', "1\n")

    def test_a_cell_that_returns_early_has_defined_nothing(self):
        self.notebook.run("let number = 1;")
        cell = self.notebook.run("let number = 2; let early = 3;\nif early == 3 { return Ok(()); }")
        self.assertEqual(cell.status, "ok", cell.published)
        self.prints('println!("{number}");', "1\n")
        self.assertEqual(self.notebook.run("early").error["evalue"], "cannot find value `early` in this scope")


if __name__ == "__main__":
    unittest.main()
