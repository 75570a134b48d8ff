"""Failing cells report the error and its line, and everything else survives."""

import pathlib
import re
import tempfile
import time
import unittest

from notebook import Notebook
from paths import LESSONS
from shared_kernel import SharedKernelTestCase


class Errors(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run("let answer = 42; let list = vec![1, 2, 3];")

    def failing(self, code, name):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "error", code)
        self.assertEqual((cell.error["ename"], cell.reply["ename"]), (name, name), code)
        return cell

    def assert_alive(self):
        self.assertEqual(self.notebook.run('println!("{answer}");').text(), "42\n")

    def test_a_panic_shows_its_message_and_line(self):
        cell = self.failing("let index = list.len();\nlet none = list[index];", "Panic")
        self.assertEqual(cell.error["evalue"], "index out of bounds: the len is 3 but the index is 3")
        self.assertEqual(
            cell.traceback,
            "Panic: index out of bounds: the len is 3 but the index is 3\n  line 2 │ let none = list[index];",
        )
        self.assertEqual(cell.text("stderr"), "")
        self.assert_alive()

    def test_a_panic_in_a_function_of_an_earlier_cell_shows_the_function_and_both_lines(self):
        number = self.notebook.run(
            "fn fact(n: i32) -> i32 {\n    if n == 0 { return 1 }\n    n * fact(n - 1)\n}\n"
            "fn first(list: &[i32]) -> i32 { list[0] }\nfn open(option: Option<i32>) -> i32 {\n    option.unwrap()\n}"
        ).execution_count
        for code, line in [
            ("fact(30)", f"in the function `fact`, line 3 of cell [{number}] │ n * fact(n - 1)"),
            ("let one = first(&[]);", f"in the function `first`, line 5 of cell [{number}] │ fn first(list: &[i32]) -> i32 {{ list[0] }}"),
            ("let one = open(None);", f"in the function `open`, line 7 of cell [{number}] │ option.unwrap()"),
        ]:
            with self.subTest(code=code):
                self.assertTrue(self.failing(f"let a = 1;\n{code}", "Panic").traceback.endswith(f"\n  line 2 │ {code}\n  {line}"))
        self.assert_alive()

    def test_a_panic_shows_its_line_everywhere(self):
        self.notebook.run("let zero = 0; let none: Option<i32> = None;")
        for lines, line in [
            (["let a = 1;", "10 / zero"], 2),
            (["let a = 1;", "list[10]"], 2),
            (["let a = 1;", "list[10] + 1"], 2),
            (["let a = none.unwrap(); let b = 1;"], 1),
            (["let text = \"é\";", "let half = &text[0..1];"], 2),
            (["let mut two = [1, 2];", "two.copy_from_slice(&[1, 2, 3]);"], 2),
            (["{", "let cell = std::cell::RefCell::new(1);", "let one = cell.borrow_mut();", "let two = cell.borrow_mut();", "}"], 4),
            (["(0..3).map(|i| {", "    list[i + 1]", "}).sum::<i32>()"], 2),
            (["let map = std::collections::HashMap::from([(1, 2)]);", "map[&3]"], 2),
            (["none.unwrap();", "none.unwrap();"], 1),
            (["let number: i32 = \"x\".parse().unwrap();"], 1),
            (["assert_eq!(1, 2);"], 1),
            # Panics inside the standard library show the statement that led to them.
            (["let a = 1;", "let all: i32 = (1..=30).product();"], 2),
            (["let steps = 0;", "", "for i in (0..3).step_by(steps) { println!(\"{i}\"); }"], 3),
            (["let long = 40; let a = 1;", "2i32.pow(long)"], 2),
            (["let long = -1.0;", "let wait =", "    std::time::Duration::from_secs_f64(long);", "let b = 2;"], 2),
        ]:
            with self.subTest(code=lines):
                cell = self.failing("\n".join(lines), "Panic")
                self.assertIn(f"  line {line} │ {lines[line - 1].strip()}", cell.traceback)
        self.assert_alive()

    def test_a_panic_in_another_thread_and_dbg_show_the_line_of_the_cell(self):
        code = "let done = std::thread::spawn(|| {\n    let list: Vec<i32> = vec![];\n    list[3]\n}).join().is_err();\ndbg!(done);"
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", cell.published)
        self.assertIn("thread '<unnamed>' panicked at line 3:\nindex out of bounds", cell.text("stderr"))
        self.assertIn("[line 5] done = true", cell.text("stderr"))
        for inner in ("lib.rs", "RUST_BACKTRACE"):
            self.assertNotIn(inner, cell.text("stderr"))
        cell = self.failing(code.replace(".is_err()", ".unwrap()").replace("dbg!(done);", ""), "Panic")
        self.assertIn("line 4 │", cell.traceback)

    def test_an_error_returned_with_a_question_mark_shows_its_message_and_line(self):
        cell = self.failing('eprintln!("before");\nlet one = "1".parse::<i32>()?;\nlet two: i32 = "two".parse()?;', "Error")
        self.assertEqual(cell.traceback, 'Error: invalid digit found in string\n  line 3 │ let two: i32 = "two".parse()?;')
        self.assertEqual(cell.text("stderr"), "before\n")
        self.assert_alive()

    def test_errors_of_tealight_and_candle_have_no_backtrace(self):
        cell = self.failing("let model = Sequential::new([3]).add(Dense::new(0)).build(1)?;", "Error")
        self.assertIn("Dense", cell.error["evalue"])
        for code in (
            "let sum = (Tensor::ones((2, 3), DType::F32, &Device::Cpu)? + Tensor::ones((4, 5), DType::F32, &Device::Cpu)?)?;",
            "let sum = Tensor::ones((2, 3), DType::F32, &Device::Cpu)?.matmul(&Tensor::ones((4, 5), DType::F32, &Device::Cpu)?)?;",
        ):
            cell = self.failing(code, "Error")
            self.assertNotIn("backtrace", cell.traceback)
            self.assertLess(len(cell.error["traceback"]), 8, cell.traceback)
        cell = self.notebook.run("Sequential::new([3]).add(Dense::new(0)).build(1)")
        self.assertEqual(cell.status, "error", "an error that a cell ends with")

    def test_the_search_for_an_error_checks_only_the_cell(self):
        def library_metadata():
            return {path.name for path in self.notebook.kernel_folder().rglob("*.rmeta") if not path.name.startswith("libctx")}

        before = library_metadata()
        # The type of the variable is unknown, so the engine checks the cell for errors before it builds it.
        cell = self.failing("let unknown = not_a_function(list.len());", "CompileError")
        self.assertEqual(cell.error["evalue"], "cannot find function `not_a_function` in this scope")
        self.assertEqual(library_metadata(), before, "cargo checked all dependencies of the cell, which takes a minute")
        self.assert_alive()

    def test_cells_queued_behind_a_failing_cell_are_aborted(self):
        cells = [self.notebook.send(code) for code in ('panic!("no");', 'println!("ran");', 'println!("ran");')]
        self.assertEqual([self.notebook.receive(cell).status for cell in cells], ["error", "aborted", "aborted"])
        sent = [self.notebook.send('panic!("no");', stop_on_error=False), self.notebook.send('println!("ran");')]
        self.assertEqual([self.notebook.receive(cell).status for cell in sent], ["error", "ok"])

    def test_compiler_errors_look_like_rustc_s_and_add_advice(self):
        mistakes = [
            ("let text = String::new();\nlet other = text;\ntext.len()", "borrow of moved value: `text`", "pass `&text` or `text.clone()`", 3),
            ("let tensor = Tensor::zeros(1, DType::F32, &Device::Cpu);\ntensor.dims()", "no method named `dims`", "`?`", 2),
            ("let count = 1;\ncount += 1;", "cannot assign twice to immutable variable `count`", "let mut", 2),
            ("struct Point { x: i32 }\nlet y = Point { x: 1 }.y;", "no field `y`", "a field with a similar name exists: `let y = Point { x: 1 }.x;`", 2),
            ('let wrong: i32 = "text";', "mismatched types", "expected", 1),
            ("let text = String::from(\"a\");\nlet view = &text;", "borrows from another variable", "write `let view = text.clone();`", 2),
            ("nowhere + 1", "cannot find value `nowhere`", "from the top", 1),
        ]
        for code, words, hint, line in mistakes:
            with self.subTest(code=code):
                cell = self.failing(code, "CompileError")
                self.assertIn(words, cell.error["evalue"])
                self.assertIn(f"--> cell:{line}:", cell.traceback)
                # Long lines are wrapped between words.
                self.assertIn(hint, re.sub(r"\s+", " ", cell.traceback))
                self.assertIn("\x1b[", "".join(cell.error["traceback"]), "in color")
        self.assert_alive()

    def test_a_crash_between_cells_is_reported_by_the_next_cell(self):
        notebook = Notebook(LESSONS)
        try:
            notebook.run("let lost = 1;")
            with tempfile.TemporaryDirectory() as folder:
                file = pathlib.Path(folder, "now")
                wait = f'while !std::path::Path::new("{file}").exists() {{ std::thread::sleep(std::time::Duration::from_millis(5)); }}'
                cell = notebook.run(f"std::thread::spawn(|| {{ {wait} std::process::abort(); }});")
                self.assertEqual(cell.status, "ok", cell.published)
                file.touch()
                time.sleep(5)
            cell = notebook.run("lost")
            self.assertEqual(cell.error["ename"], "Crash")
            self.assertIn("All variables are lost", cell.error["evalue"])
            self.assertEqual(notebook.run("let found = 1; found + 1").value(), "2")
        finally:
            notebook.close()

    def test_a_crash_is_reported_and_the_kernel_survives(self):
        notebook = Notebook(LESSONS)
        try:
            crashes = [
                ("std::process::exit(3);", "exit code 3"),
                ("fn deep(n: u64) -> u64 { if n == u64::MAX { 0 } else { deep(n + 1) + 1 } }\ndeep(0)", "ran out of stack"),
                ("std::process::abort();", "signal 6"),
                (":quit", "engine"),
            ]
            for code, words in crashes:
                with self.subTest(code=code):
                    notebook.run("let lost = 1;")
                    cell = notebook.run(code)
                    self.assertEqual(cell.status, "error")
                    self.assertIn(words, cell.error["evalue"])
                    self.assertIn("un the cells from the top", cell.error["evalue"])
                    self.assertEqual(notebook.run("lost").error["ename"], "CompileError")
                    self.assertEqual(notebook.run("Dense::new(1)").status, "ok")
        finally:
            notebook.close()


if __name__ == "__main__":
    unittest.main()
