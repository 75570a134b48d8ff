"""Mistakes of beginners: each error says what to write instead, and shows nothing of the code around the cell."""

import unittest

from notebook import Notebook
from paths import LESSONS
from shared_kernel import SharedKernelTestCase

# Parts of the generated code around a cell, which an error must never show.
INTERNALS = [
    "evcxr",
    "Evcxr",
    "lib.rs",
    "<end of input>",
    "unused_",
    "unreachable",
    "found keyword `fn`",
    "ctx/",
    "cargo add",
    "Cargo.toml",
    "following other types",
    "has the cell that defines it",
]

# Nobody reads longer errors.
MAX_LINES = 13

# The code, the reported line of the cell, and the advice.
NOT_RUST = [
    ('println!("hi"', 1, "the `(` on line 1 is never closed: add the missing `)`"),
    ('for i in 0..3 {\n    println!("{i}");', 1, "the `{` on line 1 is never closed: add the missing `}`"),
    ('let a = 1;\nlet text = "hello;', 2, "the string on line 2 has no closing"),
    ("let name = 'Ada';", 1, 'write `"Ada"`'),
    ("# load the data\nlet a = 1;", 1, "`// load the data`"),
    ("let word = “hello”;", 1, "from copied text"),
    ("let a = 5 – 3;", 1, "write `-`"),
    ("let\u00a0a = 5;", 1, "U+00A0"),
    ("model.evaluate(…)", 1, "write the arguments in its place"),
    ("let a = 1; /* never closed", 1, "write `*/` after it"),
    ("let a = std::", 1, "something is missing after `std::`"),
    ("import numpy as np", 1, "`vec![1.0, 2.0]`"),
    ("from tensorflow.keras.layers import Dense", 1, "already available"),
    ("def square(x):\n    return x ** 2", 1, "write `fn square(x: f64) -> f64 { … }`"),
    ("for i in range(5):\n    print(i)", 1, "write `for i in 0..5 { … }`"),
    ('if x == 5:\n    print("five")', 1, "write `if x == 5 { … }`"),
    ("while True:\n    break", 1, "`loop { … }`"),
    ("try:\n    x = 1\nexcept:\n    pass", 1, "Rust has no `try`"),
    ("class Net(Model):\n    pass", 1, "`struct Net { … }`"),
    ("let squares = [x * x for x in list];", 1, "`list.iter().map(|x| x * x).collect::<Vec<_>>()`"),
    ("let f = lambda x: x + 1", 1, "`|x| x + 1`"),
    ("del list", 1, "`drop(list);`"),
    ("assert list.len() == 3", 1, "`assert!(list.len() == 3);`"),
    ("let a = not true;", 1, "write `!true`"),
    ("i++", 1, "write `i += 1;`"),
    ("%matplotlib inline", 1, "a figure is shown when a cell ends with it"),
    ("%%time\nlet a = 1;", 1, "std::time::Instant::now()"),
    ("?model", 1, "press Shift-Tab"),
    ("type(list)", 1, "press Shift-Tab"),
    ("!pip install numpy", 1, "Python packages"),
]

COMPILED = [
    ("let (a, b) = mnist::load();", 1, "`mnist::load()?`"),
    ('print("hello")', 1, 'write `println!("hello");`'),
    ("print(list)", 1, "write `println!(\"{list:?}\");`"),
    ("len(list)", 1, "write `list.len()`"),
    ("help(model)", 1, "press Shift-Tab"),
    ("model?", 1, "press Shift-Tab"),
    ("list[-1]", 1, "write `list[list.len() - 1]`"),
    ("let cubed = rate ** 3;", 1, "write `rate.powi(3)`"),
    ("let ready = True;", 1, "write `true`"),
    ("let nothing = None;", 1, "`let nothing: Option<f64> = None;`"),
    ("unknown = 5", 1, "write `let unknown = 5;`"),
    ('let text = f"{rate}";', 1, 'write `format!("{rate}")`'),
    ("np.array([1, 2, 3])", 1, "write `vec![1, 2, 3]`"),
    ("model.fit(&train, epochs=5)", 1, "write `model.fit(&train, Fit::new().epochs(5))?`"),
    ("model.fit(train, Fit::new())?;", 1, "write `&train`"),
    ("model.fit(train)", 1, "write `model.fit(&train, Fit::new())?`"),
    (
        'model.compile("adam", "sparse_categorical_crossentropy", ["accuracy"])?;',
        1,
        "`model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?`",
    ),
    (
        'model.compile(optimizer="adam", loss="mse", metrics=["accuracy"])',
        1,
        "`model.compile(Adam::new(), MeanSquaredError, [Accuracy])?`",
    ),
    ('model.compile(Adam::new(), MeanSquaredError, ["loss"])?;', 1, "without quotes in brackets"),
    ('let layer = Dense(128, activation="relu");', 1, "write `Dense::new(128).activation(Relu)`"),
    ('let layer = Dense::new(128).activation("relu");', 1, "`.activation(Relu)`"),
    ("let layer = dense::new(10);", 1, "`Dense::new`"),
    ("let layer = Dense::new(128.0);", 1, "write `128`"),
    ("let options = Fit::new().epochs(5.0);", 1, "write `5`"),
    ('let optimizer = Adam::new().learning_rate("fast");', 1, "a number or a schedule"),
    ("let metrics = [Accuracy, Precision::new()];", 1, "write `(Accuracy, Precision::new())`"),
    ("let rule = PolynomialDecay::new(0.1, 100);", 1, "tealight has no `PolynomialDecay`"),
    ("let n = 7;\nlet half = n / 2.0;", 2, "write `n as f64 / 2.0`"),
    ("let twice = rate * 2;", 1, "write `rate * 2.0`"),
    ("let total: f64 = 3;", 1, "write `3.0`"),
    ("let doubled = list * 2;", 1, "`list.iter().map(|x| x * 2).collect::<Vec<_>>()`"),
    ('println!("{list}");', 1, "write `{list:?}`"),
    ("println!(rate)", 1, 'write `println!("{rate}")`'),
    ("list.push(4);", 1, "`let mut list = …;` in the cell that defines it"),
    ("let n = 1;\nn = 2;", 2, "write `let mut n = …;`"),
    ("let double = |x: f64| x * 2.0;", 1, "`fn double(x: f64) -> f64 { x * 2.0 }`"),
    ("let scale = |x: f64| x * rate;", 1, "`let scale: Box<dyn Fn(f64) -> f64> = Box::new(move |x| x * rate);`"),
    ("let view = &train;", 1, "`let view = train.clone();`"),
    ("fn uses(x: f64) -> f64 { x * rate }", 1, "add `rate: f64` to them"),
    ("let v = Vec::new();", 1, "`let v: Vec<f64> = Vec::new();`"),
    ("let a = 1\nlet b = 2;", 1, "write `let a = 1;`"),
    ("let probs = model.predict(&train);\nlet dims = probs.dims();", 2, "`model.predict(&train)?`"),
    ("let loss = train.to_tensors()?.0.sum_all()? - 1.0 + 1.0;", 1, "- 1.0)? + 1.0`"),
    ("use ndarray::Array2;", 1, '`:dep ndarray = "*"`'),
    ("model.evalute(&train);", 1, "`model.evaluate(&train);`"),
    ("let second = frist + 1;\nlet first = 3;", 1, "from the top"),
    ('let wrong: i32 = "text"; let y = (3);', 1, '`"text".parse::<i32>()?`'),
]


class BeginnerMistakes(SharedKernelTestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        made = cls.notebook.run(
            "let (train, test) = mnist::load()?;\n"
            "let (train, test) = (train.take(100)?, test.take(100)?);\n"
            "let rate = 0.5; let list = vec![1, 2, 3];\n"
            "let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10).activation(Softmax)).build(1)?;\n"
            "model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;"
        )
        assert made.status == "ok", made.error
        # A macro that later cells don't use must not appear in their errors.
        cls.notebook.run("macro_rules! sq { ($x:expr) => { $x * $x } }")

    def compile_error(self, code):
        """Runs a cell that must not compile. Returns the shown text, after checking its form."""
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "error", code)
        self.assertEqual(cell.error["ename"], "CompileError", cell.error)
        text = cell.traceback
        for word in INTERNALS:
            self.assertNotIn(word, text, code)
            self.assertNotIn(word, cell.error["evalue"], code)
        self.assertLessEqual(len(text.splitlines()), MAX_LINES, text)
        # Only bold text is readable in both the light and the dark theme of JupyterLab.
        self.assertNotRegex("".join(cell.error["traceback"]), r"\x1b\[[0-9;]*\b(3[0-7]|9[0-7]|38|48)[;m]")
        return text

    def check(self, mistakes):
        for code, line, words in mistakes:
            with self.subTest(code=code):
                text = self.compile_error(code)
                self.assertIn(words, " ".join(text.split()), text)
                self.assertIn(f"--> cell:{line}:", text)

    def test_code_that_is_not_rust_gets_advice(self):
        self.check(NOT_RUST)

    def test_compiler_errors_get_advice(self):
        self.check(COMPILED)
        self.assertEqual(self.notebook.run('println!("{}", list.len());').text(), "3\n", "a variable is lost")

    def test_unknown_names_are_explained(self):
        self.notebook.run("let early = 3;\nlet late = erly + 1;")
        self.assertIn("has an error, so none of it ran", " ".join(self.compile_error("early + 1").split()))
        self.notebook.run("let early = 3;")
        self.assertEqual(self.notebook.run("early + 1").value(), "4")
        self.notebook.run("let kept = vec![1]; let other = 1;")
        self.notebook.run("let moved = kept;")
        self.assertIn("an earlier cell moved `kept` away", " ".join(self.compile_error("kept.len()").split()))
        fresh = Notebook(LESSONS)
        try:
            cell = fresh.run("let n = &test;")
            self.assertIn("attribute macro", cell.error["evalue"])
            self.assertIn("run the cells from the top", " ".join(cell.traceback.split()))
        finally:
            fresh.close()

    def test_the_first_error_is_shown_and_the_others_are_counted(self):
        text = self.compile_error("let a: i32 = \"text\";\nlet b: f64 = 3;\nlet c = nothing_here;")
        self.assertEqual(text.count("error"), 1 + text.count("more error"), text)

    def test_a_warning_is_not_reported_as_the_error(self):
        cell = self.notebook.run("let a = 5; if (a > 3) { println!(\"big\"); }\nlet wrong: i32 = \"text\";")
        self.assertEqual(cell.error["evalue"], "mismatched types")
        self.assertIn("--> cell:2:", cell.traceback)

    def test_the_advised_code_compiles(self):
        for code in [
            "let scale: Box<dyn Fn(f64) -> f64> = Box::new(move |x| x * rate);",
            "fn double(x: f64) -> f64 { x * 2.0 }",
            "let nothing: Option<f64> = None;",
            "let metrics = (Accuracy, Precision::new());",
            "let doubled = list.iter().map(|x| x * 2).collect::<Vec<_>>();",
            "let copy = train.clone();",
            "let history = model.fit(&train, Fit::new().epochs(1).verbose(Verbose::Silent))?;",
        ]:
            with self.subTest(code=code):
                cell = self.notebook.run(code)
                self.assertEqual(cell.status, "ok", cell.error)
        self.assertEqual(self.notebook.run('println!("{} {}", scale(4.0), double(4.0));').text(), "2 8\n")


if __name__ == "__main__":
    unittest.main()
