"""An `impl` block that is defined again replaces the earlier one."""

import unittest

from shared_kernel import SharedKernelTestCase


class RedefinedImpls(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notebook.run("let first = 1; first")

    def test_an_impl_in_a_separate_cell_is_replaced(self):
        self.run_ok("#[derive(Debug, Clone)] struct Other { n: i32 }")
        self.run_ok('impl Other { fn show(&self) -> String { "one".into() } }')
        self.assertEqual(self.run_ok('impl Other { fn show(&self) -> String { "one".into() } }\nprintln!("{}", Other { n: 1 }.show());'), "one\n")
        self.run_ok("let other = Other { n: 2 };")
        self.run_ok("impl Other { fn show(&self) -> i32 { self.n } }")
        self.assertEqual(self.run_ok('let shown = other.show(); println!("{shown}");'), "2\n")
        self.assertEqual(self.run_ok('println!("{}", shown + 1);'), "3\n")
        self.run_ok("#[derive(Debug, Clone)] struct Other { n: i32 }")
        self.assertEqual(self.run_ok('impl Other { fn show(&self) -> String { "two".into() } }\nprintln!("{}", Other { n: 1 }.show());'), "two\n")
        self.run_ok('#[derive(Debug, Clone)] struct Other { n: i32, extra: f64 }\nimpl Other { fn show(&self) -> String { "three".into() } }')
        self.assertEqual(self.run_ok('println!("{}", Other { n: 1, extra: 0.0 }.show());'), "three\n")

    def test_the_impl_of_a_trait_is_replaced_in_whichever_cell_it_was(self):
        self.run_ok("#[derive(Debug, Clone)] struct Watch { seen: Vec<f64> }\nimpl Watch { fn new() -> Self { Self { seen: vec![] } } }")
        for words in ("one", "two"):
            cell = "impl std::fmt::Display for Watch { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, \"WORDS\") } }\nprintln!(\"{}\", Watch::new());"
            self.assertEqual(self.run_ok(cell.replace("WORDS", words)), f"{words}\n")
        callback = (
            "impl Callback for Watch {\n    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {\n"
            '        println!("WORDS {}", training.epoch() + 1);\n        Ok(Flow::Continue)\n    }\n}'
        )
        self.run_ok(callback.replace("WORDS", "epoch"))
        self.run_ok(callback.replace("WORDS", "EPOCH"))
        self.run_ok("#[derive(Debug, Clone)] struct Watch { seen: Vec<f64> }\n" + callback.replace("WORDS", "epoch"))

    def test_generic_impls_are_replaced(self):
        self.run_ok("trait Name { fn name(&self) -> String; }\nstruct Pair<T> { a: T }")
        self.run_ok('impl<T: std::fmt::Debug> Name for Pair<T> { fn name(&self) -> String { format!("{:?}", self.a) } }')
        self.run_ok('impl<U> Name for Pair<U> { fn name(&self) -> String { "pair".into() } }')
        self.assertEqual(self.run_ok('println!("{}", Pair { a: 1 }.name());'), "pair\n")

    def test_methods_of_several_cells_coexist_and_a_removed_one_is_gone(self):
        self.run_ok("struct Parts;")
        self.run_ok("impl Parts { fn a(&self) -> i32 { 1 } fn b(&self) -> i32 { 2 } }")
        self.run_ok("impl Parts { fn c(&self) -> i32 { 3 } }")
        self.assertEqual(self.run_ok('println!("{}", Parts.a() + Parts.b() + Parts.c());'), "6\n")
        self.run_ok("impl Parts { fn a(&self) -> i32 { 10 } }")
        self.assertEqual(self.run_ok('println!("{}", Parts.a() + Parts.c());'), "13\n")
        self.assertIn("b", self.run_failing("Parts.b()").error["evalue"])

    def test_an_error_in_an_impl_shows_its_position(self):
        self.run_ok("struct Placed;")
        cell = self.run_failing("impl Placed { fn f(&self) -> i32 { nowhere } }")
        self.assertIn("nowhere", cell.error["evalue"])
        self.assertNotIn("__Implementation", cell.traceback)
        carets = [line for line in cell.traceback.splitlines() if "^^^^^^^" in line]
        source = [line for line in cell.traceback.splitlines() if "fn f(&self)" in line]
        self.assertEqual(carets[0].index("^"), source[0].index("nowhere"))


if __name__ == "__main__":
    unittest.main()
