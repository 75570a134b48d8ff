//! Lets a cell with an `impl` be run again.
//!
//! evcxr stores the items of earlier cells by their names, so a function that is defined again replaces the old one. An `impl`
//! has no name: evcxr stores it with the named item before it in its cell, or forever, and the compiler finds two of them when
//! the cell is run again. So each `impl` gets a named item directly before it, an unused type:
//!
//! - `impl Trait for Type` always gets the same name, whatever cell it is in.
//! - `impl Type` gets the name of an earlier one for the same type with a common method. Others are added, so that the methods
//!   of a type may be in several cells.
//! - When a type is defined again, the `impl`s that were in its cell before, and are not now, are removed.
//!
//! Names are added to the end of the line before, so that no line moves. In the first line, columns move; see
//! [`insertions`](super::insertions).

use std::collections::HashMap;

use super::insertions::Insertion;
use crate::token_tree::{self, Kind, Token};

/// The prefix of the names.
const NAME_PREFIX: &str = "__Implementation";

/// The `impl` blocks of a session.
#[derive(Default)]
pub(crate) struct ImplBlocks {
    known: Vec<KnownImpl>,
    /// The number of names that were used.
    names: usize,
}

/// An `impl` block among evcxr's items.
#[derive(Clone, Debug)]
struct KnownImpl {
    name: usize,
    header: Header,
    members: Vec<String>,
    /// Its type, if that is defined in the same cell.
    with: Option<String>,
}

/// The header of an `impl` block.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Header {
    Trait(String),
    Inherent(String),
}

/// A cell whose `impl` blocks have names.
pub(crate) struct NamedCell {
    pub(crate) code: String,
    pub(crate) insertions: Vec<Insertion>,
    known: Vec<KnownImpl>,
    names: usize,
}

impl ImplBlocks {
    /// Returns the cell with a name before each `impl` block, or `None` if there is nothing to name.
    pub(crate) fn with_names(&self, code: &str) -> Option<NamedCell> {
        let cell = Cell::of(code)?;
        let mut names = self.names;
        let mut known: Vec<KnownImpl> = Vec::new();
        let mut texts: Vec<(usize, String)> = Vec::new();
        let mut gone: Vec<usize> = Vec::new();
        for found in cell.implementations {
            let is_free = |other: &&KnownImpl| !known.iter().any(|taken| taken.name == other.name);
            let mut before =
                self.known.iter().filter(is_free).filter(|other| found.replaces(other)).map(|other| other.name);
            let name = before.next().unwrap_or_else(|| {
                names += 1;
                names
            });
            gone.extend(before);
            texts.push((found.at, declaration(name)));
            let with = cell.types.iter().map(|(name, _)| name).find(|name| **name == found.type_name).cloned();
            known.push(KnownImpl { name, header: found.header, members: found.members, with });
        }
        let is_used = |name: usize| known.iter().any(|known| known.name == name);
        for other in self.known.iter().filter(|other| !is_used(other.name)) {
            let is_redefined = cell.types.iter().any(|(name, _)| Some(name) == other.with.as_ref());
            if is_redefined || gone.contains(&other.name) {
                // The name replaces the block that evcxr has stored with it.
                let after_type = cell.types.first().map(|(_, end)| *end);
                let at = after_type.or_else(|| texts.first().map(|(at, _)| *at))?;
                texts.insert(0, (at, declaration(other.name)));
                gone.push(other.name);
            }
        }
        if texts.is_empty() {
            return None;
        }
        let others = self.known.iter().filter(|other| !is_used(other.name) && !gone.contains(&other.name)).cloned();
        let known = others.collect::<Vec<_>>().into_iter().chain(known.clone()).collect();
        // Several at one place keep their order.
        texts.sort_by_key(|(at, _)| *at);
        let (code, insertions) = insert(code, &texts);
        Some(NamedCell { code, insertions, known, names })
    }

    /// Records the names after evcxr has accepted the cell.
    pub(crate) fn commit(&mut self, named: NamedCell) {
        self.known = named.known;
        self.names = named.names;
    }

    /// Forgets all names after evcxr has forgotten every item.
    pub(crate) fn clear(&mut self) {
        self.known.clear();
    }
}

fn declaration(name: usize) -> String {
    format!("type {NAME_PREFIX}{name}=();")
}

fn insert(code: &str, texts: &[(usize, String)]) -> (String, Vec<Insertion>) {
    let mut whole = String::new();
    let mut insertions = Vec::new();
    let mut from = 0;
    for (at, text) in texts {
        whole.push_str(&code[from..*at]);
        let line = whole.matches('\n').count() + 1;
        let column = whole.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        insertions.push(Insertion { line, column, length: text.chars().count() });
        whole.push_str(text);
        from = *at;
    }
    whole.push_str(&code[from..]);
    (whole, insertions)
}

/// The types and `impl` blocks of a cell.
struct Cell {
    /// Names of types, and the bytes at which their definitions end.
    types: Vec<(String, usize)>,
    implementations: Vec<FoundImpl>,
}

/// An `impl` block in a cell.
struct FoundImpl {
    /// The byte at which its name is inserted.
    at: usize,
    header: Header,
    type_name: String,
    members: Vec<String>,
}

impl FoundImpl {
    fn replaces(&self, other: &KnownImpl) -> bool {
        let is_added =
            matches!(self.header, Header::Inherent(_)) && !(self.members.is_empty() && other.members.is_empty());
        self.header == other.header && (!is_added || self.members.iter().any(|member| other.members.contains(member)))
    }
}

impl Cell {
    fn of(code: &str) -> Option<Self> {
        if !["impl", "struct", "enum", "union"].iter().any(|word| code.contains(word)) {
            return None;
        }
        Some(Self::of_tokens(&token_tree::parse(code, code_start(code))?))
    }

    fn of_tokens(tokens: &[Token]) -> Self {
        let mut cell = Self { types: Vec::new(), implementations: Vec::new() };
        // The beginning of the current statement, and the end of the one before.
        let (mut begin, mut before) = (0, None);
        let mut at = 0;
        while at < tokens.len() {
            let word = tokens[at].word();
            let opens = tokens[begin..at].iter().all(is_before_item);
            if opens && word == Some("impl") {
                let Some(body) = body(tokens, at) else { break };
                let place = before.unwrap_or(tokens[begin].start);
                cell.implementations.extend(parse_impl(&tokens[at..=body], place));
                at = body;
            } else if opens && matches!(word, Some("struct" | "enum" | "union")) {
                let end = tokens[at..].iter().position(|token| token.is_block() || token.is_sign(';'));
                let (Some(end), Some(name)) = (end, tokens.get(at + 1).and_then(Token::word)) else { break };
                at += end;
                cell.types.push((name.to_owned(), tokens[at].end));
            }
            if tokens[at].is_sign(';') || (tokens[at].is_block() && ends_statement(tokens.get(at + 1))) {
                before = Some(tokens[at].end);
                begin = at + 1;
            }
            at += 1;
        }
        cell
    }
}

/// Returns the byte at which the Rust code of a cell begins, after evcxr's commands.
fn code_start(code: &str) -> usize {
    let is_before = |line: &&str| {
        let line = line.trim_end();
        line.trim_start().starts_with(':') || line.starts_with('!') || line.starts_with("//") || line.trim().is_empty()
    };
    code.split_inclusive('\n').take_while(is_before).map(str::len).sum()
}

/// Returns whether a token may precede the keyword of an item: part of an attribute or of the visibility.
fn is_before_item(token: &Token) -> bool {
    match &token.kind {
        Kind::Sign(sign) => *sign == '#',
        Kind::Group(opening, _) => matches!(opening, '[' | '('),
        Kind::Word(word) => word == "pub" || word == "unsafe",
        Kind::Other(_) => false,
    }
}

/// Returns whether a block ends a statement, given the token after it.
fn ends_statement(next: Option<&Token>) -> bool {
    match next.map(|token| &token.kind) {
        Some(Kind::Sign(sign)) => !matches!(sign, '.' | '?' | ';' | '=' | '+' | '|' | ','),
        Some(Kind::Word(word)) => word != "else" && word != "as",
        _ => true,
    }
}

/// Returns the braces of an `impl` block: the first outside of angle brackets.
fn body(tokens: &[Token], from: usize) -> Option<usize> {
    let mut open = 0;
    for (at, token) in tokens.iter().enumerate().skip(from) {
        if token.is_sign('<') {
            open += 1;
        } else if token.is_sign('>') && !tokens[at - 1].is_sign('-') {
            open -= 1;
        } else if token.is_block() && open <= 0 {
            return Some(at);
        }
    }
    None
}

/// Parses an `impl` block, from its keyword to its braces.
fn parse_impl(tokens: &[Token], at: usize) -> Option<FoundImpl> {
    let (body, head) = tokens.split_last()?;
    let Kind::Group(_, body) = &body.kind else { return None };
    let mut head = head.get(1..)?;
    let mut parameters = HashMap::new();
    if head.first().is_some_and(|token| token.is_sign('<')) {
        let end = closing(head)?;
        parameters = parameter_numbers(&head[1..end]);
        head = &head[end + 1..];
    }
    let conditions = head.iter().position(|token| token.is_word("where")).unwrap_or(head.len());
    let head = &head[..conditions];
    let is_for = |at: &usize| head[*at].is_word("for") && !head.get(at + 1).is_some_and(|token| token.is_sign('<'));
    let split = (0..head.len()).find(is_for);
    let of = split.map_or(head, |split| &head[split + 1..]);
    let text = |tokens: &[Token]| text(without_path(tokens), &parameters);
    let header = match split {
        Some(split) => Header::Trait(format!("{} for {}", text(&head[..split]), text(of))),
        None => Header::Inherent(text(of)),
    };
    let type_name = without_path(of).first().and_then(Token::word).unwrap_or_default().to_owned();
    Some(FoundImpl { at, header, type_name, members: members(body) })
}

/// Returns the token that closes the angle bracket at the beginning.
fn closing(tokens: &[Token]) -> Option<usize> {
    let mut open = 0;
    for (at, token) in tokens.iter().enumerate() {
        if token.is_sign('<') {
            open += 1;
        } else if token.is_sign('>') && !tokens[at.saturating_sub(1)].is_sign('-') {
            open -= 1;
            if open == 0 {
                return Some(at);
            }
        }
    }
    None
}

/// Returns the names of type parameters with their numbers. The numbers make blocks comparable that differ in the names.
fn parameter_numbers(tokens: &[Token]) -> HashMap<&str, usize> {
    let mut names = HashMap::new();
    let (mut open, mut is_first) = (0, true);
    for token in tokens {
        match &token.kind {
            Kind::Sign('<') => open += 1,
            Kind::Sign('>') => open -= 1,
            Kind::Sign(',') if open == 0 => is_first = true,
            Kind::Word(word) if is_first && open == 0 && word != "const" => {
                names.insert(word.as_str(), names.len());
                is_first = false;
            }
            _ => {}
        }
    }
    names
}

/// Returns a path without the modules before its last name.
fn without_path(tokens: &[Token]) -> &[Token] {
    let is_path = |tokens: &[Token]| tokens.len() > 2 && tokens[..2].iter().all(|token| token.is_sign(':'));
    let mut rest = if is_path(tokens) { &tokens[2..] } else { tokens };
    while rest.first().is_some_and(|token| token.word().is_some()) && is_path(&rest[1..]) {
        rest = &rest[3..];
    }
    rest
}

fn text(tokens: &[Token], parameters: &HashMap<&str, usize>) -> String {
    let text = |token: &Token| match &token.kind {
        Kind::Word(word) => match parameters.get(word.as_str()) {
            Some(number) => format!("{{{number}}}"),
            None => word.clone(),
        },
        Kind::Group(opening, inside) => format!("{opening}{}", self::text(inside, parameters)),
        Kind::Sign(sign) => sign.to_string(),
        Kind::Other(text) => text.clone(),
    };
    tokens.iter().map(text).collect::<Vec<_>>().join(" ")
}

/// Returns the names of the functions, constants and types in the braces of an `impl` block.
fn members(tokens: &[Token]) -> Vec<String> {
    let is_kind = |token: &Token| ["fn", "const", "type"].iter().any(|kind| token.is_word(kind));
    let names = tokens.windows(2).filter(|pair| is_kind(&pair[0])).filter_map(|pair| pair[1].word());
    names.filter(|name| !["fn", "unsafe", "async"].contains(name)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the names of the `impl` blocks of each cell.
    fn run(cells: &[&str]) -> Vec<String> {
        let mut session = ImplBlocks::default();
        let named = |code: &&str| {
            let Some(named) = session.with_names(code) else { return "-".to_owned() };
            let names: Vec<_> = named
                .code
                .match_indices(NAME_PREFIX)
                .map(|(at, _)| named.code[at + NAME_PREFIX.len()..].split('=').next().unwrap_or_default().to_owned())
                .collect();
            assert_eq!(named.code.lines().count(), code.lines().count(), "no line moves");
            session.commit(named);
            names.join(" ")
        };
        cells.iter().map(named).collect()
    }

    #[test]
    fn a_trait_is_implemented_once_for_a_type() {
        let (first, again) = ("impl Callback for Watch { fn a() {} }", "impl nets::Callback for Watch { fn b() {} }");
        assert_eq!(run(&[first, again, "struct Watch;\nimpl Callback for Watch {}"]), ["1", "1", "1"]);
        assert_eq!(run(&["impl<T: A> Show for W<T> {}", "impl<U> Show for W<U> where U: B {}"]), ["1", "1"]);
        assert_eq!(run(&["impl From<A> for W {}", "impl From<B> for W {}", "impl From<A> for V {}"]), ["1", "2", "3"]);
        assert_eq!(run(&["unsafe impl Send for W {}", "#[x] unsafe impl Send for W {}"]), ["1", "1"]);
    }

    #[test]
    fn methods_replace_those_of_the_same_name_and_are_added_to_others() {
        let cells = [
            "impl A { fn one(&self) {} }",
            "impl A { fn two(&self) {} }",
            "impl A { pub fn one(&self) {} fn three() {} }",
        ];
        assert_eq!(run(&cells), ["1", "2", "1"]);
        assert_eq!(
            run(&["impl A { fn f() {} }\nimpl A { fn g() {} }", "impl A { fn g() {} fn f() {} }"]),
            ["1 2", "2 1"]
        );
    }

    #[test]
    fn blocks_of_a_redefined_type_are_removed() {
        let with = "struct P { x: i32 }\nimpl P { fn len(&self) -> i32 { self.x } }";
        assert_eq!(run(&[with, "struct P { y: i32 }\nimpl P { fn size(&self) -> i32 { self.y } }"]), ["1", "1 2"]);
        assert_eq!(run(&["impl P { fn len(&self) {} }", "struct P;\nimpl P { fn size(&self) {} }"]), ["1", "2"]);
        assert_eq!(run(&[with, "struct Q;", "let struct_of = 1;"]), ["1", "-", "-"]);
    }

    #[test]
    fn only_items_of_the_cell_itself_are_named() {
        let other = [
            "fn f() -> impl Fn() { || () }",
            "let a = { struct B; impl B {} 1 };",
            "fn g(a: impl Fn()) {}",
            "\"impl\"",
        ];
        assert_eq!(run(&other), ["-", "-", "-", "-"]);
        assert_eq!(run(&[":dep x = \"1\"\nlet a = 1; impl A {}"]), ["1"]);
        assert_eq!(run(&["for i in 0..2 {}\nimpl A { const N: i32 = 1; }", "unfinished ( impl A {}"]), ["1", "-"]);
    }

    #[test]
    fn names_are_added_to_the_line_before() {
        let session = ImplBlocks::default();
        let named = session.with_names("struct A;\n// of A\nimpl A {}").unwrap();
        assert_eq!(named.code, "struct A;type __Implementation1=();\n// of A\nimpl A {}");
        let named = session.with_names("impl A {}").unwrap();
        assert_eq!(named.code, "type __Implementation1=();impl A {}");
        assert_eq!(named.insertions, [Insertion { line: 1, column: 1, length: 26 }]);
    }
}
