//! Translates calls with named arguments and constructors: `Layer(128, activation="relu")` becomes
//! `Layer::new(128).activation(Relu)`.

use std::ops::Range;

use super::{argument, builtin, rust};
use crate::diagnostics::mistake::text::Text;
use crate::diagnostics::python_call::{PythonArgument, PythonCall};

/// Returns whether an argument is `name=value`.
pub(crate) fn is_named(text: &Text<'_>, part: &Range<usize>) -> bool {
    text.is_name(part.start) && part.len() > 2 && text.is(part.start + 1, "=") && !text.is(part.start + 2, "=")
}

/// Parses the call whose name is this token.
pub(crate) fn parse_call(text: &Text<'_>, at: usize) -> Option<PythonCall> {
    let parts = text.parts(at + 2..text.closing(at + 1)?);
    let is_method = at > 1 && text.is(at - 1, ".");
    Some(PythonCall {
        receiver: (is_method && text.is_name(at - 2)).then(|| text.word(at - 2).to_owned()),
        name: text.word(at).to_owned(),
        arguments: parts.into_iter().map(|part| parse_argument(text, text.word(at), part)).collect(),
    })
}

fn parse_argument(text: &Text<'_>, call: &str, part: Range<usize>) -> PythonArgument {
    let is_named = is_named(text, &part);
    let name = is_named.then(|| text.word(part.start).to_owned());
    let value = if is_named { part.start + 2..part.end } else { part };
    let option = name.as_deref().unwrap_or(call);
    let is_list = text.is(value.start, "[")
        && text.closing(value.start) == Some(value.end - 1)
        && text.find(value.start + 1..value.end - 1, "for").is_none();
    // The items of a list are translated once, because lists may be deep.
    let items: Vec<String> = if is_list {
        let parts = text.parts(value.start + 1..value.end - 1);
        parts.into_iter().map(|part| argument(text, option, part)).collect()
    } else {
        Vec::new()
    };
    PythonArgument {
        source: text.source(value.clone()).to_owned(),
        is_variable: value.len() == 1 && text.is_name(value.start),
        value: if is_list { format!("[{}]", items.join(", ")) } else { argument(text, option, value) },
        items,
        name,
    }
}

/// Returns the sentence for a call some of whose arguments have names.
pub(crate) fn named_arguments(text: &Text<'_>, at: usize, parts: &[Range<usize>]) -> String {
    let hints = text.hints;
    let name = text.word(at);
    let is_method = at > 0 && text.is(at - 1, ".");
    let reason = "Rust has no named arguments";
    if is_method
        && let Some(call) = parse_call(text, at)
        && let Some(translation) = hints.translate_method(&call)
    {
        let reason = translation.reason.unwrap_or(reason);
        return format!("{reason}: write `{}.{}`", receiver(text, at), translation.code);
    }
    if hints.is_unit_type(name) {
        let example = hints.unit_type_example(name).map_or_else(String::new, |example| format!(". {example}"));
        return format!("`{name}` has no options: write `{name}`{example}");
    }
    if hints.is_builder_type(name) || is_new(text, at) {
        let owner = if is_new(text, at) { text.word(at - 3) } else { name };
        return match constructor(text, at, owner) {
            Some(code) => format!("{reason}: write `{code}`"),
            None => reason.to_owned(),
        };
    }
    let translated = |part: &Range<usize>| {
        if !is_named(text, part) {
            return rust(text, part.clone());
        }
        argument(text, text.word(part.start), part.start + 2..part.end)
    };
    if is_method {
        let (plain, named): (Vec<_>, Vec<_>) = parts.iter().partition(|part| !is_named(text, part));
        let value = |part: &&Range<usize>| {
            argument(text, name, if is_named(text, part) { part.start + 2..part.end } else { (*part).clone() })
        };
        let values: Vec<_> = plain.iter().chain(&named).map(value).collect();
        return format!("{reason}: give the values in their order, `.{name}({})`", values.join(", "));
    }
    match text.closing(at + 1).and_then(|closing| builtin(text, name, at + 2..closing)) {
        Some(code) => format!("{reason}: write `{code};`"),
        None => {
            let values: Vec<_> = parts.iter().map(translated).collect();
            format!("{reason}: give the values in their order, `{name}({})`", values.join(", "))
        }
    }
}

/// Translates a method call with named arguments, such as `fit(train, epochs=5)`, if the library has the method.
pub(crate) fn method_with_named_arguments(text: &Text<'_>, at: usize) -> Option<String> {
    let parts = text.parts(at + 2..text.closing(at + 1)?);
    if !parts.iter().any(|part| is_named(text, part)) {
        return None;
    }
    text.hints.translate_method(&parse_call(text, at)?).map(|translation| translation.code)
}

/// Returns the token of the name at the end of a path such as `layers.Layer(`, if it is a type of the library's.
pub(crate) fn type_in_python_path(text: &Text<'_>, at: usize) -> Option<usize> {
    if !text.hints.python_modules().contains(&text.word(at)) {
        return None;
    }
    let mut last = at;
    while text.is(last + 1, ".") && text.is_name(last + 2) {
        last += 2;
    }
    let name = text.word(last);
    let is_known = text.hints.is_builder_type(name) || text.hints.is_unit_type(name);
    (last > at && text.is(last + 1, "(") && is_known).then_some(last)
}

/// Returns whether this is the `new` of `Layer::new`.
fn is_new(text: &Text<'_>, at: usize) -> bool {
    at > 2 && text.is(at, "new") && text.is(at - 1, ":") && text.is(at - 2, ":") && text.is_name(at - 3)
}

/// Translates the construction `Layer(128, activation="relu")` to `Layer::new(128).activation(Relu)`. `at` is the name before the
/// parenthesis, and `owner` the type.
pub(crate) fn constructor(text: &Text<'_>, at: usize, owner: &str) -> Option<String> {
    let call = PythonCall { name: owner.to_owned(), receiver: None, ..parse_call(text, at)? };
    if let Some(code) = text.hints.translate_constructor(&call) {
        return Some(code);
    }
    let mut plain: Vec<_> = call.positional().map(|argument| argument.value.clone()).collect();
    let mut named: Vec<_> = call.named().collect();
    // The argument that `new` takes may have been given with its name.
    let is_first = |argument: &&PythonArgument| {
        argument.name.as_deref().is_some_and(|name| text.hints.first_arguments().contains(&name))
    };
    if plain.is_empty()
        && let Some(index) = named.iter().position(is_first)
    {
        plain.push(named.remove(index).value.clone());
    }
    let setters: String = named.into_iter().map(|argument| setter(text, argument)).collect();
    Some(format!("{owner}::new({}){setters}", plain.join(", ")))
}

/// Translates a named argument to the call of a method: `.epochs(5)`.
fn setter(text: &Text<'_>, argument: &PythonArgument) -> String {
    text.hints
        .translate_setter(argument)
        .unwrap_or_else(|| format!(".{}({})", argument.name.as_deref().unwrap_or_default(), argument.value))
}

/// Returns the value on which a method is called.
pub(crate) fn receiver<'a>(text: &Text<'a>, at: usize) -> &'a str {
    if at > 1 && text.is_name(at - 2) { text.word(at - 2) } else { "value" }
}
