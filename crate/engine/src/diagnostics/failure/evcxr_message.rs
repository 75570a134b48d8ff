//! Sentences for what evcxr itself refuses.

use std::ops::Range;

use crate::diagnostics::diagnostic::{Diagnostic, quoted};
use crate::diagnostics::mistake::Finding;
use crate::diagnostics::mistake::text::Text;
use crate::diagnostics::name_history::NameHistory;

/// Returns the sentence for a message of evcxr's.
pub(super) fn finding(message: &str, code: &str, names: &NameHistory) -> Option<Finding> {
    let text = Text::parse(code);
    let name = quoted(message).next().unwrap_or("").to_owned();
    let range =
        definition(&text, &name).map_or(0..code.lines().next().unwrap_or("").len(), |at| text.bytes(at..at + 1));
    let sentence = if message.contains("is a closure, which cannot be persisted") {
        closure(&text, &name, names)
    } else if message.contains("Couldn't automatically determine type") {
        format!("the type of `{name}` can't be found: give it one, such as `let {name}: Vec<f64> = …;`")
    } else if message.contains("which cannot be persisted") {
        let of = quoted(message).nth(1).unwrap_or("its type").to_owned();
        format!(
            "`{name}` has a type without a name (`{of}`), which can't be kept for later cells: make a list of it with `.collect::<Vec<_>>()`, or put the lines that use it in a block `{{ … }}`"
        )
    } else if message.contains("Failed to determine type of variable") {
        format!(
            "the type of `{name}` is private, so it can't be kept for later cells: put the lines that use it in a block `{{ … }}`"
        )
    } else if message.contains("missing a semicolon") {
        let (range, line) = without_semicolon(&text)?;
        return Some(Finding {
            range,
            sentence: format!("a statement ends with `;`: write `{line};`"),
            cause: String::new(),
        });
    } else {
        return None;
    };
    Some(Finding { range, sentence, cause: String::new() })
}

/// Returns the sentence for an error of the compiler's about a variable that can't be kept.
pub(super) fn of_error(error: &Diagnostic, code: &str, names: &NameHistory) -> Option<Finding> {
    let text = Text::parse(code);
    let place = error.place()?;
    if error.message.contains("contains a reference with a non-static lifetime") {
        let name = error.name()?;
        let at = definition(&text, name)?;
        return Some(Finding { range: place, sentence: reference(&text, at, name), cause: String::new() });
    }
    if matches!(error.code.as_deref(), Some("E0282" | "E0283" | "E0284" | "E0373")) {
        // `let name = |x| …`, which could not be kept anyway.
        let at = text.token_at(place.start)?;
        let bar = if text.is(at, "|") || text.is(at, "move") {
            at
        } else {
            (0..at).rev().find(|&index| text.is(index, "|"))?
        };
        let equal = bar.checked_sub(1)?;
        if text.is(equal, "=") && equal > 1 && text.is(equal.checked_sub(2)?, "let") {
            let name = text.word(equal - 1).to_owned();
            return Some(Finding {
                range: text.bytes(equal - 1..equal),
                sentence: closure(&text, &name, names),
                cause: String::new(),
            });
        }
    }
    None
}

/// Returns the sentence for the first closure that is assigned to a variable.
pub(super) fn unkept(code: &str, names: &NameHistory) -> Option<Finding> {
    let text = Text::parse(code);
    let is_closure = |at: &usize| {
        let name = if text.is(at + 1, "mut") { at + 2 } else { at + 1 };
        let value = if text.is(name + 2, "move") { name + 3 } else { name + 2 };
        text.is(*at, "let") && text.is(name + 1, "=") && text.is(value, "|")
    };
    let at = (0..text.tokens.len()).find(is_closure)?;
    let name = if text.is(at + 1, "mut") { at + 2 } else { at + 1 };
    let sentence = closure(&text, text.word(name), names);
    Some(Finding { range: text.bytes(name..name + 1), sentence, cause: String::new() })
}

/// Returns the token of a variable's name where it is defined.
fn definition(text: &Text<'_>, name: &str) -> Option<usize> {
    let made = |at: &usize| text.is(*at, name) && *at > 0 && matches!(text.word(at - 1), "let" | "mut" | "(" | ",");
    (0..text.tokens.len()).find(made)
}

/// Returns the sentence for `let name = |x: f64| x * 2.0;`: what later cells can use in its place.
fn closure(text: &Text<'_>, name: &str, names: &NameHistory) -> String {
    let kept = "a closure can't be kept for later cells";
    let generic = || format!("{kept}: write a function, `fn {name}(x: f64) -> f64 {{ … }}`");
    let parts = || {
        let equal = text.find(definition(text, name)?..text.tokens.len(), "=")?;
        let open = if text.is(equal + 1, "move") { equal + 2 } else { equal + 1 };
        let close = (open + 1..text.tokens.len()).find(|&at| text.is(at, "|"))?;
        let end = text.find(close..text.tokens.len(), ";").unwrap_or(text.tokens.len());
        text.is(open, "|").then_some((open + 1..close, close + 1..end))
    };
    let Some((parameters, body)) = parts() else { return generic() };
    let parameters = text.parts(parameters);
    let of = |part: &Range<usize>| match text.find(part.clone(), ":") {
        Some(colon) => text.source(colon + 1..part.end).to_owned(),
        None => "f64".to_owned(),
    };
    let source = text.source(body.clone());
    if source.contains('\n') || source.len() > 60 {
        return generic();
    }
    let own: Vec<_> = parameters.iter().map(|part| text.word(part.start)).collect();
    let uses = |at: usize| {
        text.is_name(at)
            && !own.contains(&text.word(at))
            && !text.is(at.wrapping_sub(1), ".")
            && (names.defined.is_variable(text.word(at))
                || definition(text, text.word(at)).is_some_and(|made| made < at))
    };
    let source = source.trim_start_matches('{').trim_end_matches('}').trim();
    let is_print = source.starts_with("println!") || source.starts_with("print!");
    let gives = if is_print { String::new() } else { " -> f64".to_owned() };
    let types: Vec<_> = parameters.iter().map(of).collect();
    if body.clone().any(uses) || captured_in_text(text, body, names) {
        return format!(
            "{kept} as it is: write `let {name}: Box<dyn Fn({}){gives}> = Box::new(move |{}| {source});`",
            types.join(", "),
            own.join(", ")
        );
    }
    let named: Vec<_> = own.iter().zip(&types).map(|(name, of)| format!("{name}: {of}")).collect();
    format!("{kept}: write a function, `fn {name}({}){gives} {{ {source} }}`", named.join(", "))
}

/// Returns whether a format string in the body contains a variable of the notebook.
fn captured_in_text(text: &Text<'_>, body: Range<usize>, names: &NameHistory) -> bool {
    let source = text.source(body);
    names
        .defined
        .variables
        .iter()
        .any(|(name, _)| source.contains(&format!("{{{name}}}")) || source.contains(&format!("{{{name}:")))
}

/// Returns the sentence for a reference, as in `let view = &train;`.
fn reference(text: &Text<'_>, at: usize, name: &str) -> String {
    let kept = format!("`{name}` borrows from another variable, so it can't be kept for later cells");
    let equal = text.find(at..text.tokens.len(), "=");
    let end = equal.and_then(|equal| text.find(equal..text.tokens.len(), ";"));
    let block = "or put the lines that use it in a block `{ … }`";
    match (equal, end) {
        (Some(equal), Some(end)) if text.is(equal + 1, "&") && end > equal + 2 => {
            let value = text.source(equal + 2..end);
            let write = if text.is(end - 1, "]") && value.contains("..") {
                format!("{value}.to_vec()")
            } else {
                format!("{value}.clone()")
            };
            format!("{kept}: write `let {name} = {write};`, {block}")
        }
        (Some(equal), Some(end)) if end - equal < 20 => {
            let value = text.source(equal + 1..end);
            format!("{kept}: write `let {name} = {value}.to_owned();` to own the value, {block}")
        }
        _ => format!("{kept}: own the value with `.to_owned()`, {block}"),
    }
}

/// Returns the first line without its `;` before a line that begins a statement.
fn without_semicolon(text: &Text<'_>) -> Option<(Range<usize>, String)> {
    (1..text.tokens.len()).find_map(|at| {
        let begins = text.begins_line(at) && matches!(text.word(at), "let" | "for" | "while" | "if" | "println");
        if !begins || matches!(text.word(at - 1), ";" | "{" | "}" | "," | "(") {
            return None;
        }
        let start = (0..at).rev().find(|&index| text.begins_line(index))?;
        Some((text.bytes(at - 1..at), text.source(start..at).to_owned()))
    })
}
