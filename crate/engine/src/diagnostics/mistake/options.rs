//! Arguments with names, and what is made with them, as they are here: `Dense::new(128).activation(Relu)`.

use std::ops::Range;

use super::keras;
use super::text::Text;
use super::translate::{argument, builtin, rust};

/// Whether an argument is `name=value`.
pub(super) fn is_named(text: &Text<'_>, part: &Range<usize>) -> bool {
    text.is_name(part.start) && part.len() > 2 && text.is(part.start + 1, "=") && !text.is(part.start + 2, "=")
}

/// What to write for a call some of whose arguments have names.
pub(super) fn named_arguments(text: &Text<'_>, at: usize, parts: &[Range<usize>]) -> String {
    let name = text.word(at);
    let is_method = at > 0 && text.is(at - 1, ".");
    let first = "Rust has no named arguments";
    if is_method && let Some(call) = with_options(text, at) {
        let of_two = name == "fit" && parts.iter().filter(|part| !is_named(text, part)).count() > 1;
        let first = if of_two { "inputs and labels are one data set, and options are methods" } else { first };
        return format!("{first}: write `{}.{call}`", receiver(text, at));
    }
    if keras::UNITS.contains(&name) {
        return format!(
            "`{name}` has no options: write `{name}`. The shape of the input comes first, as in `Sequential::new([28, 28]).add({name})`"
        );
    }
    if keras::MADE.contains(&name) || is_new(text, at) {
        let owner = if is_new(text, at) { at - 3 } else { at };
        return format!("{first}: write `{}`", constructor(text, owner, parts));
    }
    if is_method {
        let (plain, named): (Vec<_>, Vec<_>) = parts.iter().cloned().partition(|part| !is_named(text, part));
        let plain: Vec<_> = plain
            .into_iter()
            .map(|part| argument(text, name, part))
            .chain(named.iter().map(|part| argument(text, name, part.start + 2..part.end)))
            .collect();
        return format!("{first}: give the values in their order, `.{name}({})`", plain.join(", "));
    }
    let values: Vec<_> = parts
        .iter()
        .map(|part| {
            if is_named(text, part) {
                argument(text, text.word(part.start), part.start + 2..part.end)
            } else {
                rust(text, part.clone())
            }
        })
        .collect();
    match builtin(text, name, at + 2..text.closing(at + 1).unwrap_or(at + 2)) {
        Some(made) => format!("{first}: write `{made};`"),
        None => format!("{first}: give the values in their order, `{name}({})`", values.join(", ")),
    }
}

/// `fit(train, epochs=5)` or `compile(optimizer="adam")` as it is here.
pub(super) fn with_options(text: &Text<'_>, at: usize) -> Option<String> {
    let parts = text.parts(at + 2..text.closing(at + 1)?);
    if !parts.iter().any(|part| is_named(text, part)) {
        return None;
    }
    match text.word(at) {
        "fit" => {
            let (plain, named): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| !is_named(text, part));
            let lent: Vec<_> = plain.iter().map(|part| lent(text, part.clone())).collect();
            let data = match lent.as_slice() {
                [] => "&train".to_owned(),
                [data] => data.clone(),
                _ => format!("&Dataset::from_tensors({})?", lent.join(", ")),
            };
            Some(format!("fit({data}, Fit::new(){})?", setters(text, &named)))
        }
        "compile" => {
            let value = |option: &str, index: usize, default: &str| {
                let named = parts.iter().find(|part| is_named(text, part) && text.is(part.start, option));
                let value = named.map(|part| part.start + 2..part.end);
                let value = value.or_else(|| parts.get(index).filter(|part| !is_named(text, part)).cloned());
                value.map_or(default.to_owned(), |value| argument(text, option, value))
            };
            let optimizer = value("optimizer", 0, "Adam::new()");
            let loss = value("loss", 1, "SparseCategoricalCrossentropy::new()");
            let metrics = value("metrics", 2, "[Accuracy]");
            Some(format!("compile({optimizer}, {loss}, {metrics})?"))
        }
        _ => None,
    }
}

/// The name at the end of `keras.layers.Dense(`, where it is one of the prelude.
pub(super) fn keras_path(text: &Text<'_>, at: usize) -> Option<usize> {
    let roots = ["keras", "tf", "tensorflow", "layers", "models", "optimizers", "losses", "callbacks"];
    if !roots.contains(&text.word(at)) {
        return None;
    }
    let mut last = at;
    while text.is(last + 1, ".") && text.is_name(last + 2) {
        last += 2;
    }
    let name = text.word(last);
    let is_known = keras::MADE.contains(&name) || keras::UNITS.contains(&name);
    (last > at && text.is(last + 1, "(") && is_known).then_some(last)
}

/// Whether this is the `new` of `Dense::new`.
fn is_new(text: &Text<'_>, at: usize) -> bool {
    at > 2 && text.is(at, "new") && text.is(at - 1, ":") && text.is(at - 2, ":") && text.is_name(at - 3)
}

/// `Dense(128, activation="relu")` as `Dense::new(128).activation(Relu)`.
pub(super) fn constructor(text: &Text<'_>, at: usize, parts: &[Range<usize>]) -> String {
    let name = text.word(at);
    if name == "Sequential" && parts.is_empty() {
        return "Sequential::new([28, 28])".to_owned();
    }
    if name == "Sequential" && parts.len() == 1 && text.is(parts[0].start, "[") {
        let inside = parts[0].start + 1..parts[0].end - 1;
        let layers: String =
            text.parts(inside).into_iter().map(|layer| format!(".add({})", layer_of(text, layer))).collect();
        return format!("Sequential::new({}){layers}", input_shape(text, parts[0].clone()));
    }
    let (mut plain, mut named): (Vec<_>, Vec<_>) = parts.iter().cloned().partition(|part| !is_named(text, part));
    // The one that `new` takes may have been given with its name.
    if plain.is_empty() {
        let is_first = |part: &Range<usize>| {
            matches!(text.word(part.start), "units" | "filters" | "rate" | "k" | "filepath" | "stddev")
        };
        if let Some(index) = named.iter().position(is_first) {
            plain.push(named.remove(index).start + 2..parts[index].end);
        }
    }
    let plain: Vec<_> = plain.into_iter().map(|part| rust(text, part)).collect();
    format!("{name}::new({}){}", plain.join(", "), setters(text, &named))
}

/// The shape that a first layer was given, in brackets.
fn input_shape(text: &Text<'_>, layers: Range<usize>) -> String {
    let given = layers
        .clone()
        .find(|&at| matches!(text.word(at), "input_shape" | "shape") && text.is(at + 1, "=") && text.is(at + 2, "("));
    let shape = given.and_then(|at| Some(text.source(at + 3..text.closing(at + 2)?)));
    shape.map_or("[28, 28]".to_owned(), |shape| format!("[{}]", shape.trim_end_matches(',')))
}

/// A layer in a list, as `add` takes it.
fn layer_of(text: &Text<'_>, layer: Range<usize>) -> String {
    let layer = keras_path(text, layer.start).filter(|last| *last < layer.end).unwrap_or(layer.start)..layer.end;
    let name = text.word(layer.start);
    let closes = text.is(layer.start + 1, "(") && text.closing(layer.start + 1) == Some(layer.end - 1);
    if closes && keras::UNITS.contains(&name) {
        return name.to_owned();
    }
    if closes && keras::MADE.contains(&name) {
        return constructor(text, layer.start, &text.parts(layer.start + 2..layer.end - 1));
    }
    rust(text, layer)
}

/// `.epochs(5).batch_size(32)`.
fn setters(text: &Text<'_>, named: &[Range<usize>]) -> String {
    let one = |part: &Range<usize>| {
        let (name, value) = (text.word(part.start), part.start + 2..part.end);
        let made = argument(text, name, value.clone());
        match name {
            "verbose" => format!(
                ".verbose(Verbose::{})",
                if made == "0" {
                    "Silent"
                } else if made == "2" {
                    "Lines"
                } else {
                    "Live"
                }
            ),
            "validation_data" => format!(".validation_data({})", lent(text, value)),
            "callbacks" if text.is(value.start, "[") => {
                let parts = text.parts(value.start + 1..value.end - 1);
                parts.into_iter().map(|part| format!(".callback({})", layer_of(text, part))).collect()
            }
            "input_shape" | "input_dim" => String::new(),
            "learning_rate" | "lr" if !made.contains('.') && made.bytes().all(|byte| byte.is_ascii_digit()) => {
                format!(".learning_rate({made}.0)")
            }
            "lr" => format!(".learning_rate({made})"),
            _ => format!(".{name}({made})"),
        }
    };
    named.iter().map(one).collect()
}

/// A value that is lent: `&train`.
fn lent(text: &Text<'_>, part: Range<usize>) -> String {
    let source = rust(text, part.clone());
    if part.len() == 1 && text.is_name(part.start) { format!("&{source}") } else { source }
}

/// What a method is called on.
pub(super) fn receiver<'a>(text: &Text<'a>, at: usize) -> &'a str {
    if at > 1 && text.is_name(at - 2) { text.word(at - 2) } else { "model" }
}
