//! Keeps the state of statics from cell to cell.
//!
//! evcxr compiles the items of earlier cells again into the library of each cell, so that each has a static of its own, which
//! begins anew. Here the first library with a static gives it a name that other libraries can see, and the later ones declare
//! it under this name, in place of defining it. A cell that defines the static again begins anew, with another name; and so
//! does one after which the static or a type in it is another, because the memory of before would be misread.
//!
//! The statics in functions and methods are kept in the same way. What `thread_local!` and other macros make is not.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CStr;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::tokens::{self, Kind, Token};

/// The files in a session's folder: the statics that libraries have, those that the cell that is being built will have, and
/// the names of those that the cell itself defines.
const KEPT: &str = "statics";
const COMING: &str = "statics-coming";
const DEFINED: &str = "statics-defined";
/// How the names begin under which statics are seen.
const NAME: &str = "tealight_static_";
/// How the attribute begins that gives a static its name.
const ATTRIBUTE: &str = "#[unsafe(export_name = \"";
/// The name of a function in a library whose statics others are to see.
pub(crate) const SEEN: &CStr = c"tealight_statics_are_seen";

/// How evcxr begins the function that runs a cell.
const FUNCTION: &str = "pub extern \"C\" fn run_user_code_";

/// The statics of a session: what they are made from, with the names under which they are seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    statics: BTreeMap<String, String>,
    /// How many names were given.
    names: usize,
}

/// A cell is about to be built.
pub(crate) fn begin(session: &Path, code: &str) {
    let _ = fs::remove_file(session.join(COMING));
    let file = session.join(DEFINED);
    let items = if code.contains("static") { tokens::of(code, 0).unwrap_or_default() } else { Vec::new() };
    let mut found = Vec::new();
    find(&items, "", &mut found);
    let names: String = found.iter().map(|found| format!("{}\n", found.path)).collect();
    let _ = if names.is_empty() { fs::remove_file(file) } else { fs::write(file, names) };
}

/// The library of the cell was loaded.
pub(crate) fn keep(session: &Path) {
    let coming = session.join(COMING);
    if coming.exists() {
        let _ = fs::rename(coming, session.join(KEPT));
        let _ = fs::remove_file(session.join(DEFINED));
    }
}

/// There is another process, which has loaded nothing.
pub(crate) fn forget(session: &Path) {
    if let Some(mut kept) = read(&session.join(KEPT)) {
        kept.statics.clear();
        write(&session.join(KEPT), &kept);
    }
}

fn read(file: &Path) -> Option<Kept> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

fn write(file: &Path, kept: &Kept) {
    // Without it, statics begin anew.
    let _ = serde_json::to_vec(kept).ok().and_then(|text| fs::write(file, text).ok());
}

/// The program whose statics are those of before.
pub(super) fn patched(session: &Path, program: &str) -> Option<String> {
    let function = program.rfind(FUNCTION)?;
    if !program[..function].contains("static ") {
        return None;
    }
    let kept = read(&session.join(KEPT)).unwrap_or_default();
    let defined = fs::read_to_string(session.join(DEFINED)).unwrap_or_default();
    let (program, kept) = changed(program, &kept, &defined.lines().collect::<Vec<_>>())?;
    write(&session.join(COMING), &kept);
    Some(program)
}

fn changed(program: &str, kept: &Kept, defined: &[&str]) -> Option<(String, Kept)> {
    let begin = program.rfind(FUNCTION)?;
    let items = tokens::of(&program[..begin], 0)?;
    let mut found = Vec::new();
    find(&items, "", &mut found);
    let own = program.find("mod evcxr_internal_runtime {").unwrap_or(begin);
    found.retain(|found| found.item.start < own);
    if found.is_empty() {
        return None;
    }
    let types = Types::of(program, &items);
    let mut next = Kept { statics: BTreeMap::new(), names: kept.names };
    let mut text = program.to_owned();
    let mut is_new = false;
    for found in found.iter().rev() {
        let made_from = format!("{} {}", found.path, types.all_of(program, found));
        let before = kept.statics.get(&made_from).filter(|_| !defined.contains(&found.path.as_str()));
        let name = before.cloned().unwrap_or_else(|| {
            next.names += 1;
            format!("{NAME}{}_{}", found.name, next.names)
        });
        match before {
            Some(_) => found.declare(&mut text, &name),
            None => {
                is_new = true;
                text.insert_str(found.at, &format!("{ATTRIBUTE}{name}\")] "));
            }
        }
        next.statics.insert(made_from, name);
    }
    if is_new {
        let at = text.rfind("#[unsafe(no_mangle)]")?;
        let seen = SEEN.to_string_lossy();
        text.insert_str(at, &format!("#[unsafe(no_mangle)] pub extern \"C\" fn {seen}() {{}} "));
    }
    Some((text, next))
}

/// Takes the attributes of statics out of the lines and columns that a message of the compiler's names.
pub(super) fn without_attributes(message: &mut Value) {
    fn of<'a>(message: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
        message.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
    }
    of(message, "spans").for_each(without_attribute);
    of(message, "children").for_each(without_attributes);
}

fn without_attribute(span: &mut Value) {
    let (begin, end) = (format!("{ATTRIBUTE}{NAME}"), "\")] ");
    let Some(line) = span["text"][0]["text"].as_str() else { return };
    let Some(at) = line.find(&begin) else { return };
    let Some(length) = line[at..].find(end).map(|length| length + end.len()) else { return };
    let bare = format!("{}{}", &line[..at], &line[at + length..]);
    let at = line[..at].chars().count() as u64;
    let column = |value: &Value| {
        value
            .as_u64()
            .map(|column| if column > at + 1 { column.saturating_sub(length as u64).max(at + 1) } else { column })
    };
    let is_one_line = span["line_start"] == span["line_end"];
    let columns = ["column_start", "column_end"].map(|name| column(&span[name]));
    let highlights = ["highlight_start", "highlight_end"].map(|name| column(&span["text"][0][name]));
    span["column_start"] = columns[0].into();
    if is_one_line {
        span["column_end"] = columns[1].into();
        span["text"][0]["highlight_end"] = highlights[1].into();
    }
    span["text"][0]["highlight_start"] = highlights[0].into();
    span["text"][0]["text"] = bare.into();
}

/// A static in a program.
struct Found {
    /// The names of the items that it is in, and its own.
    path: String,
    name: String,
    /// Where it begins, with its visibility.
    at: usize,
    visibility: String,
    is_mutable: bool,
    /// The bytes of its type, and of the whole from `static` to the semicolon.
    of_type: (usize, usize),
    item: Span,
}

#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

impl Found {
    /// Writes its declaration in place of its definition; no line moves.
    fn declare(&self, text: &mut String, name: &str) {
        let of_type = &text[self.of_type.0..self.of_type.1];
        let lines = text[self.at..self.item.end].matches('\n').count() - of_type.matches('\n').count();
        let (visibility, own) = (&self.visibility, &self.name);
        let kind = if self.is_mutable { "static mut" } else { "safe static" };
        let declaration = format!(
            "#[allow(improper_ctypes)] unsafe extern \"C\" {{ #[link_name = \"{name}\"] {visibility}{kind} {own}: {of_type}; }}{}",
            "\n".repeat(lines)
        );
        text.replace_range(self.at..self.item.end, &declaration);
    }
}

/// Finds the statics in these tokens and in the blocks of functions, methods and modules below them.
fn find(tokens: &[Token], within: &str, found: &mut Vec<Found>) {
    for (at, token) in tokens.iter().enumerate() {
        if token.is_word("static") {
            found.extend(static_at(tokens, at, within));
        } else if let (Kind::Group('{', inside), Some(name)) = (&token.kind, owner(&tokens[..at])) {
            find(inside, &format!("{within}{name}::"), found);
        }
    }
}

/// The name of the function, the module or the type whose block stands behind these tokens.
fn owner(before: &[Token]) -> Option<String> {
    let begin = before.iter().rposition(|token| token.is_sign(';') || token.is_block()).map_or(0, |at| at + 1);
    let head = &before[begin..];
    let at = head.iter().position(|token| ["fn", "mod", "impl", "trait"].iter().any(|word| token.is_word(word)))?;
    // A macro's own text is not for the compiler yet.
    if head.get(at + 1).is_some_and(|token| token.is_sign('!')) {
        return None;
    }
    Some(head[at..].iter().filter_map(Token::word).collect::<Vec<_>>().join(" "))
}

fn static_at(tokens: &[Token], at: usize, within: &str) -> Option<Found> {
    let mut next = at + 1;
    let is_mutable = tokens.get(next)?.is_word("mut");
    next += usize::from(is_mutable);
    let name = tokens.get(next)?.word()?.to_owned();
    // A closure or a lifetime may be static, too.
    if !tokens.get(next + 1)?.is_sign(':') || tokens.get(next + 2)?.is_sign(':') {
        return None;
    }
    let first = next + 2;
    let is_equals = |at: &usize| tokens[*at].is_sign('=') && !tokens[at - 1].is_sign('-');
    let equals = (first..tokens.len()).find(is_equals)?;
    let end = equals + tokens[equals..].iter().position(|token| token.is_sign(';'))?;
    let mut begin = at;
    if begin > 0 && matches!(tokens[begin - 1].kind, Kind::Group('(', _)) {
        begin -= 1;
    }
    let has_visibility = begin > 0 && tokens[begin - 1].is_word("pub");
    let visibility = if has_visibility {
        begin -= 1;
        if begin + 1 < at { "pub(crate) " } else { "pub " }
    } else {
        begin = at;
        ""
    };
    Some(Found {
        path: format!("{within}{name}"),
        name,
        at: tokens[begin].start,
        visibility: visibility.to_owned(),
        is_mutable,
        of_type: (tokens[first].start, tokens[equals - 1].end),
        item: Span { start: tokens[at].start, end: tokens[end].end },
    })
}

/// The texts of a program's own types, by their names.
struct Types<'a>(BTreeMap<String, (&'a [Token], String)>);

impl<'a> Types<'a> {
    fn of(program: &str, items: &'a [Token]) -> Self {
        let mut types = BTreeMap::new();
        for (at, token) in items.iter().enumerate() {
            let is_kind = ["struct", "enum", "union", "type", "trait", "const"].iter().any(|kind| token.is_word(kind));
            let (true, Some(name)) = (is_kind, items.get(at + 1).and_then(Token::word)) else { continue };
            let length = items[at..].iter().position(|token| token.is_block() || token.is_sign(';')).unwrap_or(0);
            let tokens = &items[at..=at + length];
            types.insert(name.to_owned(), (tokens, program[token.start..items[at + length].end].to_owned()));
        }
        Self(types)
    }

    /// The text of a static, and those of the program's own types that it is made from.
    fn all_of(&self, program: &str, found: &Found) -> String {
        let mut names = BTreeSet::new();
        let text = &program[found.item.start..found.item.end];
        let of_type = tokens::of(&program[found.of_type.0..found.of_type.1], 0).unwrap_or_default();
        self.collect(&of_type, &mut names);
        let types = names.iter().filter_map(|name| self.0.get(name)).map(|(_, text)| text.as_str());
        std::iter::once(text).chain(types).collect::<Vec<_>>().join("\n")
    }

    fn collect(&self, tokens: &[Token], names: &mut BTreeSet<String>) {
        for token in tokens {
            match &token.kind {
                Kind::Word(word) => {
                    if let Some((tokens, _)) = self.0.get(word)
                        && names.insert(word.clone())
                    {
                        self.collect(tokens, names);
                    }
                }
                Kind::Group(_, inside) => self.collect(inside, names),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(items: &str) -> String {
        format!("{items}\n#[unsafe(no_mangle)]\n{FUNCTION}1(\n) {{ }}\n")
    }

    /// Runs cells: the items of each, with the names of the statics that it defines.
    fn run(cells: &[(&str, &[&str])]) -> Vec<String> {
        let mut kept = Kept::default();
        let build = |(items, defined): &(&str, &[&str])| {
            let Some((text, next)) = changed(&program(items), &kept, defined) else { return "-".to_owned() };
            kept = next;
            assert_eq!(text.lines().count(), program(items).lines().count(), "no line moves");
            assert!(syn::parse_file(&text).is_ok(), "{text}");
            text.split("\n#[unsafe(no_mangle)]").next().unwrap_or_default().to_owned()
        };
        cells.iter().map(build).collect()
    }

    const RUNS: &str = "static RUNS: AtomicU32 = AtomicU32::new(0);";

    #[test]
    fn the_first_library_defines_a_static_and_the_others_declare_it() {
        let texts = run(&[(RUNS, &["RUNS"]), (RUNS, &[]), (RUNS, &["RUNS"]), (RUNS, &[])]);
        assert!(
            texts[0].starts_with("#[unsafe(export_name = \"tealight_static_RUNS_1\")] static RUNS"),
            "{}",
            texts[0]
        );
        assert!(
            texts[1].contains("#[link_name = \"tealight_static_RUNS_1\"] safe static RUNS: AtomicU32; }"),
            "{}",
            texts[1]
        );
        assert!(texts[2].contains("export_name = \"tealight_static_RUNS_2\""), "defined again: {}", texts[2]);
        assert!(texts[3].contains("link_name = \"tealight_static_RUNS_2\""));
    }

    #[test]
    fn a_static_of_a_type_that_has_changed_begins_anew() {
        let with = |field: &str| {
            format!("struct In {{ {field}: i32 }} struct C {{ a: In }}\nstatic S: OnceLock<C> = OnceLock::new();")
        };
        let (one, two) = (with("a"), with("b"));
        let texts = run(&[(&one, &["S"]), (&one, &[]), (&two, &[])]);
        assert!(texts[1].contains("link_name") && texts[2].contains("export_name"));
    }

    #[test]
    fn statics_of_every_form_are_found() {
        let items = "pub static mut COUNT: u8 =\n1;\nfn f() -> u8 { static IN: [u8; 2] = [1, 2]; IN[0] }\nimpl A { fn g(&self) { static IN: u8 = 1; } }";
        let texts = run(&[(items, &[]), (items, &[])]);
        assert!(texts[1].contains("pub static mut COUNT: u8; }\n\nfn f()"), "{}", texts[1]);
        assert_eq!(texts[1].matches("safe static IN").count(), 2, "{}", texts[1]);
        assert!(texts[1].contains("_IN_1") && texts[1].contains("_IN_2"), "{}", texts[1]);
    }

    #[test]
    fn places_in_a_line_with_an_attribute_are_those_without_it() {
        let line = "let é; #[unsafe(export_name = \"tealight_static_A_1\")] static A: u8 = x;";
        let column = line.chars().count() as u64 - 1;
        let mut message = serde_json::json!({"children": [], "spans": [{"line_start": 1, "line_end": 1, "column_start": column,
            "column_end": column + 1, "text": [{"text": line, "highlight_start": column, "highlight_end": column + 1}]}]});
        without_attributes(&mut message);
        let span = &message["spans"][0];
        assert_eq!(span["text"][0]["text"], "let é; static A: u8 = x;");
        assert_eq!((span["column_start"].as_u64(), span["column_end"].as_u64()), (Some(23), Some(24)));
        assert_eq!(span["text"][0]["highlight_start"], 23);
    }

    #[test]
    fn other_uses_of_the_word_are_left_alone() {
        let items = "fn f(a: &'static str) -> impl Fn() + 'static { move || {} }\nmacro_rules! m { () => { static X: u8 = 1; } }";
        assert_eq!(run(&[(items, &[])]), ["-"]);
    }
}
