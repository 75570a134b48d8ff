use super::*;
use crate::diagnostics::host_hints::NoHints;

fn known() -> DefinedNames {
    let of = |name: &str, of: &str| (name.to_owned(), of.to_owned());
    DefinedNames {
        variables: vec![of("list", "Vec<i32>"), of("model", "Model"), of("x", "f64")],
        items: vec!["max".to_owned()],
    }
}

/// Returns the first sentence about a cell that can't be Rust.
fn sentence(code: &str) -> String {
    let found = before(code, &known(), &NoHints);
    found.first().map_or_else(|| panic!("there is no sentence about {code}"), |finding| finding.sentence.clone())
}

/// Returns the first sentence about a cell whose line 1 the compiler has refused with this message.
fn sentence_after_refusal(code: &str, words: &str) -> String {
    let found = after(code, &known(), &[(1, words.to_owned())], &NoHints);
    found.first().map_or_else(|| panic!("there is no sentence about {code}"), |finding| finding.sentence.clone())
}

#[test]
fn brackets_and_quotes_are_found_with_their_place() {
    for (code, words, at) in [
        ("println!(\"hi\"", "the `(` on line 1 is never closed: add the missing `)`", 8),
        ("println!(\"hi\";\nlet a = 1;", "the `(` on line 1 is never closed: add the missing `)`", 8),
        ("for i in 0..3 {\n    println!(\"{i}\");\n", "the `{` on line 1 is never closed: add the missing `}`", 14),
        ("for i in 0..3 {\n    if i > 1 {\n        f(i);\n}\nlet a = 1;", "the `{` on line 2 is never closed", 29),
        ("fn f() {\n    g(1;\n}", "the `(` on line 2 is never closed: add the missing `)`, before the `;`", 14),
        (
            "let x = (1 + 2;\nlet y = [1, 2;",
            "the `(` on line 1 is never closed: add the missing `)`, before the `;`",
            8,
        ),
        ("let a = [1, 2);", "the `[` on line 1 is never closed: add the missing `]`, before the `)`", 8),
        ("let a = 1);", "this `)` closes nothing", 9),
        ("}", "this `}` closes nothing", 0),
        ("let text = \"hello;\nlet a = 1;", "the string on line 1 has no closing `\"`", 11),
        ("let a = \"hi;\nprintln!(\"x\");", "the string on line 1 has no closing `\"`", 8),
        ("let a = 1; /* no end", "this comment has no end: write `*/` after it", 11),
        ("let a = std::", "the cell ends too early: something is missing after `std::` on line 1", 8),
        ("let a =", "something is missing after `=` on line 1", 6),
    ] {
        let found = before(code, &known(), &NoHints);
        let first = found.first().unwrap_or_else(|| panic!("there is no sentence about {code}"));
        assert!(first.sentence.contains(words), "{code}: {}", first.sentence);
        assert_eq!(first.range.start, at, "{code}");
    }
}

#[test]
fn foreign_characters_are_named() {
    for (code, words) in [
        ("let word = “hello”;", "`“` from copied text is not Rust: write `\"`"),
        ("let c = ‘a’;", "write `'`"),
        ("let a = 5 – 3;", "`–` from copied text is not Rust: write `-`"),
        ("let a = 5 − 3;", "write `-`"),
        ("let\u{a0}a = 1;", "U+00A0"),
        ("let a\u{200b} = 1;", "U+200B"),
        ("model.evaluate(…)", "`…` is not Rust: write the arguments in its place"),
        ("let a = x²;", "write `.powi(2)`"),
        ("let a = 2 × 3;", "write `*`"),
        ("if a ≤ b { f() }", "write `<=`"),
        ("let a = 1 + \\\n 2;", "without `\\`"),
        ("let a = 🙂;", "is not allowed outside strings"),
    ] {
        assert!(sentence(code).contains(words), "{code}: {}", sentence(code));
    }
}

#[test]
fn python_statements_get_the_line_to_write() {
    for (code, words) in [
        ("import numpy as np", "`vec![1.0, 2.0]`"),
        ("import foo", "`:dep foo = \"*\"`"),
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
        ("n = [i for i in range(3)]", "write `let n = (0..3).map(|i| i).collect::<Vec<_>>();`"),
        ("n = 5 if x else 6", "write `let n = if x { 5 } else { 6 };`"),
        ("d = {\"a\": 1}", "write `let d = std::collections::HashMap::from([(\"a\", 1)]);`"),
        ("for (int i = 0; i < 5; i++) {\n    f(i);\n}", "write `for i in 0..5 { … }`"),
        ("match x:\n    case 1:\n        print(1)", "write `match x { 1 => …, _ => … }`"),
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
        ("%whos", "`:vars`"),
        ("%foo", "`:help`"),
        ("?model", "for help on `model`, put the cursor in its name and press Shift-Tab"),
        ("let a = 1;\n:dep rand = \"0.8\"", "move it to the top of the cell"),
        ("let a = 1;\n!echo hello", "put it in a cell of its own"),
    ] {
        assert!(sentence(code).contains(words), "{code}: {}", sentence(code));
    }
}

#[test]
fn python_calls_get_the_call_to_write() {
    let unknown = |name: &str| format!("cannot find function `{name}` in this scope");
    for (code, cause, words) in [
        ("print(\"hello\")", "found macro `print`", "write `println!(\"hello\");`"),
        ("print(f\"loss {x}\")", "`print`", "write `println!(\"loss {x}\");`"),
        ("print(\"a\", x, x + 1)", "`print`", "write `println!(\"a {x} {}\", x + 1);`"),
        ("print(list)", "`print`", "write `println!(\"{list:?}\");`"),
        ("n = np.array([1, 2])", "`n`", "write `let n = vec![1, 2];`"),
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
        ("let a = np.array([1, 2]);", "`np`", "write `vec![1, 2]`"),
        ("let a = math.sqrt(2);", "`math`", "write `2.0_f64.sqrt()`"),
        ("n = 5", "`n`", "there is no variable `n` yet: write `let n = 5;`"),
        ("let ready = True;", "`True`", "`True` is lowercase in Rust: write `true`"),
        ("let a = None;", "type annotations needed", "write `let a: Option<f64> = None;`"),
        ("let a = x ** 2;", "cannot be dereferenced", "write `x.powi(2)` for a float"),
        ("list[-1]", "negative integers cannot be used to index", "write `list[list.len() - 1]`"),
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
fn valid_rust_has_no_mistakes() {
    for code in [
        "",
        "let a = 5; a",
        "let s = 'a'; let t = '\\''; let u = b'\\n';",
        "fn f<'a, 'b>(x: &'a str, y: &'b str) -> &'a str { x }",
        "'outer: for i in 0..3 { break 'outer; }",
        "#[derive(Clone, Debug)]\nstruct A { x: i32 }\nimpl A { fn new() -> Self { A { x: 1 } } }",
        "#![allow(unused)]\nlet a = 1;",
        "macro_rules! named { ($name:ident) => { struct $name; } }\nnamed!(B);",
        "let s = r#\"a \"quoted\" # text\"#; let t = \"…“”\"; // … “ ”",
        "let r = if a { 1 } else { 2 }; let c = |x: i32| x + 1;",
        ":dep rand = \"0.8\"\n:vars\nlet a = 1;",
        "!ls\n!echo 'it'",
        "let a = x as f64 / 2.0; let b = &list[1..3]; let c = -a.powi(2);",
        "println!(\"{a:?} {b}\", a = 1, b = 2);",
        "async fn f() -> u8 { 1 }\nf().await",
        "match x { 1 | 2 => {}, n @ 3..=5 => {}, _ => {} }",
        "let Some(y) = x else { panic!() };",
        "if let Some(x) = a && x > 1 { f(x) }",
        "let t: [f32; 2] = [1.0; 2]; let u = t[t.len() - 1]; let v = 1e-5;",
        "/* a /* b */ c */ let a = 1;",
        "loop { break; }",
        "let text = \"several\nlines\"; text",
    ] {
        assert_eq!(before(code, &known(), &NoHints), [], "{code}");
    }
}

#[test]
fn lines_that_were_refused_for_another_reason_have_no_mistakes() {
    // Valid in itself, beside an error of another kind.
    for (code, words) in [
        ("let a = max(1, 2); let b: i32 = \"text\";", "mismatched types"),
        ("use std::cmp::min; let a = min(1, 2) + \"a\";", "cannot add"),
        ("total = 5; let b: i32 = \"text\";", "mismatched types"),
        ("let a = x * *y; let b: i32 = \"text\";", "mismatched types"),
        ("println!(\"{a}\", a = 1); let b: i32 = \"text\";", "mismatched types"),
        ("let t = Table::new().column(\"relu\"); let b: i32 = 1.0;", "mismatched types"),
    ] {
        assert_eq!(after(code, &known(), &[(1, words.to_owned())], &NoHints), [], "{code}");
    }
    assert_eq!(after("let a = True;\nlet b = c;", &known(), &[(2, "`c`".to_owned())], &NoHints), []);
}

#[test]
fn each_line_has_one_sentence() {
    let found = before("for i in range(5):\n    print(f\"{i}\")\nx = [1]\n", &DefinedNames::default(), &NoHints);
    let lines: Vec<_> = found
        .iter()
        .map(|finding| line_of("for i in range(5):\n    print(f\"{i}\")\nx = [1]\n", finding.range.start))
        .collect();
    assert_eq!(lines, [1, 2, 3]);
}

#[test]
fn a_statement_over_several_lines_has_one_sentence() {
    let code = "net = first([\n    second(1, True),\n])\nx = 1";
    let lines: Vec<_> = before(code, &DefinedNames::default(), &NoHints)
        .iter()
        .map(|finding| line_of(code, finding.range.start))
        .collect();
    assert_eq!(lines, [1, 4]);
}

#[test]
fn deep_and_long_code_is_handled() {
    let deep = format!("{}1{}", "(".repeat(4_000), ")".repeat(4_000));
    assert_eq!(before(&deep, &DefinedNames::default(), &NoHints), []);
    assert!(!before(&"(".repeat(4_000), &DefinedNames::default(), &NoHints).is_empty());
    assert_eq!(before(&"a; ".repeat(20_000), &DefinedNames::default(), &NoHints), []);
}
