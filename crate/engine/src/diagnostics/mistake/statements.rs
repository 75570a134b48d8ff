//! Statements of Python and other languages, recognized by the first words of a line.

use super::Finding;
use super::text::{Text, TokenKind};
use super::translate::{builtin, iterated, rust};
use crate::diagnostics::defined_names::DefinedNames;
use crate::diagnostics::host_hints::{HostHints, PythonUse};

/// Finds the statement of another language that begins with this token.
pub(super) fn find(text: &Text<'_>, at: usize, known: &DefinedNames) -> Option<Finding> {
    if !text.is_in_block(at) {
        return None;
    }
    if !text.begins_line(at) && !matches!(text.word(at.wrapping_sub(1)), ";" | "{" | "}") {
        return None;
    }
    let end = text.statement_end(at);
    let line = at..end;
    let (word, next) = (text.word(at), text.word(at + 1));
    let last = end - 1;
    let colon = text.is(last, ":") && last > at;
    let sentence = match word {
        "import" if text.is_name(at + 1) => import(text, next),
        "from" if text.is_name(at + 1) => from_import(text, at, end),
        "def" if text.is_name(at + 1) => function(text, at, end),
        "async" if next == "def" => function(text, at + 1, end),
        "class" if text.is_name(at + 1) => format!(
            "Rust has no `class`: write `struct {next} {{ … }}` for its fields and `impl {next} {{ … }}` for its functions"
        ),
        "for" if colon || text.is(last, ":") => for_loop(text, at, last)?,
        "for" if next == "(" && text.closing(at + 1).is_some_and(|closing| text.find(at + 2..closing, ";").is_some()) => {
            counted_loop(text, at)?
        }
        "match" if colon => format!("write `match {} {{ 1 => …, _ => … }}`", rust(text, at + 1..last)),
        "case" if colon => format!("write `{} => …,`", rust(text, at + 1..last)),
        "for" if text.find(at..end, "{").is_some_and(|brace| text.find(at..brace, "range").is_some()) => {
            let sentence = for_loop(text, at, text.find(at..end, "{")?)?;
            return Some(finding(text, at..at + 1, sentence).because("`range`"));
        }
        "while" if colon && matches!(next, "True" | "1") => "an endless loop is `loop { … }`: braces in place of the `:`".to_owned(),
        "while" if next == "True" => "an endless loop is `loop { … }`".to_owned(),
        "while" if colon => format!("write `while {} {{ … }}`: braces in place of the `:`", rust(text, at + 1..last)),
        "if" if colon => format!("write `if {} {{ … }}`: braces in place of the `:`", rust(text, at + 1..last)),
        "if" | "while" | "for" if one_line_block(text, at, end).is_some() => {
            let colon = one_line_block(text, at, end)?;
            let head = if word == "for" { for_head(text, at, colon)? } else { rust(text, at + 1..colon) };
            format!("write `{word} {head} {{ {}; }}`: braces in place of the `:`", rust(text, colon + 1..end))
        }
        "elif" => format!("`elif` is `else if` here: `else if {} {{ … }}`", rust(text, at + 1..if colon { last } else { end })),
        "else" if next == ":" => "write `else { … }`: braces in place of the `:`".to_owned(),
        "try" if next == ":" => {
            "Rust has no `try`: a `?` after a call stops the cell with the error, and `match call() { Ok(value) => …, Err(error) => … }` handles it".to_owned()
        }
        "except" | "finally" if colon => "Rust has no `except`: `match call() { Ok(value) => …, Err(error) => … }` handles an error".to_owned(),
        "with" if colon => "Rust has no `with`: `let text = std::fs::read_to_string(\"path\")?;` reads a file and closes it".to_owned(),
        "pass" if end == at + 1 => "Rust needs no `pass`: an empty block is `{ }`".to_owned(),
        "del" if text.is_name(at + 1) => format!("`del` is `drop` here: `drop({});`", rust(text, at + 1..without_semicolon(text, line.clone()))),
        "raise" => "Rust has no `raise`: a function returns an error with `return Err(…)`, and `panic!(\"…\")` stops the cell".to_owned(),
        "assert" if next != "(" && next != "!" => {
            format!("write `assert!({});`", rust(text, at + 1..without_semicolon(text, line.clone())))
        }
        "global" | "nonlocal" if text.is_name(at + 1) => {
            format!("Rust has no `{word}`, and a function sees only its parameters: add `{next}` to them")
        }
        "yield" => "Rust has no `yield`: collect the values in a `Vec` with `values.push(value);`".to_owned(),
        "print" if matches!(text.kind(at + 1), Some(TokenKind::Text | TokenKind::Quoted | TokenKind::Word)) => {
            let inside = at + 1..without_semicolon(text, line.clone());
            format!("write `{};`", builtin(text, "print", inside)?)
        }
        "@" if text.is_name(at + 1) => "Rust has no decorators: delete this line".to_owned(),
        "int" | "float" | "double" | "long" | "char" | "string" | "String" | "auto" | "var" | "val" | "bool" | "list" | "dict" | "tensor"
            if text.is_name(at + 1) && text.is(at + 2, "=") =>
        {
            let value = rust(text, at + 3..without_semicolon(text, line.clone()));
            format!("a new variable needs `let`: write `let {next} = {value};`")
        }
        "function" | "func" | "fun" if text.is_name(at + 1) && text.is(at + 2, "(") => function(text, at, end),
        "(" => return tuple(text, at, end),
        _ => return assignment(text, at, end, known),
    };
    let marked = if colon { at..end } else { at..at + 1 };
    Some(finding(text, marked, sentence))
}

fn finding(text: &Text<'_>, marked: std::ops::Range<usize>, sentence: String) -> Finding {
    Finding::new(text.bytes(marked), sentence)
}

/// Returns the colon of `if x > 1: print(x)`.
fn one_line_block(text: &Text<'_>, at: usize, end: usize) -> Option<usize> {
    let colon = text.find(at..end, ":")?;
    let is_path = text.is(colon + 1, ":");
    (!is_path && colon + 1 < end && text.find(at..end, "{").is_none()).then_some(colon)
}

/// Returns the end of a statement without its `;`.
fn without_semicolon(text: &Text<'_>, line: std::ops::Range<usize>) -> usize {
    if text.is(line.end - 1, ";") { line.end - 1 } else { line.end }
}

fn for_head(text: &Text<'_>, at: usize, end: usize) -> Option<String> {
    let things = text.find(at..end, "in")?;
    let name = text.source(at + 1..things);
    let name = if name.contains(',') && !name.starts_with('(') { format!("({name})") } else { name.to_owned() };
    Some(format!("{name} in {}", iterated(text, things + 1..end)))
}

/// Translates `for (int i = 0; i < 5; i++)`.
fn counted_loop(text: &Text<'_>, at: usize) -> Option<String> {
    let closing = text.closing(at + 1)?;
    let equal = text.find(at + 2..closing, "=")?;
    let end = text.find(equal..closing, ";")?;
    let less = text.find(end..closing, "<")?;
    let limit = text.find(less..closing, ";")?;
    let (range, first) = if text.is(less + 1, "=") { ("..=", less + 2) } else { ("..", less + 1) };
    let (start, limit) = (text.source(equal + 1..end), text.source(first..limit));
    Some(format!("write `for {} in {start}{range}{limit} {{ … }}`", text.word(equal - 1)))
}

fn for_loop(text: &Text<'_>, at: usize, last: usize) -> Option<String> {
    let braces = if text.is(last, ":") { ": braces in place of the `:`" } else { "" };
    Some(format!("write `for {} {{ … }}`{braces}", for_head(text, at, last)?))
}

/// Translates `def name(a, b=1):`.
fn function(text: &Text<'_>, at: usize, end: usize) -> String {
    let name = text.word(at + 1);
    let inside = text.closing(at + 2).map_or(at + 3..at + 3, |closing| at + 3..closing);
    let parameters: Vec<String> = text
        .parts(inside)
        .into_iter()
        .filter(|part| text.is_name(part.start))
        .map(|part| {
            let name = text.word(part.start);
            let hint = if text.is(part.start + 1, ":") { text.word(part.start + 2) } else { "" };
            let kind = match hint {
                "int" => "i64",
                "str" => "&str",
                "bool" => "bool",
                "list" => "&[f64]",
                _ => "f64",
            };
            if name == "self" { "&self".to_owned() } else { format!("{name}: {kind}") }
        })
        .collect();
    let gives = text.code[text.bytes(at..end).start..].contains("return");
    let gives = if gives { " -> f64" } else { "" };
    format!(
        "write `fn {name}({}){gives} {{ … }}`: each parameter needs its type, and the body stands in braces",
        parameters.join(", ")
    )
}

fn import(text: &Text<'_>, module: &str) -> String {
    match instead_of_module(text.hints, module) {
        Some(instead) => format!("Rust has no `import {module}`: {instead}"),
        None => format!(
            "Rust has no `import`: if there is a Rust crate of that name, put `:dep {module} = \"*\"` on the first line of the cell"
        ),
    }
}

/// Returns what a notebook has in place of a Python package.
pub(super) fn instead_of_module(hints: &dyn HostHints, module: &str) -> Option<&'static str> {
    if let Some(instead) = hints.instead_of_module(module) {
        return Some(instead);
    }
    Some(match module {
        "numpy" | "np" => "a list is `vec![1.0, 2.0]`",
        "math" => "`x.sqrt()`, `x.exp()`, `x.sin()` are methods of numbers, and π is `std::f64::consts::PI`",
        "random" => "put `:dep rand = \"0.8\"` on the first line of the cell, then write `rand::random::<f64>()`",
        "time" => "write `let start = std::time::Instant::now();` and later `start.elapsed()`",
        "os" | "sys" | "pathlib" => "use `std::fs` and `std::path` for files, and `std::env` for the environment",
        _ => return None,
    })
}

/// Returns the sentence for `from module import names`.
fn from_import(text: &Text<'_>, at: usize, end: usize) -> String {
    let module = text.word(at + 1);
    let before_names = text.find(at..end, "import").unwrap_or(end);
    let names: Vec<_> =
        (before_names + 1..end).filter(|&index| text.is_name(index)).map(|index| text.word(index)).collect();
    let here: Vec<_> =
        names.iter().filter_map(|name| text.hints.spelling(name)).map(|name| format!("`{name}`")).collect();
    if !here.is_empty() && here.len() == names.len() {
        let verb = if here.len() == 1 { "is" } else { "are" };
        return format!("Rust has no `import`: {} {verb} already available, so delete this line", here.join(", "));
    }
    if let Some(advice) = names.first().and_then(|name| text.hints.python_name_advice(name, PythonUse::Import)) {
        return format!("Rust has no `import`: {advice}");
    }
    import(text, module)
}

/// Finds the assignment to tuples, as in `(a, b), (c, d) = load()`.
fn tuple(text: &Text<'_>, at: usize, end: usize) -> Option<Finding> {
    let closing = text.closing(at).filter(|closing| text.is(closing + 1, ","))?;
    let equal = text.find(at..end, "=").filter(|&equal| equal > closing)?;
    let advice = (equal..end).find_map(|index| text.hints.python_name_advice(text.word(index), PythonUse::Call));
    let sentence = advice.map_or_else(
        || {
            let value = rust(text, equal + 1..without_semicolon(text, at..end));
            format!("new variables need `let`: write `let ({}) = {value};`", text.source(at..equal))
        },
        str::to_owned,
    );
    Some(finding(text, at..equal, sentence))
}

/// Finds `name = value` without `let`, and similar assignments.
fn assignment(text: &Text<'_>, at: usize, end: usize, known: &DefinedNames) -> Option<Finding> {
    if !text.is_name(at) || matches!(text.word(at), "let" | "const" | "static" | "self" | "type" | "use") {
        return None;
    }
    let value_end = without_semicolon(text, at..end);
    let name = text.word(at);
    let is_equal = |index: usize| text.is(index, "=") && !text.is(index + 1, "=") && !text.is(index + 1, ">");
    // a, b = 1, 2
    if text.is(at + 1, ",") {
        let equal = text.find(at..end, "=").filter(|&equal| is_equal(equal))?;
        if !(at..equal).all(|index| text.is_name(index) || text.is(index, ",")) {
            return None;
        }
        let (names, values) = (text.source(at..equal), text.parts(equal + 1..value_end));
        let values: Vec<_> = values.into_iter().map(|part| rust(text, part)).collect();
        let values = if values.len() > 1 { format!("({})", values.join(", ")) } else { values.concat() };
        return Some(finding(text, at..equal, format!("new variables need `let`: write `let ({names}) = {values};`")));
    }
    // a := 1
    if text.is(at + 1, ":") && text.is(at + 2, "=") && text.touches(at + 2) {
        let value = rust(text, at + 3..value_end);
        return Some(finding(text, at..at + 3, format!("a new variable needs `let`: write `let {name} = {value};`")));
    }
    // a: int = 1
    if text.is(at + 1, ":") && text.is_name(at + 2) && is_equal(at + 3) {
        let value = rust(text, at + 4..value_end);
        return Some(finding(text, at..at + 3, format!("a new variable needs `let`: write `let {name} = {value};`")));
    }
    if !is_equal(at + 1) || known.is_variable(name) || made_before(text, at) {
        return None;
    }
    let value = rust(text, at + 2..value_end);
    let sentence = format!("there is no variable `{name}` yet: write `let {name} = {value};`");
    Some(finding(text, at..at + 1, sentence).because(&format!("`{name}`")))
}

/// Returns whether a `let`, a parameter or a loop before this token defines its name.
fn made_before(text: &Text<'_>, at: usize) -> bool {
    let name = text.word(at);
    (0..at).any(|index| {
        text.is(index, name)
            && index > 0
            && matches!(text.word(index - 1), "let" | "mut" | "for" | "(" | "," | "|" | "static")
    })
}
