//! Removes from a source file the items that other crates can't name.

use std::borrow::Cow;

use super::tokens::{Kind, Token, tokens};

/// The names that a file offers to other crates, in the order of the file.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    /// Public functions in `impl` blocks without a trait.
    pub(super) methods: Vec<String>,
    /// Functions that traits declare.
    pub(super) trait_functions: Vec<String>,
    /// Public enums with their variants.
    pub(super) enums: Vec<(String, Vec<String>)>,
    /// Public functions with the types that their parameters mention.
    pub(super) parameters: Vec<(String, Vec<String>)>,
    /// Modules that are not public.
    pub(super) private_modules: Vec<String>,
    /// Modules that are public, perhaps inside a private one.
    pub(super) public_modules: Vec<String>,
}

/// Returns the source without private functions, methods and fields, and without the bodies of functions, and the names that
/// are left. Returns `None` if the source can't be parsed.
///
/// Private types, traits, constants and modules are kept, because public signatures mention them. Bodies that determine a type
/// are kept, too: those of `const fn`, and of functions that return `impl Trait`.
pub(super) fn prune(source: &str) -> Option<(String, Names)> {
    let tokens = tokens(source)?;
    let mut pruner = Pruner { source, tokens: &tokens, edits: Vec::new(), names: Names::default() };
    pruner.items(0, tokens.len(), Context::Module);
    let mut pruned = String::with_capacity(source.len());
    let mut from = 0;
    pruner.edits.sort_unstable_by_key(|edit| edit.start);
    for Edit { start, end, text } in pruner.edits {
        if start >= from {
            pruned.push_str(&source[from..start]);
            pruned.push_str(&text);
            from = end;
        }
    }
    pruned.push_str(&source[from..]);
    Some((pruned, pruner.names))
}

/// Replaces a body: it has every type.
const ANY_BODY: &str = "{ loop {} }";

/// The prefix of the names that replace those of private fields. evcxr's own names begin with it, and completion omits them.
pub(crate) const PRIVATE_FIELD_PREFIX: &str = "evcxr_private_";

/// Where an item is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Context {
    Module,
    /// An `impl` without a trait.
    Inherent,
    /// A trait.
    Trait,
    /// An `impl` of a trait.
    Implementation,
    /// A macro, which may be called anywhere.
    Macro,
}

struct Edit {
    start: usize,
    end: usize,
    text: Cow<'static, str>,
}

struct Pruner<'a> {
    source: &'a str,
    tokens: &'a [Token],
    edits: Vec<Edit>,
    names: Names,
}

impl Pruner<'_> {
    /// Prunes the items between two tokens.
    fn items(&mut self, mut at: usize, end: usize, context: Context) {
        while at < end {
            at = self.item(at, end, context);
        }
    }

    /// Prunes the item at a token, and returns the token after it.
    fn item(&mut self, first: usize, end: usize, context: Context) -> usize {
        let (mut at, of_tests) = self.attributes(first, end);
        let mut is_public = false;
        if self.word(at) == "pub" {
            at += 1;
            match self.open(at) {
                Some((b'(', close)) if self.is_restriction(at + 1) => at = close + 1,
                _ => is_public = true,
            }
        }
        let mut is_const = false;
        while matches!(self.word(at), "const" | "async" | "unsafe" | "extern" | "default" | "safe")
            || self.kind(at) == Some(Kind::Literal)
        {
            if self.word(at) == "const" && !matches!(self.word(at + 1), "fn" | "async" | "unsafe" | "extern") {
                // A constant.
                return self.statement_end(at, end);
            }
            is_const |= self.word(at) == "const";
            at += 1;
        }
        let next = match self.word(at) {
            "fn" => self.function(first, at, end, context, is_public, is_const),
            "struct" | "union" => self.structure(at, end),
            "enum" => self.enumeration(at, end, is_public),
            "macro" => self.block_end(at, end).1,
            "impl" => {
                let context = if self.implements_trait(at, end) { Context::Implementation } else { Context::Inherent };
                self.block(at, end, context)
            }
            "trait" => self.block(at, end, Context::Trait),
            "mod" => {
                let name = self.word(at + 1).to_owned();
                let names = if is_public { &mut self.names.public_modules } else { &mut self.names.private_modules };
                names.push(name);
                self.block(at, end, Context::Module)
            }
            "macro_rules" => self.macro_rules(at, end),
            "use" | "type" | "static" => self.statement_end(at, end),
            _ if self.sign(at + 1) == Some(b'!') => self.call_end(at, end),
            _ => match self.open(at) {
                Some((_, close)) => {
                    if context == Context::Macro {
                        self.items(at + 1, close, context);
                    }
                    close + 1
                }
                None => at + 1,
            },
        };
        if of_tests {
            self.remove(first, next);
        }
        next.max(first + 1)
    }

    /// Skips the documentation and the attributes before an item. The second value is whether the item is for tests only.
    fn attributes(&self, mut at: usize, end: usize) -> (usize, bool) {
        let mut of_tests = false;
        while at < end {
            let bracket = if self.sign(at + 1) == Some(b'!') { at + 2 } else { at + 1 };
            match (self.kind(at), self.open(bracket)) {
                (Some(Kind::Doc), _) => at += 1,
                (Some(Kind::Sign(b'#')), Some((b'[', close))) => {
                    of_tests |= self.text(bracket, close + 1) == "[cfg(test)]";
                    at = close + 1;
                }
                _ => break,
            }
        }
        (at, of_tests)
    }

    fn function(
        &mut self,
        first: usize,
        keyword: usize,
        end: usize,
        context: Context,
        is_public: bool,
        is_const: bool,
    ) -> usize {
        let (body, next) = self.block_end(keyword, end);
        // The expansion of a macro may be part of a trait's implementation.
        if !is_public && matches!(context, Context::Module | Context::Inherent) {
            self.remove(first, next);
            return next;
        }
        let name = self.word(keyword + 1).to_owned();
        if is_public && !name.is_empty() {
            self.names.parameters.push((name.clone(), self.parameter_types(keyword, next)));
        }
        match context {
            // The name may be a parameter of the macro.
            _ if name.is_empty() => {}
            Context::Inherent | Context::Macro if is_public => self.names.methods.push(name),
            Context::Trait => self.names.trait_functions.push(name),
            _ => {}
        }
        if let Some(body) = body
            && !is_const
            && !self.returns_impl(keyword, body)
        {
            self.edits.push(Edit {
                start: self.tokens[body].start,
                end: self.tokens[next - 1].end,
                text: ANY_BODY.into(),
            });
        }
        next
    }

    /// Returns the capitalized words in the parameters of a function.
    fn parameter_types(&self, keyword: usize, end: usize) -> Vec<String> {
        let parameters = (keyword..end).find_map(|at| match self.open(at) {
            Some((b'(', close)) => Some((at, close)),
            _ => None,
        });
        let (open, close) = parameters.unwrap_or((end, end));
        let words = (open..close).map(|at| self.word(at)).filter(|word| word.starts_with(|c: char| c.is_uppercase()));
        // `impl IntoActivation` takes a value that can become an `Activation`.
        words.map(|word| word.strip_prefix("Into").filter(|rest| !rest.is_empty()).unwrap_or(word).to_owned()).collect()
    }

    fn enumeration(&mut self, keyword: usize, end: usize, is_public: bool) -> usize {
        let (body, next) = self.block_end(keyword, end);
        let mut variants = Vec::new();
        let mut at = body.map_or(next, |body| body + 1);
        while at + 1 < next {
            let (variant, _) = self.attributes(at, next);
            variants.push(self.word(variant).to_owned());
            at = self.field_end(variant, next - 1);
        }
        if is_public {
            self.names.enums.push((self.word(keyword + 1).to_owned(), variants));
        }
        next
    }

    /// Returns whether the word `impl` occurs after the arrow of a function.
    fn returns_impl(&self, from: usize, to: usize) -> bool {
        let mut at = from;
        while at < to {
            if self.sign(at) == Some(b'-') && self.sign(at + 1) == Some(b'>') {
                return (at..to).any(|at| self.word(at) == "impl");
            }
            at = self.after(at);
        }
        false
    }

    fn structure(&mut self, keyword: usize, end: usize) -> usize {
        let mut at = keyword;
        let (mut depth, mut is_generic, mut has_where) = (0_usize, false, false);
        while at < end {
            match self.kind(at) {
                Some(Kind::Sign(b'<')) => (depth, is_generic) = (depth + 1, true),
                Some(Kind::Sign(b'>')) if !self.is_arrow(at) => depth = depth.saturating_sub(1),
                Some(Kind::Word) if self.word(at) == "where" => has_where = true,
                Some(Kind::Sign(b';')) if depth == 0 => return at + 1,
                Some(Kind::Open(b'{', close)) if depth == 0 => {
                    self.fields(at + 1, close, is_generic);
                    return close + 1;
                }
                Some(Kind::Open(b'(', close)) if depth == 0 && !has_where => {
                    self.tuple(at, close, is_generic);
                    return self.statement_end(close, end);
                }
                _ => {}
            }
            at = self.after(at);
        }
        end
    }

    /// Removes the private fields. In a generic structure they are renamed instead: rust-analyzer infers type parameters from
    /// the types of the fields.
    fn fields(&mut self, mut at: usize, end: usize, is_generic: bool) {
        let mut renamed = 0;
        while at < end {
            let first = at;
            let (field, _) = self.attributes(at, end);
            let is_public = self.word(field) == "pub" && !self.is_restricted(field);
            let is_field = self.kind(field) == Some(Kind::Word);
            let name = if self.is_restricted(field) { self.after(field + 1) } else { field };
            at = self.field_end(field, end);
            if is_field && !is_public {
                if is_generic && self.sign(name + 1) == Some(b':') {
                    let (start, end) = (self.tokens[first].start, self.tokens[name].end);
                    self.edits.push(Edit { start, end, text: format!("{PRIVATE_FIELD_PREFIX}{renamed}").into() });
                    renamed += 1;
                } else {
                    self.remove(first, at);
                }
            }
        }
    }

    /// Replaces a tuple structure without public fields by a structure without fields: other crates can neither make nor read it.
    fn tuple(&mut self, open: usize, close: usize, is_generic: bool) {
        let mut at = open + 1;
        let mut fields = String::new();
        while at < close {
            let (field, _) = self.attributes(at, close);
            let is_restricted = self.is_restricted(field);
            if self.word(field) == "pub" && !is_restricted {
                return;
            }
            let from = if is_restricted { self.after(field + 1) } else { field };
            at = self.field_end(field, close);
            if is_generic && from < at {
                fields += &format!("{PRIVATE_FIELD_PREFIX}{from}: {}", self.text(from, at));
            }
        }
        let ends_there = self.sign(close + 1) == Some(b';');
        if ends_there {
            let text = format!(" {{{fields}}}").into();
            self.edits.push(Edit { start: self.tokens[open].start, end: self.tokens[close + 1].end, text });
        }
    }

    /// Returns the token after a field and its comma.
    fn field_end(&self, mut at: usize, end: usize) -> usize {
        let mut depth = 0_usize;
        while at < end {
            match self.kind(at) {
                Some(Kind::Sign(b'<')) => depth += 1,
                Some(Kind::Sign(b'>')) if !self.is_arrow(at) => depth = depth.saturating_sub(1),
                Some(Kind::Sign(b',')) if depth == 0 => return at + 1,
                _ => {}
            }
            at = self.after(at);
        }
        end
    }

    /// Prunes the items in the block of an item.
    fn block(&mut self, keyword: usize, end: usize, context: Context) -> usize {
        let (body, next) = self.block_end(keyword, end);
        if let Some(body) = body {
            self.items(body + 1, next - 1, context);
        }
        next
    }

    /// Prunes the items in the arms of a macro.
    fn macro_rules(&mut self, keyword: usize, end: usize) -> usize {
        let next = self.call_end(keyword, end);
        let mut at = keyword;
        while at < next {
            let makes = self.sign(at) == Some(b'=') && self.sign(at + 1) == Some(b'>');
            match self.open(at + 2) {
                Some((_, close)) if makes => {
                    self.items(at + 3, close, Context::Macro);
                    at = close + 1;
                }
                // The arms are in the outermost bracket.
                _ => at += 1,
            }
        }
        next
    }

    /// Returns the token after the call of a macro.
    fn call_end(&self, mut at: usize, end: usize) -> usize {
        while at < end {
            if let Some((bracket, close)) = self.open(at) {
                let has_semicolon = bracket != b'{' && self.sign(close + 1) == Some(b';');
                return close + 1 + usize::from(has_semicolon);
            }
            at += 1;
        }
        end
    }

    /// Returns the block of an item, if it has one, and the token after the item.
    fn block_end(&self, mut at: usize, end: usize) -> (Option<usize>, usize) {
        while at < end {
            match self.kind(at) {
                Some(Kind::Sign(b';')) => return (None, at + 1),
                Some(Kind::Open(b'{', close)) => return (Some(at), close + 1),
                _ => at = self.after(at),
            }
        }
        (None, end)
    }

    fn statement_end(&self, mut at: usize, end: usize) -> usize {
        while at < end {
            if self.sign(at) == Some(b';') {
                return at + 1;
            }
            at = self.after(at);
        }
        end
    }

    /// Returns whether an `impl` implements a trait: `for` occurs before its block, and not before a lifetime.
    fn implements_trait(&self, keyword: usize, end: usize) -> bool {
        let block = self.block_end(keyword, end).0.unwrap_or(end);
        (keyword..block).any(|at| self.word(at) == "for" && self.sign(at + 1) != Some(b'<'))
    }

    fn remove(&mut self, first: usize, next: usize) {
        if let (Some(from), Some(to)) = (self.tokens.get(first), self.tokens.get(next - 1)) {
            self.edits.push(Edit { start: from.start, end: to.end, text: "".into() });
        }
    }

    /// Returns the token after this one, or after the brackets that open here.
    fn after(&self, at: usize) -> usize {
        self.open(at).map_or(at, |(_, close)| close) + 1
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|token| token.kind)
    }

    fn word(&self, at: usize) -> &str {
        match self.tokens.get(at) {
            Some(token) if token.kind == Kind::Word => &self.source[token.start..token.end],
            _ => "",
        }
    }

    fn sign(&self, at: usize) -> Option<u8> {
        match self.kind(at) {
            Some(Kind::Sign(sign)) => Some(sign),
            _ => None,
        }
    }

    /// Returns the bracket that opens here, and the token that closes it.
    fn open(&self, at: usize) -> Option<(u8, usize)> {
        match self.kind(at) {
            Some(Kind::Open(bracket, close)) => Some((bracket, close)),
            _ => None,
        }
    }

    fn text(&self, from: usize, to: usize) -> &str {
        &self.source[self.tokens[from].start..self.tokens[to - 1].end]
    }

    fn is_arrow(&self, at: usize) -> bool {
        at > 0 && matches!(self.sign(at - 1), Some(b'-' | b'='))
    }

    /// Returns whether the word after `pub(` restricts an item to its crate.
    fn is_restriction(&self, at: usize) -> bool {
        matches!(self.word(at), "crate" | "super" | "self" | "in")
    }

    /// Returns whether the `pub` at this token has a restriction.
    fn is_restricted(&self, at: usize) -> bool {
        matches!(self.open(at + 1), Some((b'(', _))) && self.is_restriction(at + 2)
    }
}

#[cfg(test)]
mod tests;
