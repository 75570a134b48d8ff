//! Types that the compiler can't infer.

use super::{Case, Hint, alone, also};

pub(super) fn hint(case: &Case<'_>) -> Option<Hint> {
    if !matches!(case.code(), "E0282" | "E0283" | "E0284") {
        return None;
    }
    if case.error.advises("closure parameter") {
        let name = case.at();
        return alone(format!("give the parameter a type: write `|{}: f64|`", name.trim_matches('|')));
    }
    let place = case.error.place()?;
    let at = case.text.token_at(place.start)?;
    let name = case.text.word(at);
    let end = case.text.find(at..case.text.tokens.len(), ";").unwrap_or(case.text.tokens.len());
    let is_let = at > 0 && matches!(case.text.word(at - 1), "let" | "mut");
    let source = case.text.source(at..end);
    let of = if source.contains("Vec::new")
        || source.contains("vec![]")
        || source.contains("collect")
        || source.contains("= []")
    {
        "Vec<f64>"
    } else if source.contains("None") {
        "Option<f64>"
    } else if source.contains("parse") {
        "f64"
    } else if source.contains("HashMap") {
        "std::collections::HashMap<String, f64>"
    } else if source.contains("sum()") || source.contains("product()") {
        "f64"
    } else {
        return also(if is_let {
            format!("give `{name}` a type: `let {name}: … = …;`")
        } else {
            "give the value a type: `let name: … = …;`".to_owned()
        });
    };
    if is_let {
        let value = case.text.find(at..end, "=").map_or("", |equal| case.text.source(equal + 1..end));
        let is_mut = if case.text.is(at - 1, "mut") { "mut " } else { "" };
        let value = if value.len() > 40 || value.contains('\n') { "…" } else { value };
        return alone(format!("give `{name}` a type, such as `let {is_mut}{name}: {of} = {value};`"));
    }
    also(format!("give the value a type, such as `let name: {of} = …;`"))
}
