//! Errors with their code, message, cell and place, and the expected hint.

use super::*;
use crate::diagnostics::defined_names::DefinedNames;
use crate::diagnostics::diagnostic::{Help, Label};
use crate::diagnostics::host_hints::NoHints;
use crate::diagnostics::name_history::CellOutcome;

/// Returns an error whose place is the first `at` of the cell, with a label there.
fn error(code: &str, message: &str, cell: &str, at: &str, label: &str) -> Diagnostic {
    let start = cell.find(at).unwrap_or_else(|| panic!("{at} is not in {cell}"));
    Diagnostic {
        code: (!code.is_empty()).then(|| code.to_owned()),
        message: message.to_owned(),
        labels: vec![Label { range: start..start + at.len(), words: label.to_owned(), is_primary: true }],
        ..Diagnostic::default()
    }
}

const HOST: HostContext<'static> = HostContext { hints: &NoHints, library: None, short_paths: &[] };

fn names() -> NameHistory {
    let known = |names: &[(&str, &str)]| DefinedNames {
        variables: names.iter().map(|(name, of)| ((*name).to_owned(), (*of).to_owned())).collect(),
        items: Vec::new(),
    };
    let mut names = NameHistory::default();
    names.record("let rate = 0.5; let test = 1;", known(&[("rate", "f64"), ("test", "Dataset")]), CellOutcome::Ran);
    names.record("let again = test;", known(&[("rate", "f64"), ("again", "Dataset")]), CellOutcome::Ran);
    names.record(
        "let first = 3;\nlet second = nothing;",
        known(&[("rate", "f64"), ("again", "Dataset")]),
        CellOutcome::Refused,
    );
    names
}

fn words(error: &Diagnostic, cell: &str) -> String {
    for_error(error, cell, &names(), &HOST).map_or_else(String::new, |hint| hint.words)
}

#[test]
fn each_error_has_its_hint() {
    for (code, message, cell, at, label, wanted) in [
        // A forgotten `?`.
        (
            "E0308",
            "mismatched types",
            "let x: Tensor = (p - t)?.sqr()? * 0.5;",
            "(p - t)?.sqr()? * 0.5",
            "expected `Tensor`, found `Result<Tensor, Error>`",
            "`((p - t)?.sqr()? * 0.5)?`",
        ),
        (
            "E0308",
            "mismatched types",
            "f(model.predict(&test));",
            "model.predict(&test)",
            "expected `&Tensor`, found `Result<Tensor, Error>`",
            "write `model.predict(&test)?`",
        ),
        (
            "E0599",
            "no method named `dims` found for enum `Result<T, E>` in the current scope",
            "let p = model.predict(&t);\np.dims()",
            "dims",
            "method not found in `Result<Tensor, Error>`",
            "`model.predict(&t)?`",
        ),
        (
            "E0277",
            "cannot add `{float}` to `Result<Tensor, Error>`",
            "let l = tensor.sum(1)? - x + 1.0;",
            "+",
            "no implementation",
            "write `(tensor.sum(1)? - x)? + 1.0`",
        ),
        (
            "E0277",
            "cannot multiply `f64` by `Result<Tensor, Error>`",
            "let l = 0.5 * t.sqr();",
            "*",
            "",
            "write `t.sqr()?`",
        ),
        (
            "E0277",
            "the `?` operator can only be applied to values that implement `Try`",
            "let a = rate?;",
            "rate?",
            "",
            "delete the `?`",
        ),
        (
            "E0277",
            "the `?` operator can only be used in a function that returns `Result` or `Option`",
            "fn f() { g()?; }",
            "?",
            "",
            "returns a `Result`",
        ),
        // Numbers.
        (
            "E0277",
            "cannot divide `{integer}` by `{float}`",
            "let n = 7; n / 2.0",
            "/",
            "no implementation for `{integer} / {float}`",
            "write `n as f64 / 2.0`",
        ),
        ("E0277", "cannot multiply `f64` by `{integer}`", "let v = rate * 2;", "*", "", "write `rate * 2.0`"),
        ("E0277", "cannot add `f64` to `i32`", "let v = list[0] + rate;", "+", "", "write `list[0] as f64 + rate`"),
        ("E0277", "can't compare `f64` with `{integer}`", "if rate > 1 { f() }", ">", "", "write `rate > 1.0`"),
        ("E0308", "mismatched types", "let t: f64 = 3;", "3", "expected `f64`, found integer", "write `3.0`"),
        ("E0308", "mismatched types", "let t: usize = n;", "n;", "expected `usize`, found `i32`", "as usize"),
        (
            "E0369",
            "cannot multiply `Vec<i32>` by `{integer}`",
            "list * 2",
            "*",
            "",
            "`list.iter().map(|x| x * 2).collect::<Vec<_>>()`",
        ),
        ("E0369", "cannot add `&str` to `&str`", "let s = \"a\" + \"b\";", "+", "", "format!(\"ab\")"),
        (
            "E0277",
            "the trait bound `{float}: IntoCount` is not satisfied",
            "Dense::new(128.0)",
            "128.0",
            "",
            "write `128`",
        ),
        (
            "E0277",
            "the trait bound `LearningRate: From<{integer}>` is not satisfied",
            "Adam::new().learning_rate(1)",
            "1)",
            "",
            "this takes a float",
        ),
        (
            "E0277",
            "the trait bound `Vec<usize>: From<{integer}>` is not satisfied",
            "Sequential::new(4)",
            "4",
            "",
            "write `[4]`",
        ),
        (
            "E0277",
            "the trait bound `Vec<f32>: From<Vec<f64>>` is not satisfied",
            "Fit::new().sample_weight(w)",
            "w)",
            "",
            "as f32",
        ),
        ("E0277", "the type `[i32]` cannot be indexed by `i32`", "list[i]", "i]", "", "as usize"),
        ("E0308", "mismatched types", "Conv2D::new(8, 3)", "3", "expected `[_; 2]`, found integer", "write `[3, 3]`"),
        ("E0277", "`{integer}` is not an iterator", "for i in 5 { }", "5", "", "write `0..5`"),
        (
            "E0599",
            "no function or associated item named `new` found for struct `Flatten` in the current scope",
            "Flatten::new()",
            "new",
            "",
            "write `Flatten` without `::new()`",
        ),
        (
            "E0599",
            "no method named `upper` found for struct `String` in the current scope",
            "s.upper()",
            "upper",
            "",
            "to_uppercase",
        ),
        // NameHistory.
        (
            "E0423",
            "expected value, found attribute macro `test`",
            "model.evaluate(&test)?",
            "test",
            "not a value",
            "an earlier cell moved `test` away",
        ),
        ("E0425", "cannot find value `first` in this scope", "first", "first", "", "has an error, so none of it ran"),
        (
            "E0425",
            "cannot find value `rate` in this scope",
            "fn f(x: f64) -> f64 { x * rate }",
            "rate",
            "",
            "add `rate: f64`",
        ),
        (
            "E0434",
            "can't capture dynamic environment (local variable) in a fn item",
            "let k = 1; fn f() -> i32 { k }",
            "k }",
            "",
            "a function sees only its parameters",
        ),
        (
            "E0425",
            "cannot find value `nowhere` in this scope",
            "nowhere + 1",
            "nowhere",
            "",
            "run the cells from the top",
        ),
        (
            "E0432",
            "unresolved import `ndarray`",
            "use ndarray::Array2;",
            "ndarray",
            "use of unresolved module or unlinked crate `ndarray`",
            "`:dep ndarray = \"*\"`",
        ),
        (
            "E0433",
            "cannot find module or crate `rand` in this scope",
            "rand::random::<f64>()",
            "rand",
            "use of unresolved module or unlinked crate `rand`",
            "`:dep rand = \"*\"`",
        ),
        ("E0425", "cannot find type `int` in this scope", "let x: int = 5;", "int", "", "the type is `i64`"),
        (
            "E0599",
            "no method named `push` found for array `[i32; 3]` in the current scope",
            "a.push(4)",
            "push",
            "",
            "vec![…]",
        ),
        ("E0308", "mismatched types", "return 5;", "5", "expected `()`, found integer", "end the cell with it"),
        ("", "expected one of `:`, `@`, or `|`, found `)`", "fn f(x) { x }", ") {", "", "write `name: f64`"),
        // Owning and changing.
        ("E0382", "borrow of moved value: `text`", "text.len()", "text", "", "`&text`"),
        (
            "E0384",
            "cannot assign twice to immutable variable `n`",
            "let n = 1;\nn = 2;",
            "n = 2",
            "",
            "write `let mut n = …;`",
        ),
        (
            "E0596",
            "cannot borrow `list` as mutable, as it is not declared as mutable",
            "list.push(4);",
            "list",
            "",
            "in the cell that defines it",
        ),
        (
            "E0373",
            "closure may outlive the current function, but it borrows `w`, which is owned by the current function",
            "Loss::custom(\"l\", |t, p| t * w)",
            "|t, p|",
            "",
            "write `move |t, p|`",
        ),
        ("E0597", "`x` does not live long enough", "let y = &x;", "&x", "", "outlives its cell"),
        (
            "E0308",
            "mismatched types",
            "model.fit(train, f)",
            "train",
            "expected `&Dataset`, found `Dataset`",
            "write `&train`",
        ),
        // Others.
        ("E0277", "`Vec<i32>` doesn't implement `Display`", "println!(\"{list}\");", "{list}", "", "write `{list:?}`"),
        ("E0277", "`Vec<i32>` doesn't implement `Display`", "println!(\"{}\", list);", "list", "", "write `{:?}`"),
        (
            "E0282",
            "type annotations needed for `Vec<_>`",
            "let v = Vec::new();",
            "v",
            "",
            "`let v: Vec<f64> = Vec::new();`",
        ),
        ("E0284", "type annotations needed", "let n = \"5\".parse()?;", "n", "", "`let n: f64 = \"5\".parse()?;`"),
        (
            "E0605",
            "non-primitive cast: `&str` as `f64`",
            "let n = \"5\" as f64;",
            "\"5\" as f64",
            "",
            "`\"5\".parse::<f64>()?`",
        ),
        (
            "E0308",
            "mismatched types",
            "let n: i32 = \"5\";",
            "\"5\"",
            "expected `i32`, found `&str`",
            "`\"5\".parse::<i32>()?`",
        ),
        ("E0308", "mismatched types", "if n { f() }", "n", "expected `bool`, found `i32`", "write `n != 0`"),
        ("E0609", "no field `los` on type `Evaluation`", "e.los", "los", "", "Tab"),
        (
            "E0615",
            "attempted to take value of method `shape` on type `Dataset`",
            "train.shape",
            "shape",
            "",
            "write `.shape()`",
        ),
        ("E0618", "expected function, found `Vec<i32>`", "list(0)", "list(0)", "", "`list[0]`"),
        ("", "expected `;`, found keyword `let`", "let a = 1\nlet b = 2;", "\nlet b", "", "write `let a = 1;`"),
        (
            "",
            "format argument must be a string literal",
            "println!(model)",
            "model",
            "",
            "write `println!(\"{model}\")`",
        ),
    ] {
        let error = error(code, message, cell, at, label);
        let hint = words(&error, cell);
        assert!(hint.contains(wanted), "{code} {message}\n{cell}\n{hint}");
    }
}

#[test]
fn a_wrong_hint_is_not_given() {
    let with = |mut error: Diagnostic, help: &str| {
        error.helps.push(Help { words: help.to_owned(), fixed: None });
        error
    };
    let cell = "let second = frist + 1;";
    let unknown = error("E0425", "cannot find value `frist` in this scope", cell, "frist", "");
    assert_eq!(words(&with(unknown, "a local variable with a similar name exists"), cell), "");
    let cell = "model.evalute(&t)";
    let method =
        error("E0599", "no method named `evalute` found for struct `Model` in the current scope", cell, "evalute", "");
    assert_eq!(words(&with(method, "there is a method `evaluate` with a similar name"), cell), "");
    let cell = "HashMap::new()";
    let import = error("E0433", "cannot find type `HashMap` in this scope", cell, "HashMap", "");
    assert_eq!(words(&with(import, "consider importing this struct"), cell), "");
    // The float sentence is for numbers alone.
    let cell = "let s: Shape = color;";
    let other = error("E0308", "mismatched types", cell, "color", "expected `Shape`, found `Color`");
    assert_eq!(words(&other, cell), "");
    let cell = "total += 1";
    let unknown = error("E0425", "cannot find value `total` in this scope", cell, "total", "");
    assert!(!words(&unknown, cell).contains("has the cell"), "{}", words(&unknown, cell));
    assert_eq!(words(&error("E0001", "", "a", "a", ""), "a"), "");
}

#[test]
fn a_call_with_wrong_arguments_shows_the_declaration() {
    let cell = "model.evaluate()";
    let mut error = error("E0061", "this method takes 1 argument but 0 arguments were supplied", cell, "evaluate", "");
    error.signature = Some("evaluate(&self, data: &Dataset) -> Result<Evaluation>".to_owned());
    assert!(words(&error, cell).contains("`evaluate(data: &Dataset) -> Result<Evaluation>`"));
}
