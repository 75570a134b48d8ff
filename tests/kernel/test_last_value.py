"""How a cell displays its last value: the type decides, and the cell is compiled once."""

import unittest

from compiler_calls import CompilerCallCounter
from shared_kernel import SharedKernelTestCase

PLAIN = [
    ("let a = 5; a", "5"),
    ("let b = 5; let b = b * 2; b", "10"),
    ('let c = 5.0; { let c = c + 1.0; println!("{c}"); } c', "5.0"),
    ('let d = 5; { println!("{d}"); } d', "5"),
    ("let rate = 0.1;\nlet rate = rate / 2.0;\nrate", "0.05"),
    ('let k = 7; let k = k + 1; println!("{k}"); k', "8"),
    ("let n = -3; n", "-3"),
    ("let n = -0.5; n", "-0.5"),
    ("0x1f_u64", "31"),
    ("1e-3", "0.001"),
    ("b'a'", "97"),
    ("true", "true"),
    ("'x'", "'x'"),
    ('"text" // with a comment', '"text"'),
    ('String::from("owned")', '"owned"'),
    ('let pair = (1, 2.0, "a"); pair', '(1, 2.0, "a")'),
    ("Some(Some(3))", "Some(Some(3))"),
    ("None::<u8>", "None"),
    ('"5".parse::<i32>()', "Ok(5)"),
    ("let list = vec![1, 2]; &list", "[1, 2]"),
    ("&[1, 2, 3][..]", "[1, 2, 3]"),
    ("vec![1, 2]\n    .iter()\n    .map(|x| x * 2)\n    .collect::<Vec<_>>()\n", "[2, 4]"),
    ('let m = 5; match m { 5 => "five", _ => "other" }', '"five"'),
    ("let m = 5; if m > 3 { 1 } else { 2 }", "1"),
    ("{ let inner = 2; inner + 1 }", "3"),
    ('let m = 5; format!("{m}")', '"5"'),
    ("Box::new(5) as Box<dyn std::fmt::Debug>", "5"),
    ("std::sync::Arc::new(vec![1])", "[1]"),
    ("#[derive(Debug)] struct Point { x: i32 }\nPoint { x: 1 }", "Point { x: 1 }"),
    ("unsafe { 7 }", "7"),
]

NOTHING = ["()", 'println!("printed")', "for i in 0..2 { let _ = i; }", "let q = 1; if q > 3 { }", "fn nothing() {}\nnothing()"]

FIGURES = [
    ('let values = vec![1.0, 2.0];\nHistogram::new("h").values("a", values)', 2),
    ('let p = Plot::new("p").line("a", 0..2, [1, 2]);\np.title("q")', 2),
    ('vec![Plot::new("p").line("a", 0..2, [1, 2]), Plot::new("q").line("a", 0..2, [1, 2])]', 1),
    ('Some(Plot::new("p").line("a", 0..2, [1, 2]))', 1),
    ('Box::new(Plot::new("p").line("a", 0..2, [1, 2]))', 1),
    ('let p = Plot::new("p").line("a", 0..2, [1, 2]); &p', 1),
    ('let v = vec![1]; Plot::new("p").line("a", 0..1, v)', 2),
]


class LastValue(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run("let first = 1; first")
        cls.compiler_calls = CompilerCallCounter(cls.notebook)

    def run_counted(self, code, max_compiler_calls):
        """Runs a cell that must succeed with at most this many compiler calls."""
        before = self.compiler_calls.count()
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", f"{code}\n{cell.error}")
        self.assertLessEqual(self.compiler_calls.count() - before, max_compiler_calls, code)
        return cell

    def test_plain_values_are_shown_with_one_compiler_call(self):
        for code, value in PLAIN:
            with self.subTest(code=code):
                cell = self.run_counted(code, 1)
                self.assertEqual(cell.value(), value)
                self.assertEqual(cell.text("stderr"), "")

    def test_a_cell_that_ends_with_nothing_shows_nothing(self):
        for code in NOTHING:
            with self.subTest(code=code):
                self.assertIsNone(self.run_counted(code, 1).value())

    def test_a_figure_is_shown_even_if_the_last_line_consumes_a_variable(self):
        for code, max_compiler_calls in FIGURES:
            with self.subTest(code=code):
                cell = self.run_counted(code, max_compiler_calls)
                shown = cell.messages("execute_result", "display_data")
                self.assertTrue(any("text/html" in output["data"] or "image/svg+xml" in output["data"] for output in shown), shown)

    def test_consuming_a_variable_of_an_earlier_cell_removes_only_that_variable(self):
        self.notebook.run('let early = Plot::new("p").line("a", 0..2, [1, 2]); let stays = 4;')
        cell = self.run_counted('early.title("from the cell before")', 3)
        self.assertIn("text/html", cell.messages("execute_result", "display_data")[0]["data"])
        self.assertEqual(self.notebook.run("early").status, "error")
        self.assertEqual(self.notebook.run("stays").value(), "4")

    def test_the_types_own_evcxr_display_comes_first(self):
        own = '#[derive(Debug)] struct Own(i32);\nimpl Own { fn evcxr_display(&self) { println!("mine {}", self.0); } }\n'
        self.assertEqual(self.run_counted(own + "Own(3)", 1).text(), "mine 3\n")
        self.assertEqual(self.run_counted("let own = Own(4); &own", 2).text(), "mine 4\n")

    def test_a_value_without_debug_shows_advice(self):
        value = self.run_counted("struct Closed { x: i32 }\nClosed { x: 1 }", 2).value()
        self.assertIn("Closed", value)
        self.assertIn("#[derive(Debug)]", value)
        self.assertIn("closure", self.run_counted("|x: i32| x + 1", 2).value())

    def test_an_error_as_the_last_value_fails_the_cell_with_its_message(self):
        for code, words, line in [
            ('"x".parse::<i32>()', "invalid digit found in string", 1),
            ('let t = 1;\nErr::<(), String>("own words".to_string())', "own words", 2),
            ("#[derive(Debug)] struct Bad(i32);\nErr::<i32, _>(Bad(4))", "Bad(4)", 2),
            ("Sequential::new([3]).add(Dense::new(0)).build(1)", "Dense", 1),
        ]:
            with self.subTest(code=code):
                cell = self.notebook.run(code)
                self.assertEqual((cell.status, cell.error["ename"]), ("error", "Error"))
                self.assertIn(words, cell.error["evalue"])
                self.assertIn(f"line {line} │", cell.traceback)

    def test_a_compiler_error_in_the_last_line_mentions_only_the_cell(self):
        cell = self.notebook.run("first.nowhere()")
        self.assertEqual(cell.error["ename"], "CompileError")
        self.assertIn("nowhere", cell.error["evalue"])
        self.assertNotIn("evcxr", cell.traceback)
        self.assertNotIn("LastValue", cell.traceback)


if __name__ == "__main__":
    unittest.main()
