//! Each mistake with the sentence that corrects it: Python's syntax and Keras's names.

use notebook_engine::{CompileError, PythonArgument, PythonCall, mistakes_in_refused_lines, mistakes_in_text};

use super::{KerasHints, errors};

const VARIABLES: [(&str, &str); 3] = [("list", "Vec<i32>"), ("model", "Model"), ("x", "f64")];

/// Returns the first sentence about a cell that can't be Rust.
fn sentence(code: &str) -> String {
    let found = mistakes_in_text(code, &VARIABLES, &KerasHints);
    found.into_iter().next().unwrap_or_else(|| panic!("there is no sentence about {code}"))
}

/// Returns the first sentence about a cell whose line 1 the compiler has refused with this message.
fn sentence_after_refusal(code: &str, message: &str) -> String {
    let found = mistakes_in_refused_lines(code, &VARIABLES, &[(1, message.to_owned())], &KerasHints);
    found.into_iter().next().unwrap_or_else(|| panic!("there is no sentence about {code}"))
}

#[test]
fn python_statements_get_the_line_to_write() {
    for (code, words) in [
        ("import numpy as np", "`vec![1.0, 2.0]`"),
        ("import keras", "already available"),
        ("import foo", "`:dep foo = \"*\"`"),
        ("from tensorflow.keras.layers import Dense, Dropout", "`Dense`, `Dropout` are already available"),
        ("from keras.datasets import mnist", "mnist::load()?"),
        ("def square(x):\n    return x ** 2", "write `fn square(x: f64) -> f64 { … }`"),
        ("def show(name: str, n: int = 3):\n    print(name)", "write `fn show(name: &str, n: i64) { … }`"),
        ("for i in range(5):\n    print(i)", "write `for i in 0..5 { … }`: braces in place of the `:`"),
        ("for i in range(2, 10, 3):\n    print(i)", "write `for i in (2..10).step_by(3) { … }`"),
        ("for value in list:\n    print(value)", "write `for value in &list { … }`"),
        ("for i, value in enumerate(list):\n    print(i)", "write `for (i, value) in list.iter().enumerate() { … }`"),
        ("for a, b in zip(xs, ys):\n    print(a)", "write `for (a, b) in xs.iter().zip(&ys) { … }`"),
        ("for i in range(3): print(i)", "write `for i in 0..3 { println!(\"{i}\"); }`"),
        ("if x == 5:\n    print(\"five\")", "write `if x == 5 { … }`"),
        ("if x > 1 and x < 5:\n    f()", "write `if x > 1 && x < 5 { … }`"),
        ("while x < 5:\n    f()", "write `while x < 5 { … }`"),
        ("while True:\n    f()", "`loop { … }`"),
        ("elif x == 6:\n    f()", "`else if x == 6 { … }`"),
        ("else:\n    f()", "write `else { … }`"),
        ("try:\n    f()", "Rust has no `try`"),
        ("class Net(Model):\n    pass", "write `struct Net { … }`"),
        ("with open(\"a\") as f:\n    f.read()", "std::fs::read_to_string"),
        ("del list", "`drop(list);`"),
        ("assert len(list) == 3", "write `assert!(list.len() == 3);`"),
        ("print \"hello\"", "write `println!(\"hello\");`"),
        ("(x_train, y_train), (x_test, y_test) = mnist.load_data()", "write `let (train, test) = mnist::load()?;`"),
        ("n = [i for i in range(3)]", "write `let n = (0..3).map(|i| i).collect::<Vec<_>>();`"),
        ("n = 5 if x else 6", "write `let n = if x { 5 } else { 6 };`"),
        ("d = {\"a\": 1}", "write `let d = std::collections::HashMap::from([(\"a\", 1)]);`"),
        ("for (int i = 0; i < 5; i++) {\n    f(i);\n}", "write `for i in 0..5 { … }`"),
        ("match x:\n    case 1:\n        print(1)", "write `match x { 1 => …, _ => … }`"),
        (
            "net = keras.Sequential([\n    keras.layers.Flatten(input_shape=(8, 8)),\n    layers.Dense(10, activation='softmax')\n])",
            "write `let net = Sequential::new([8, 8]).add(Flatten).add(Dense::new(10).activation(Softmax));`",
        ),
        ("x, y = 1, 2", "write `let (x, y) = (1, 2);`"),
        ("n := 5", "write `let n = 5;`"),
        ("n: int = 5", "write `let n = 5;`"),
        ("int n = 5;", "write `let n = 5;`"),
        ("raise ValueError(\"no\")", "panic!"),
        ("# load the data\nlet a = 1;", "a comment begins with `//`: `// load the data`"),
        ("let a = 1; # one", "`// one`"),
    ] {
        assert!(sentence(code).contains(words), "{code}: {}", sentence(code));
    }
}

#[test]
fn python_expressions_get_the_line_to_write() {
    for (code, words) in [
        ("let name = 'Ada';", "write `\"Ada\"`"),
        ("println!('hello world');", "write `\"hello world\"`"),
        ("let f = lambda x: x + 1", "`|x| x + 1`"),
        ("let squares = [x * x for x in list];", "write `list.iter().map(|x| x * x).collect::<Vec<_>>()`"),
        ("let a = not true;", "write `!true`"),
        ("let a = x if x > 1 else 0;", "write `if x > 1 { x } else { 0 }`"),
        ("let a = x ? 1 : 2;", "write `if … { 1 } else { 2 }`"),
        ("let a = x is None;", "call `.is_none()`"),
        ("let a = 3 in list;", "write `list.contains(&3)`"),
        ("let part = list[1:3];", "`&list[1..3]`"),
        ("i++", "write `i += 1;`"),
        ("let d = {\"a\": 1};", "HashMap::from([(\"a\", 1)])"),
        ("let a = f\"{x}\";", "write `format!(\"{x}\")`"),
        ("type(list)", "press Shift-Tab"),
        ("let s = \"\"\"text\"\"\";", "may span several lines"),
    ] {
        assert!(sentence(code).contains(words), "{code}: {}", sentence(code));
    }
}

#[test]
fn ipython_commands_get_what_is_here() {
    for (code, words) in [
        ("%matplotlib inline", "a figure is shown when a cell ends with it"),
        ("%%time\nlet a = 1;", "std::time::Instant::now()"),
        ("%timeit f()", "std::time::Instant::now()"),
        ("%load_ext autoreload", "delete it"),
        ("%pip install numpy", "Python packages"),
        ("!pip install numpy", "Python packages"),
        ("!pip3 install --quiet keras\nlet a = 1;", "Python packages"),
        ("%whos", "`:vars`"),
        ("%foo", "`:help`"),
        ("?model", "for help on `model`, put the cursor in its name and press Shift-Tab"),
        ("??Dense", "for help on `Dense`"),
        ("let a = 1;\n:dep rand = \"0.8\"", "move it to the top of the cell"),
        ("let a = 1;\n!echo hello", "put it in a cell of its own"),
    ] {
        assert!(sentence(code).contains(words), "{code}: {}", sentence(code));
    }
}

#[test]
fn calls_as_in_python_get_the_call_to_write() {
    let unknown = |name: &str| format!("cannot find function `{name}` in this scope");
    for (code, cause, words) in [
        ("print(\"hello\")", "found macro `print`", "write `println!(\"hello\");`"),
        ("print(f\"loss {x}\")", "`print`", "write `println!(\"loss {x}\");`"),
        ("print(\"a\", x, x + 1)", "`print`", "write `println!(\"a {x} {}\", x + 1);`"),
        ("print(list)", "`print`", "write `println!(\"{list:?}\");`"),
        ("n = np.array([1, 2])", "`n`", "write `let n = vec![1, 2];`"),
        ("net = Sequential()", "`net`", "write `let net = Sequential::new([28, 28]);`"),
        ("let d = mnist.load_data();", "found module `mnist`", "mnist::load()?"),
        ("let l = Flatten(input_shape=(28, 28));", "`input_shape`", "`Flatten` has no options"),
        (
            "model.fit(x, y, epochs=2)",
            "`epochs`",
            "write `model.fit(&Dataset::from_tensors(&x, &y)?, Fit::new().epochs(2))?`",
        ),
        ("h = model.fit(train, epochs=5)", "`h`", "write `let h = model.fit(&train, Fit::new().epochs(5))?;`"),
        (
            "model.compile(optimizer='adam',\n    loss='mse',\n    metrics=['accuracy'])",
            "`optimizer`",
            "`model.compile(Adam::new(), MeanSquaredError, [Accuracy])?`",
        ),
        ("tf.keras.layers.Dense(10)", "`tf`", "write `Dense::new(10)`"),
        ("console.log(\"hi\")", "`console`", "write `println!(\"hi\")`"),
        ("n = list(range(3))", "`n`", "write `let n = (0..3).collect::<Vec<_>>();`"),
        ("exit()", "`exit`", "Shut Down Kernel"),
        ("len(list)", "`len`", "write `list.len()`"),
        ("let n = sum(list);", "`sum`", "write `list.iter().sum::<f64>()`"),
        ("let n = str(x);", "`str`", "write `x.to_string()`"),
        ("let n = int(\"5\");", "`int`", "write `\"5\".parse::<i64>()?`"),
        ("help(model)", "`help`", "for help on `model`"),
        ("dir(model)", "`dir`", "press Tab"),
        ("let line = input(\"name\");", "`input`", "read_line"),
        ("for i in range(3) { f(i); }", "`range`", "write `for i in 0..3 { … }`"),
        (
            "model.fit(train, epochs=5, batch_size=32)",
            "`epochs`",
            "write `model.fit(&train, Fit::new().epochs(5).batch_size(32))?`",
        ),
        (
            "model.fit(&train, validation_data=test, verbose=0)",
            "`validation_data`",
            ".validation_data(&test).verbose(Verbose::Silent)",
        ),
        ("let layer = Dense(128, activation=\"relu\");", "`activation`", "write `Dense::new(128).activation(Relu)`"),
        ("let layer = Dense(units=10);", "`units`", "write `Dense::new(10)`"),
        ("let layer = Dense::new(10, activation=\"relu\");", "`activation`", "write `Dense::new(10).activation(Relu)`"),
        ("let o = Adam(learning_rate=0.01);", "`learning_rate`", "write `Adam::new().learning_rate(0.01)`"),
        (
            "model.compile(optimizer=\"adam\", loss=\"mse\", metrics=[\"accuracy\"])",
            "`optimizer`",
            "write `model.compile(Adam::new(), MeanSquaredError, [Accuracy])?`",
        ),
        (
            "model.compile(\"adam\", \"sparse_categorical_crossentropy\", [\"accuracy\"])?;",
            "From<&str>",
            "`model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?`",
        ),
        ("let l = Dense::new(1).activation(\"relu\");", "From<&str>", "`.activation(Relu)`"),
        ("let l = Conv2D::new(1, [3, 3]).padding(\"same\");", "&str", "`.padding(Padding::Same)`"),
        ("let l = Dense(10);", "found struct `Dense`", "write `Dense::new(10)`"),
        (
            "let m = Sequential([Flatten(input_shape=(8, 8)), Dense(10, activation=\"softmax\")]);",
            "`Sequential`",
            "write `Sequential::new([8, 8]).add(Flatten).add(Dense::new(10).activation(Softmax))`",
        ),
        ("let l = Flatten();", "`Flatten`", "without parentheses"),
        ("let l = dense::new(10);", "`dense`", "the name is `Dense`"),
        ("let a = np.array([1, 2]);", "`np`", "write `vec![1, 2]`"),
        ("pd.read_csv(\"a.csv\")", "`pd`", "write `Table::read_csv(\"a.csv\")?`"),
        ("plt.plot(list)", "`plt`", "Plot::new(\"title\")"),
        ("let a = math.sqrt(2);", "`math`", "write `2.0_f64.sqrt()`"),
        ("n = 5", "`n`", "there is no variable `n` yet: write `let n = 5;`"),
        ("let ready = True;", "`True`", "`True` is lowercase in Rust: write `true`"),
        ("let a = None;", "type annotations needed", "write `let a: Option<f64> = None;`"),
        ("let a = x ** 2;", "cannot be dereferenced", "write `x.powi(2)` for a float"),
        ("list[-1]", "negative integers cannot be used to index", "write `list[list.len() - 1]`"),
        ("history.get(\"loss\")?[-1]", "index", "`history.last(\"loss\")?`"),
        ("model?", "`?` operator", "for help on `model`"),
        ("println!(f\"{x}\");", "expected `,`", "Rust needs no `f` here: write `\"{x}\"`"),
    ] {
        let cause = if cause.starts_with('`') && !cause.contains(' ') {
            unknown(cause.trim_matches('`'))
        } else {
            cause.to_owned()
        };
        let sentence = sentence_after_refusal(code, &cause);
        assert!(sentence.contains(words), "{code}: {sentence}");
    }
}

#[test]
fn a_statement_over_several_lines_has_one_sentence() {
    let code = "net = keras.Sequential([\n    keras.layers.Dense(1, activation='relu'),\n])\nx = 1";
    assert_eq!(mistakes_in_text(code, &[], &KerasHints).len(), 2);
}

#[test]
fn deep_calls_are_translated_in_time() {
    let deep = format!("net = {}{}", "Sequential([Dense(1, activation=".repeat(16), ")])".repeat(16));
    assert!(!mistakes_in_text(&deep, &[], &KerasHints).is_empty());
    let deep = format!("net = {}{}", "model.fit(x, epochs=".repeat(16), ")".repeat(16));
    assert!(!mistakes_in_text(&format!("{deep} #"), &[], &KerasHints).is_empty());
}

#[test]
fn errors_about_library_types_have_a_hint() {
    for (code, message, source, types, wanted) in [
        ("E0308", "mismatched types", "\"max\"", Some(("Mode", "&str")), "`Mode::Max`"),
        (
            "E0308",
            "mismatched types",
            "Precision::new()",
            Some(("Accuracy", "Precision")),
            "write `(Accuracy, Precision::new())`",
        ),
        ("E0308", "mismatched types", "(a, b)", Some(("Dataset", "(_, _)")), "`let (train, test) = mnist::load()?;`"),
        ("E0277", "`Accuracy` is not an iterator", "Accuracy", None, "write `[Accuracy]`"),
        (
            "E0277",
            "the trait bound `Activation: From<&str>` is not satisfied",
            "\"swoosh\"",
            None,
            "without quotes, such as `Relu`",
        ),
        (
            "E0599",
            "no method named `fit` found for struct `Sequential` in the current scope",
            "fit",
            None,
            "network.build(42)?",
        ),
        ("E0282", "type annotations needed", "[]", None, "for no metrics write `()`"),
        ("E0608", "cannot index into a value of type `Tensor`", "t[0]", None, "`tensor.get(0)?`"),
        ("E0605", "non-primitive cast: `Tensor` as `f64`", "t as f64", None, "`t.to_scalar::<f32>()?`"),
    ] {
        let error = CompileError {
            code,
            message,
            source,
            expected: types.map(|(expected, _)| expected.to_owned()),
            found: types.map(|(_, found)| found.to_owned()),
            enclosing_list: Some("Accuracy, Precision::new()".to_owned()),
            ..CompileError::default()
        };
        let hint = errors::hint(&error).unwrap_or_else(|| panic!("there is no hint for {message}"));
        assert!(hint.contains(wanted), "{hint}");
    }
    let other = CompileError { code: "E0308", message: "mismatched types", ..CompileError::default() };
    assert_eq!(errors::hint(&other), None);
}

#[test]
fn arithmetic_with_a_tensor_takes_floats() {
    let error = CompileError {
        code: "E0277",
        message: "cannot add `{integer}` to `Tensor`",
        operands: Some(("t".to_owned(), "+".to_owned(), "1".to_owned())),
        ..CompileError::default()
    };
    assert_eq!(errors::hint(&error).as_deref(), Some("tensors take floats: write `(t + 1.0)?`"));
}

#[test]
fn a_call_of_fit_with_wrong_arguments_shows_the_right_one() {
    let argument = |source: &str| PythonArgument { source: source.to_owned(), ..PythonArgument::default() };
    let call =
        PythonCall { receiver: Some("model".to_owned()), name: "fit".to_owned(), arguments: vec![argument("train")] };
    let error = CompileError { code: "E0061", call: Some(call), ..CompileError::default() };
    assert!(errors::hint(&error).unwrap().contains("write `model.fit(&train, Fit::new())?`"));
}
