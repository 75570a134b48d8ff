use super::*;
use crate::diagnostics::defined_names::DefinedNames;
use crate::diagnostics::name_history::CellOutcome;

const HOST: HostContext<'static> =
    HostContext { hints: &super::super::host_hints::NoHints, library: None, short_paths: &[] };

fn names() -> NameHistory {
    let mut names = NameHistory::default();
    let known = DefinedNames { variables: vec![("rate".to_owned(), "f64".to_owned())], items: Vec::new() };
    names.record("let rate = 0.5;", known, CellOutcome::Ran);
    names
}

/// Returns the text about a message of evcxr's.
fn text_about(message: &str, code: &str) -> String {
    let failure = from_evcxr(&Error::Message(message.to_owned()), code, &names(), &HOST);
    let text = console::strip_ansi_codes(&failure.traceback.join("\n")).into_owned();
    assert!(!text.contains("evcxr"), "{text}");
    assert_eq!(failure.name, "CompileError");
    text
}

#[test]
fn what_evcxr_can_t_keep_gets_a_sentence_with_its_place() {
    let closure =
        |name: &str| format!("The variable `{name}` is a closure, which cannot be persisted.\nYou can …evcxr");
    for (message, code, place, words) in [
        (
            closure("double"),
            "let a = 1;\nlet double = |x: f64| x * 2.0;",
            "cell:2:5",
            "write a function, `fn double(x: f64) -> f64 { x * 2.0 }`",
        ),
        (
            closure("scale"),
            "let scale = move |x| x * rate;",
            "cell:1:5",
            "`let scale: Box<dyn Fn(f64) -> f64> = Box::new(move |x| x * rate);`",
        ),
        (closure("hello"), "let hello = || println!(\"hi\");", "cell:1:5", "`fn hello() { println!(\"hi\") }`"),
        (closure("local"), "let w = 2.0;\nlet local = |x: f64| { x * w };", "cell:2:5", "Box::new(move |x| x * w)"),
        (
            closure("long"),
            "let long = |x: f64| {\n    let y = x;\n    y\n};",
            "cell:1:5",
            "`fn long(x: f64) -> f64 { … }`",
        ),
        (
            "Couldn't automatically determine type of variable `v`.\nPlease give it an explicit type.".to_owned(),
            "let v = f();",
            "cell:1:5",
            "give it one, such as `let v: Vec<f64> = …;`",
        ),
        (
            "The variable `i` has type `impl Iterator<Item = i32>` which cannot be persisted.\nevcxr".to_owned(),
            "let i = f();",
            "cell:1:5",
            ".collect::<Vec<_>>()",
        ),
        (
            "Looks like you're missing a semicolon".to_owned(),
            "let a = f()\nlet b = 1;",
            "cell:1:11",
            "write `let a = f();`",
        ),
    ] {
        let text = text_about(&message, code);
        assert!(text.contains(place), "{text}");
        assert!(text.split_whitespace().collect::<Vec<_>>().join(" ").contains(words), "{text}");
    }
}

#[test]
fn other_messages_stay_as_they_are() {
    let failure = from_evcxr(&Error::Message("Variable does not exist: x".to_owned()), ":type x", &names(), &HOST);
    assert_eq!((failure.name.as_str(), failure.value.as_str()), ("Error", "Variable does not exist: x"));
}

#[test]
fn several_mistakes_have_a_line_each() {
    let failure =
        mistakes_before_compiling("for i in range(3):\n    print(f\"{i}\")\nx = [1]", &names(), &HOST).unwrap();
    let text = console::strip_ansi_codes(&failure.traceback.join("\n")).into_owned();
    assert!(failure.value.starts_with("write `for i in 0..3"), "{}", failure.value);
    assert!(text.contains("\nline 2: write `println!(\"{i}\");`\nline 3: there is no variable `x` yet"), "{text}");
    assert!(mistakes_before_compiling("let x = 1;", &names(), &HOST).is_none());
}

#[test]
fn a_crash_loses_all_and_a_new_type_its_variables() {
    assert!(from_evcxr(&Error::SubprocessTerminated("gone".to_owned()), "", &names(), &HOST).lost);
    let lost = from_evcxr(&Error::TypeRedefinedVariablesLost(vec!["p".to_owned()]), "", &names(), &HOST);
    assert!(lost.value.contains("this variable has another type now") && !lost.lost, "{}", lost.value);
}
