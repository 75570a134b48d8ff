"""What the compiler warns of, calls whose error nobody looks at, and items that are defined again."""

import unittest

from one_kernel import OneKernel


class Compiling(OneKernel):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run("let first = 1; first")

    def out(self, code):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", f"{code}\n{cell.error}")
        return cell.text()

    def failing(self, code):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "error", code)
        return cell


class Warnings(Compiling):
    def test_a_warning_is_shown_as_one_where_the_cell_runs(self):
        cell = self.notebook.run('let x = 5;\nif (x > 3) { println!("big"); }')
        self.assertEqual((cell.status, cell.text()), ("ok", "big\n"))
        self.assertIn("warning", cell.text("stderr"))
        self.assertIn("unnecessary parentheses", cell.text("stderr"))
        self.assertIn('line 2 │ if (x > 3) { println!("big"); }', cell.text("stderr"))

    def test_an_error_is_the_first_error_and_no_warning(self):
        for code, words in [
            ('let x = 5;\nif (x > 3) { println!("big"); }\nlet wrong: i32 = "text";', "mismatched types"),
            ('while (true) { break; }\nlet wrong: i32 = "text";', "mismatched types"),
            ("fn add(a: i32, b: i32) -> i32 { return (a + b); }\nadd(1, 2.5)", "mismatched types"),
            ("let y = 3;;\nnowhere + 1", "nowhere"),
            ("for i in 0..3 { let u = i; }\nundefined_name", "undefined_name"),
            ("let n = 1; n = 2;", "cannot assign twice"),
        ]:
            with self.subTest(code=code):
                cell = self.failing(code)
                self.assertIn(words, cell.error["evalue"])
                for lint in ("unused", "unnecessary", "warning"):
                    self.assertNotIn(lint, cell.traceback)

    def test_nothing_of_earlier_cells_is_warned_of(self):
        self.out('macro_rules! sq { ($e:expr) => { $e * $e }; }\nprintln!("{}", sq!(3));')
        self.out("fn unused_parts() { let unused = 1; }\nstruct Unused { x: i32 }")
        self.assertNotIn("sq", self.failing("first.fitt()").traceback)
        for code in ("let later = 1;", "let Total = 3; println!(\"{Total}\");", "let mut grows = 1; grows = 2;", "first"):
            self.assertEqual(self.notebook.run(code).text("stderr"), "", code)


class QuestionMarks(Compiling):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run(
            "fn fails(text: &str) -> std::result::Result<i32, String> { Err(format!(\"no {text}\")) }\n"
            "fn works() -> std::result::Result<i32, String> { println!(\"worked\"); Ok(1) }"
        )

    def test_an_error_that_nobody_looks_at_fails_the_cell(self):
        for code, line in [
            ('let a = 1;\nfails("a");\nprintln!("not reached");', 2),
            ('for i in 0..3 {\n    fails("a");\n}', 2),
            ('if first == 1 { fails("a"); }', 1),
            ('fails(\n    "a",\n);\nprintln!("not reached");', 1),
        ]:
            with self.subTest(code=code):
                cell = self.failing(code)
                self.assertEqual(cell.error["ename"], "Error")
                self.assertTrue(cell.error["evalue"].startswith("no a\n"), cell.error["evalue"])
                self.assertIn("`?`", cell.error["evalue"])
                self.assertIn(f"line {line} │", cell.traceback)
                self.assertEqual(cell.text(), "")

    def test_a_training_that_fails_says_so(self):
        cell = self.failing(
            "let mut m = Sequential::new([1]).add(Dense::new(1)).build(1)?;\n"
            "let x = Tensor::arange(0f32, 8f32, &Device::Cpu)?.reshape((8, 1))?;\n"
            "m.fit(&Dataset::from_tensors(&x, &x)?, Fit::new());"
        )
        self.assertIn("line 3 │", cell.traceback)
        self.assertIn("compile", cell.error["evalue"])

    def test_a_call_that_works_runs_once_and_the_page_says_what_is_missing(self):
        cell = self.notebook.run('works();\nprintln!("on");')
        self.assertEqual((cell.status, cell.text()), ("ok", "worked\non\n"))
        self.assertIn("write `?`", cell.text("stderr"))
        self.assertIn("line 1 │ works();", cell.text("stderr"))

    def test_what_is_left_out_on_purpose_is_silent(self):
        cell = self.notebook.run('let _ = fails("a");\nfails("b").ok();')
        self.assertEqual((cell.status, cell.text("stderr")), ("ok", ""))

    def test_in_functions_and_closures_it_is_a_warning(self):
        for code in (
            'fn ignores() { fails("a"); }\nignores();',
            'let run = [1].iter().for_each(|_| { fails("a"); });',
            'std::thread::spawn(|| { fails("a"); }).join().ok();',
        ):
            with self.subTest(code=code):
                cell = self.notebook.run(code)
                self.assertEqual(cell.status, "ok", cell.error)
                self.assertIn("Result", cell.text("stderr"))


class Implementations(Compiling):
    def test_an_impl_in_a_cell_of_its_own_is_replaced(self):
        self.out("#[derive(Debug, Clone)] struct Other { n: i32 }")
        self.out('impl Other { fn show(&self) -> String { "one".into() } }')
        self.assertEqual(self.out('impl Other { fn show(&self) -> String { "one".into() } }\nprintln!("{}", Other { n: 1 }.show());'), "one\n")
        self.out("let other = Other { n: 2 };")
        self.out("impl Other { fn show(&self) -> i32 { self.n } }")
        self.assertEqual(self.out('let shown = other.show(); println!("{shown}");'), "2\n")
        self.assertEqual(self.out('println!("{}", shown + 1);'), "3\n")
        self.out("#[derive(Debug, Clone)] struct Other { n: i32 }")
        self.assertEqual(self.out('impl Other { fn show(&self) -> String { "two".into() } }\nprintln!("{}", Other { n: 1 }.show());'), "two\n")
        self.out('#[derive(Debug, Clone)] struct Other { n: i32, extra: f64 }\nimpl Other { fn show(&self) -> String { "three".into() } }')
        self.assertEqual(self.out('println!("{}", Other { n: 1, extra: 0.0 }.show());'), "three\n")

    def test_the_impl_of_a_trait_is_replaced_wherever_it_stood(self):
        self.out("#[derive(Debug, Clone)] struct Watch { seen: Vec<f64> }\nimpl Watch { fn new() -> Self { Self { seen: vec![] } } }")
        for words in ("one", "two"):
            cell = "impl std::fmt::Display for Watch { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, \"WORDS\") } }\nprintln!(\"{}\", Watch::new());"
            self.assertEqual(self.out(cell.replace("WORDS", words)), f"{words}\n")
        callback = (
            "impl Callback for Watch {\n    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {\n"
            '        println!("WORDS {}", training.epoch() + 1);\n        Ok(Flow::Continue)\n    }\n}'
        )
        self.out(callback.replace("WORDS", "epoch"))
        self.out(callback.replace("WORDS", "EPOCH"))
        self.out("#[derive(Debug, Clone)] struct Watch { seen: Vec<f64> }\n" + callback.replace("WORDS", "epoch"))

    def test_generic_impls_are_replaced(self):
        self.out("trait Name { fn name(&self) -> String; }\nstruct Pair<T> { a: T }")
        self.out('impl<T: std::fmt::Debug> Name for Pair<T> { fn name(&self) -> String { format!("{:?}", self.a) } }')
        self.out('impl<U> Name for Pair<U> { fn name(&self) -> String { "pair".into() } }')
        self.assertEqual(self.out('println!("{}", Pair { a: 1 }.name());'), "pair\n")

    def test_methods_in_several_cells_are_all_there_and_one_that_is_taken_out_is_gone(self):
        self.out("struct Parts;")
        self.out("impl Parts { fn a(&self) -> i32 { 1 } fn b(&self) -> i32 { 2 } }")
        self.out("impl Parts { fn c(&self) -> i32 { 3 } }")
        self.assertEqual(self.out('println!("{}", Parts.a() + Parts.b() + Parts.c());'), "6\n")
        self.out("impl Parts { fn a(&self) -> i32 { 10 } }")
        self.assertEqual(self.out('println!("{}", Parts.a() + Parts.c());'), "13\n")
        self.assertIn("b", self.failing("Parts.b()").error["evalue"])

    def test_an_error_in_an_impl_has_its_place(self):
        self.out("struct Placed;")
        cell = self.failing("impl Placed { fn f(&self) -> i32 { nowhere } }")
        self.assertIn("nowhere", cell.error["evalue"])
        self.assertNotIn("__Implementation", cell.traceback)
        carets = [line for line in cell.traceback.splitlines() if "^^^^^^^" in line]
        source = [line for line in cell.traceback.splitlines() if "fn f(&self)" in line]
        self.assertEqual(carets[0].index("^"), source[0].index("nowhere"))


if __name__ == "__main__":
    unittest.main()
