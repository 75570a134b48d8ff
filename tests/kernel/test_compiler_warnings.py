"""Compiler warnings are shown when a cell compiles, and only for that cell."""

import unittest

from shared_kernel import SharedKernelTestCase


class CompilerWarnings(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run("let first = 1; first")

    def test_a_warning_is_shown_if_the_cell_compiles(self):
        cell = self.notebook.run('let x = 5;\nif (x > 3) { println!("big"); }')
        self.assertEqual((cell.status, cell.text()), ("ok", "big\n"))
        self.assertIn("warning", cell.text("stderr"))
        self.assertIn("unnecessary parentheses", cell.text("stderr"))
        self.assertIn('line 2 │ if (x > 3) { println!("big"); }', cell.text("stderr"))

    def test_an_error_hides_the_warnings(self):
        for code, words in [
            ('let x = 5;\nif (x > 3) { println!("big"); }\nlet wrong: i32 = "text";', "mismatched types"),
            ('while (true) { break; }\nlet wrong: i32 = "text";', "mismatched types"),
            ("fn add(a: i32, b: i32) -> i32 { return (a + b); }\nadd(1, 2.5)", "mismatched types"),
            ("let y = 3;;\nnowhere + 1", "nowhere"),
            ("for i in 0..3 { let u = i; }\nundefined_name", "undefined_name"),
            ("let n = 1; n = 2;", "cannot assign twice"),
        ]:
            with self.subTest(code=code):
                cell = self.run_failing(code)
                self.assertIn(words, cell.error["evalue"])
                for lint in ("unused", "unnecessary", "warning"):
                    self.assertNotIn(lint, cell.traceback)

    def test_earlier_cells_cause_no_warnings(self):
        self.run_ok('macro_rules! sq { ($e:expr) => { $e * $e }; }\nprintln!("{}", sq!(3));')
        self.run_ok("fn unused_parts() { let unused = 1; }\nstruct Unused { x: i32 }")
        self.assertNotIn("sq", self.run_failing("first.fitt()").traceback)
        for code in ("let later = 1;", "let Total = 3; println!(\"{Total}\");", "let mut grows = 1; grows = 2;", "first"):
            self.assertEqual(self.notebook.run(code).text("stderr"), "", code)


if __name__ == "__main__":
    unittest.main()
