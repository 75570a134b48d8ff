//! Keeps the values of statics from cell to cell.
//!
//! evcxr compiles the items of earlier cells again into the library of each cell, so each library would have its own copy of a
//! static, with its initial value. With this patch, the first library that contains a static exports it under a name, and later
//! libraries declare it under this name instead of defining it. A cell that defines the static again starts with a new name and
//! value. So does a cell after which the static or a type in it has changed, because the old memory would be misread.
//!
//! Statics in functions and methods are kept in the same way. Those that `thread_local!` and other macros define are not.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::CStr;
use std::fs;
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::generated::RUN_FUNCTION;
use crate::token_tree::{self, Kind, Token};

/// The files in a session's folder: the statics of the loaded libraries, those of the library that is being built, and the
/// names of those that the cell itself defines.
const LOADED_FILE: &str = "statics";
const STAGED_FILE: &str = "statics-coming";
const DEFINED_FILE: &str = "statics-defined";
/// The prefix of the names under which statics are exported.
const EXPORT_PREFIX: &str = "notebook_static_";
/// The beginning of the attribute that exports a static.
const EXPORT_ATTRIBUTE: &str = "#[unsafe(export_name = \"";
/// A function that marks a library that exports statics.
pub(crate) const EXPORTS_MARKER: &CStr = c"notebook_exports_statics";

/// The statics of a session: their source, with the names under which they are exported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ExportedStatics {
    statics: BTreeMap<String, String>,
    /// The number of names that were used.
    names: usize,
}

/// Records the statics that a cell defines, before it is built.
pub(crate) fn start_cell(session: &Path, code: &str) {
    // They need not exist.
    let _ = fs::remove_file(session.join(STAGED_FILE));
    let file = session.join(DEFINED_FILE);
    let items = if code.contains("static") { token_tree::parse(code, 0).unwrap_or_default() } else { Vec::new() };
    let mut found = Vec::new();
    find(&items, "", &mut found);
    let names: String = found.iter().map(|found| format!("{}\n", found.path)).collect();
    if names.is_empty() {
        let _ = fs::remove_file(file);
    } else if let Err(error) = fs::write(file, names) {
        tracing::debug!(%error, "the statics of the cell could not be recorded");
    }
}

/// Commits the statics of the cell after its library was loaded.
pub(crate) fn commit(session: &Path) {
    let staged = session.join(STAGED_FILE);
    if !staged.exists() {
        return;
    }
    if let Err(error) = fs::rename(staged, session.join(LOADED_FILE)) {
        tracing::warn!(%error, "statics could not be committed; they start with their initial values");
    }
    // The cell may define none.
    let _ = fs::remove_file(session.join(DEFINED_FILE));
}

/// Forgets all statics after another process was started, which has loaded no library.
pub(crate) fn clear(session: &Path) {
    if let Some(mut exported) = read(&session.join(LOADED_FILE)) {
        exported.statics.clear();
        write(&session.join(LOADED_FILE), &exported);
    }
}

fn read(file: &Path) -> Option<ExportedStatics> {
    serde_json::from_slice(&fs::read(file).ok()?).ok()
}

fn write(file: &Path, exported: &ExportedStatics) {
    let text = serde_json::to_vec(exported).map_err(std::io::Error::from);
    if let Err(error) = text.and_then(|text| fs::write(file, text)) {
        tracing::warn!(%error, "statics could not be recorded; they start with their initial values");
    }
}

/// Returns the program that declares the statics of earlier libraries and exports new ones.
pub(super) fn patched(session: &Path, program: &str) -> Option<String> {
    let function = program.rfind(RUN_FUNCTION)?;
    if !program[..function].contains("static ") {
        return None;
    }
    let exported = read(&session.join(LOADED_FILE)).unwrap_or_default();
    let defined = fs::read_to_string(session.join(DEFINED_FILE)).unwrap_or_default();
    let (program, exported) = with_exports(program, &exported, &defined.lines().collect::<Vec<_>>())?;
    write(&session.join(STAGED_FILE), &exported);
    Some(program)
}

fn with_exports(program: &str, exported: &ExportedStatics, defined: &[&str]) -> Option<(String, ExportedStatics)> {
    let begin = program.rfind(RUN_FUNCTION)?;
    let items = token_tree::parse(&program[..begin], 0)?;
    let mut found = Vec::new();
    find(&items, "", &mut found);
    let own = program.find("mod evcxr_internal_runtime {").unwrap_or(begin);
    found.retain(|found| found.item.start < own);
    if found.is_empty() {
        return None;
    }
    let types = TypeSources::collect(program, &items);
    let mut next = ExportedStatics { statics: BTreeMap::new(), names: exported.names };
    let mut text = program.to_owned();
    let mut is_new = false;
    for found in found.iter().rev() {
        let source = format!("{} {}", found.path, types.source_with_types(program, found));
        let before = exported.statics.get(&source).filter(|_| !defined.contains(&found.path.as_str()));
        let name = before.cloned().unwrap_or_else(|| {
            next.names += 1;
            format!("{EXPORT_PREFIX}{}_{}", found.name, next.names)
        });
        match before {
            Some(_) => found.declare(&mut text, &name),
            None => {
                is_new = true;
                text.insert_str(found.at, &format!("{EXPORT_ATTRIBUTE}{name}\")] "));
            }
        }
        next.statics.insert(source, name);
    }
    if is_new {
        let at = text.rfind("#[unsafe(no_mangle)]")?;
        let marker = EXPORTS_MARKER.to_string_lossy();
        text.insert_str(at, &format!("#[unsafe(no_mangle)] pub extern \"C\" fn {marker}() {{}} "));
    }
    Some((text, next))
}

/// Removes the export attributes from the lines and columns of a compiler message.
pub(super) fn remove_attributes(message: &mut Value) {
    fn entries<'a>(message: &'a mut Value, list: &str) -> impl Iterator<Item = &'a mut Value> {
        message.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten()
    }
    entries(message, "spans").for_each(remove_attribute);
    entries(message, "children").for_each(remove_attributes);
}

fn remove_attribute(span: &mut Value) {
    let (begin, end) = (format!("{EXPORT_ATTRIBUTE}{EXPORT_PREFIX}"), "\")] ");
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
struct StaticItem {
    /// Its name, after the names of the items that it is in.
    path: String,
    name: String,
    /// The byte where it begins, with its visibility.
    at: usize,
    visibility: String,
    is_mutable: bool,
    /// The bytes of its type, and those from `static` to the semicolon.
    of_type: (usize, usize),
    item: Span,
}

#[derive(Clone, Copy)]
struct Span {
    start: usize,
    end: usize,
}

impl StaticItem {
    /// Replaces its definition by a declaration, without moving a line.
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
fn find(tokens: &[Token], within: &str, found: &mut Vec<StaticItem>) {
    for (at, token) in tokens.iter().enumerate() {
        if token.is_word("static") {
            found.extend(static_at(tokens, at, within));
        } else if let (Kind::Group('{', inside), Some(name)) = (&token.kind, owner(&tokens[..at])) {
            find(inside, &format!("{within}{name}::"), found);
        }
    }
}

/// Returns the name of the function, module or type whose block follows these tokens.
fn owner(before: &[Token]) -> Option<String> {
    let begin = before.iter().rposition(|token| token.is_sign(';') || token.is_block()).map_or(0, |at| at + 1);
    let head = &before[begin..];
    let at = head.iter().position(|token| ["fn", "mod", "impl", "trait"].iter().any(|word| token.is_word(word)))?;
    // The arms of a macro are not items yet.
    if head.get(at + 1).is_some_and(|token| token.is_sign('!')) {
        return None;
    }
    Some(head[at..].iter().filter_map(Token::word).collect::<Vec<_>>().join(" "))
}

fn static_at(tokens: &[Token], at: usize, within: &str) -> Option<StaticItem> {
    let mut next = at + 1;
    let is_mutable = tokens.get(next)?.is_word("mut");
    next += usize::from(is_mutable);
    let name = tokens.get(next)?.word()?.to_owned();
    // A closure or a lifetime may be `static`, too.
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
    Some(StaticItem {
        path: format!("{within}{name}"),
        name,
        at: tokens[begin].start,
        visibility: visibility.to_owned(),
        is_mutable,
        of_type: (tokens[first].start, tokens[equals - 1].end),
        item: Span { start: tokens[at].start, end: tokens[end].end },
    })
}

/// The source of a program's types, by their names.
struct TypeSources<'a>(BTreeMap<String, (&'a [Token], String)>);

impl<'a> TypeSources<'a> {
    fn collect(program: &str, items: &'a [Token]) -> Self {
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

    /// Returns the source of a static, and of the program's types that it contains.
    fn source_with_types(&self, program: &str, found: &StaticItem) -> String {
        let mut names = BTreeSet::new();
        let text = &program[found.item.start..found.item.end];
        let of_type = token_tree::parse(&program[found.of_type.0..found.of_type.1], 0).unwrap_or_default();
        self.collect_names(&of_type, &mut names);
        let types = names.iter().filter_map(|name| self.0.get(name)).map(|(_, text)| text.as_str());
        std::iter::once(text).chain(types).collect::<Vec<_>>().join("\n")
    }

    fn collect_names(&self, tokens: &[Token], names: &mut BTreeSet<String>) {
        for token in tokens {
            match &token.kind {
                Kind::Word(word) => {
                    if let Some((tokens, _)) = self.0.get(word)
                        && names.insert(word.clone())
                    {
                        self.collect_names(tokens, names);
                    }
                }
                Kind::Group(_, inside) => self.collect_names(inside, names),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(items: &str) -> String {
        format!("{items}\n#[unsafe(no_mangle)]\n{RUN_FUNCTION}1(\n) {{ }}\n")
    }

    /// Patches the programs of cells: the items of each, with the names of the statics that it defines.
    fn run(cells: &[(&str, &[&str])]) -> Vec<String> {
        let mut exported = ExportedStatics::default();
        let build = |(items, defined): &(&str, &[&str])| {
            let Some((text, next)) = with_exports(&program(items), &exported, defined) else { return "-".to_owned() };
            exported = next;
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
            texts[0].starts_with("#[unsafe(export_name = \"notebook_static_RUNS_1\")] static RUNS"),
            "{}",
            texts[0]
        );
        assert!(
            texts[1].contains("#[link_name = \"notebook_static_RUNS_1\"] safe static RUNS: AtomicU32; }"),
            "{}",
            texts[1]
        );
        assert!(texts[2].contains("export_name = \"notebook_static_RUNS_2\""), "defined again: {}", texts[2]);
        assert!(texts[3].contains("link_name = \"notebook_static_RUNS_2\""));
    }

    #[test]
    fn a_static_of_a_changed_type_starts_again() {
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
    fn positions_in_a_line_ignore_the_attribute() {
        let line = "let é; #[unsafe(export_name = \"notebook_static_A_1\")] static A: u8 = x;";
        let column = line.chars().count() as u64 - 1;
        let mut message = serde_json::json!({"children": [], "spans": [{"line_start": 1, "line_end": 1, "column_start": column,
            "column_end": column + 1, "text": [{"text": line, "highlight_start": column, "highlight_end": column + 1}]}]});
        remove_attributes(&mut message);
        let span = &message["spans"][0];
        assert_eq!(span["text"][0]["text"], "let é; static A: u8 = x;");
        assert_eq!((span["column_start"].as_u64(), span["column_end"].as_u64()), (Some(23), Some(24)));
        assert_eq!(span["text"][0]["highlight_start"], 23);
    }

    #[test]
    fn other_uses_of_the_word_are_not_patched() {
        let items = "fn f(a: &'static str) -> impl Fn() + 'static { move || {} }\nmacro_rules! m { () => { static X: u8 = 1; } }";
        assert_eq!(run(&[(items, &[])]), ["-"]);
    }
}
