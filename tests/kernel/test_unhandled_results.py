"""A call whose `Result` is ignored: an error fails the cell, and an `Ok` only causes a warning."""

import unittest

from shared_kernel import SharedKernelTestCase


class UnhandledResults(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run("let first = 1; first")
        cls.notebook.run(
            "fn fails(text: &str) -> std::result::Result<i32, String> { Err(format!(\"no {text}\")) }\n"
            "fn works() -> std::result::Result<i32, String> { println!(\"worked\"); Ok(1) }"
        )

    def test_an_unhandled_error_fails_the_cell(self):
        for code, line in [
            ('let a = 1;\nfails("a");\nprintln!("not reached");', 2),
            ('for i in 0..3 {\n    fails("a");\n}', 2),
            ('if first == 1 { fails("a"); }', 1),
            ('fails(\n    "a",\n);\nprintln!("not reached");', 1),
        ]:
            with self.subTest(code=code):
                cell = self.run_failing(code)
                self.assertEqual(cell.error["ename"], "Error")
                self.assertTrue(cell.error["evalue"].startswith("no a\n"), cell.error["evalue"])
                self.assertIn("`?`", cell.error["evalue"])
                self.assertIn(f"line {line} │", cell.traceback)
                self.assertEqual(cell.text(), "")

    def test_an_unhandled_error_of_fit_fails_the_cell(self):
        cell = self.run_failing(
            "let mut m = Sequential::new([1]).add(Dense::new(1)).build(1)?;\n"
            "let x = Tensor::arange(0f32, 8f32, &Device::Cpu)?.reshape((8, 1))?;\n"
            "m.fit(&Dataset::from_tensors(&x, &x)?, Fit::new());"
        )
        self.assertIn("line 3 │", cell.traceback)
        self.assertIn("compile", cell.error["evalue"])

    def test_an_unhandled_ok_is_only_a_warning(self):
        cell = self.notebook.run('works();\nprintln!("on");')
        self.assertEqual((cell.status, cell.text()), ("ok", "worked\non\n"))
        self.assertIn("write `?`", cell.text("stderr"))
        self.assertIn("line 1 │ works();", cell.text("stderr"))

    def test_results_discarded_on_purpose_cause_no_warning(self):
        cell = self.notebook.run('let _ = fails("a");\nfails("b").ok();')
        self.assertEqual((cell.status, cell.text("stderr")), ("ok", ""))

    def test_in_functions_and_closures_it_is_only_a_warning(self):
        for code in (
            'fn ignores() { fails("a"); }\nignores();',
            'let run = [1].iter().for_each(|_| { fails("a"); });',
            'std::thread::spawn(|| { fails("a"); }).join().ok();',
        ):
            with self.subTest(code=code):
                cell = self.notebook.run(code)
                self.assertEqual(cell.status, "ok", cell.error)
                self.assertIn("Result", cell.text("stderr"))


if __name__ == "__main__":
    unittest.main()
