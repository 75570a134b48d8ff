//! The line of a cell at which something happened.
//!
//! What is known is a line of the program that the engine wrote around the cell. The lines of the cell stand in it unchanged,
//! and so do those of the functions that earlier cells have defined.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// How the compiler names the program, with what follows.
const FILE: &str = "cell/src/lib.rs:";
/// What stands before the place in the report of a panic.
const PANICKED_AT: &str = " panicked at ";

/// So many lines evcxr may write before a statement.
const MOST_GENERATED: usize = 16;

/// The code of the session's cells, and the program around the last.
#[derive(Clone)]
pub(super) struct Sources {
    program: PathBuf,
    /// The numbers at the left of the cells, and their code; the last is the one that runs.
    cells: Vec<(usize, Arc<str>)>,
}

/// A line of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from 1.
    line: usize,
    text: String,
    /// The number of the cell, and the function that the line is in, where it is not the cell that runs.
    earlier: Option<(usize, Option<String>)>,
}

impl Sources {
    /// Of a session that has run nothing. `program` is where the engine writes.
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program, cells: Vec::new() }
    }

    /// A cell is about to be run.
    pub(super) fn add(&mut self, number: usize, code: &str) {
        self.cells.push((number, code.into()));
    }

    /// The line of a cell that is this line of the program.
    pub(super) fn line(&self, line: usize) -> Option<Place> {
        let program = fs::read_to_string(&self.program).ok()?;
        // What stands in brackets is said to be at the opening one, and evcxr puts a last expression into brackets.
        let opens = program.lines().nth(line.checked_sub(1)?)?.ends_with('(');
        self.line_of(&program, line).or_else(|| if opens { self.line_of(&program, line + 1) } else { None })
    }

    fn line_of(&self, program: &str, line: usize) -> Option<Place> {
        let (text, lines) = without_spaces(program);
        let from = lines.iter().position(|found| *found == line)?;
        let to = from + lines[from..].iter().take_while(|found| **found == line).count();
        let mut best: Option<(usize, Place)> = None;
        // The last cell first: of two that fit equally well, it is meant.
        for (index, (number, code)) in self.cells.iter().enumerate().rev() {
            let (cell, cell_lines) = without_spaces(code);
            for (found, _) in cell.windows(to - from).enumerate().filter(|(_, part)| *part == &text[from..to]) {
                let fit = fit(&text[..from], &cell[..found], &text[to..], &cell[found + to - from..]);
                if best.as_ref().is_none_or(|(most, _)| fit > *most) {
                    let is_last = index + 1 == self.cells.len();
                    let line = cell_lines[found];
                    let earlier = (!is_last).then(|| (*number, function_around(code, line)));
                    let text = code.lines().nth(line - 1).unwrap_or_default().trim().to_owned();
                    best = Some((fit, Place { line, text, earlier }));
                }
            }
        }
        best.map(|(_, place)| place)
    }

    /// The first line of the cell that runs, of the statement that begins at this line of the program. Before a statement
    /// there may be lines of evcxr's.
    pub(super) fn statement(&self, line: usize) -> Option<Place> {
        let has_words = |place: &Place| place.text.contains(|sign: char| sign.is_alphanumeric());
        let lines = line..line.saturating_add(MOST_GENERATED);
        lines.filter_map(|line| self.line(line)).find(|place| !place.is_earlier() && has_words(place))
    }

    /// The line of a cell that the report of a panic names.
    pub(super) fn panic(&self, report: &str) -> Option<Place> {
        let (_, at) = report.lines().find_map(|line| line.split_once(PANICKED_AT))?;
        self.at(at.trim_end_matches(':'))
    }

    /// The line of a cell that a place in a file is, written as the compiler writes it: `path:line:column`.
    fn at(&self, place: &str) -> Option<Place> {
        let mut parts = place.rsplitn(3, ':');
        let (_column, number, path) = (parts.next()?, parts.next()?, parts.next()?);
        // The compiler was given the path from the workspace's root.
        if !self.program.ends_with(path) {
            return None;
        }
        self.line(number.parse().ok()?)
    }

    /// Text that a cell writes, in which places in the program are places in the cell: what `dbg!` writes, and the reports of
    /// panics of other threads.
    pub(super) fn readable<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.contains(FILE) && !text.contains(PANICKED_AT) {
            return Cow::Borrowed(text);
        }
        let text = if text.starts_with("\nthread '") { &text[1..] } else { text };
        let readable = text.split_inclusive('\n').map(|line| match line.strip_prefix("thread '") {
            _ if line.starts_with("note: run with `RUST_BACKTRACE") => String::new(),
            Some(report) if line.contains(PANICKED_AT) => self.panic(line).map_or_else(
                || line.to_owned(),
                // The number behind the thread's name is the system's, and says nothing.
                |place| {
                    let name = report.split_once('\'').map_or("", |(name, _)| name);
                    format!("thread '{name}'{PANICKED_AT}{}:\n", place.name())
                },
            ),
            _ => self.with_line(line).unwrap_or_else(|| line.to_owned()),
        });
        Cow::Owned(readable.collect())
    }

    /// A line of text in which a place in the program is one of the cell.
    fn with_line(&self, line: &str) -> Option<String> {
        let (before, rest) = line.split_once(FILE)?;
        let numbers = rest.find(|sign: char| !sign.is_ascii_digit() && sign != ':').unwrap_or(rest.len());
        let numbers = rest[..numbers].trim_end_matches(':');
        let place = self.at(&format!("{FILE}{numbers}"))?;
        Some(format!("{before}{}{}", place.name(), &rest[numbers.len()..]))
    }
}

impl Place {
    /// Whether it is in another cell than the one that runs.
    pub(super) fn is_earlier(&self) -> bool {
        self.earlier.is_some()
    }

    /// The line in words.
    fn name(&self) -> String {
        match &self.earlier {
            Some((number, _)) => format!("line {} of cell [{number}]", self.line),
            None => format!("line {}", self.line),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = match &self.earlier {
            Some((_, Some(function))) => format!("in the function `{function}`, "),
            _ => String::new(),
        };
        let number = format!("{function}{} │", self.name());
        write!(out, "  {} {}", console::style(number).bold().force_styling(true), self.text)
    }
}

/// The characters of a text that are no spaces, and the line of each, counted from 1. evcxr begins a line with each statement.
fn without_spaces(text: &str) -> (Vec<char>, Vec<usize>) {
    let lines = text.lines().enumerate();
    let signs =
        lines.flat_map(|(at, line)| line.chars().filter(|sign| !sign.is_whitespace()).map(move |sign| (sign, at + 1)));
    signs.unzip()
}

/// How many characters before and after two parts of a text are the same: it tells apart lines with the same text.
fn fit(before: &[char], cell_before: &[char], after: &[char], cell_after: &[char]) -> usize {
    let before = before.iter().rev().zip(cell_before.iter().rev());
    let after = after.iter().zip(cell_after);
    before.take_while(|(one, other)| one == other).count() + after.take_while(|(one, other)| one == other).count()
}

/// The name of the function that this line of the code is in, counted from 1.
fn function_around(code: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = code.lines().take(line).collect();
    (0..lines.len()).rev().find_map(|first| {
        let (before, name) = lines[first].split_once("fn ")?;
        let name: String = name.chars().take_while(|sign| sign.is_alphanumeric() || *sign == '_').collect();
        let is_word = before.is_empty() || before.ends_with(' ');
        // Its body has begun, and has not ended before the line.
        let signs = lines[first..lines.len() - 1].iter().flat_map(|line| line.chars());
        let depth = signs.fold(0_isize, |depth, sign| depth + isize::from(sign == '{') - isize::from(sign == '}'));
        (is_word && !name.is_empty() && (first + 1 == lines.len() || depth > 0)).then_some(name)
    })
}

/// The name of an error, set off from its words. Bold alone can be read on the red of JupyterLab in its light theme and its
/// dark one.
pub(super) fn colour(name: &str) -> String {
    console::style(name).bold().force_styling(true).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(program: &str, cells: &[(usize, &str)]) -> (tempfile::TempDir, Sources) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cell/src/lib.rs");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, program).unwrap();
        let mut sources = Sources::new(path);
        cells.iter().for_each(|(number, code)| sources.add(*number, code));
        (folder, sources)
    }

    #[test]
    fn a_line_of_the_program_is_found_in_the_cell() {
        let code = "let a = 1;\nlet b = v[7];";
        let (_folder, sources) = sources("// generated\nlet a = 1;\n    let b = v[7];\n}\n", &[(1, code)]);
        let expected = Place { line: 2, text: "let b = v[7];".to_owned(), earlier: None };
        assert_eq!(sources.line(3).as_ref(), Some(&expected));
        let report = "thread 'main' panicked at cell/src/lib.rs:3:9:\nindex out of bounds\n";
        assert_eq!(sources.panic(report), Some(expected));
        assert_eq!(sources.line(1), None, "a generated line");
        assert_eq!(sources.line(99), None, "no such line");
    }

    #[test]
    fn of_lines_with_the_same_text_the_one_with_the_same_neighbours_is_meant() {
        let code = "print(1);\nv.pop().unwrap();\nprint(2);\nv.pop().unwrap();\nprint(3);";
        let (_folder, sources) = sources(&format!("// generated\n{code}\n"), &[(1, code)]);
        assert_eq!(sources.line(3).unwrap().line, 2);
        assert_eq!(sources.line(5).unwrap().line, 4);
    }

    #[test]
    fn a_last_expression_in_brackets_of_evcxr_s_is_found() {
        let (_folder, sources) = sources("let a = 1;\n(\na / 0\n).evcxr_display();\n", &[(1, "let a = 1;\na / 0")]);
        assert_eq!(sources.line(2).map(|place| place.line), Some(2));
        assert_eq!(sources.line(4), None);
    }

    #[test]
    fn a_statement_is_found_behind_lines_of_evcxr_s() {
        let program = "let a = f(\n);\nfn show(text: &str) {\n}\nshow(&(\na / 0\n)\n);\n";
        let (_folder, sources) = sources(program, &[(1, "let a = f(\n);\na / 0")]);
        assert_eq!(sources.statement(3).map(|place| place.line), Some(3));
        assert_eq!(sources.statement(7), None);
    }

    #[test]
    fn statements_of_one_line_are_lines_of_the_program() {
        let code = "let a = 1; a.pop()?; let c = 3;\na.pop()?;";
        let (_folder, sources) = sources("let a = 1;\na.pop()?;\nlet c = 3;\na.pop()?;\n}\n", &[(1, code)]);
        let place = |line| sources.line(line).map(|place| (place.line, place.text));
        assert_eq!(place(2), Some((1, "let a = 1; a.pop()?; let c = 3;".to_owned())));
        assert_eq!(place(4), Some((2, "a.pop()?;".to_owned())));
    }

    #[test]
    fn a_line_of_an_earlier_cell_says_its_cell_and_its_function() {
        let fact = "fn fact(n: i32) -> i32 {\n    if n == 0 { return 1 }\n    n * fact(n - 1)\n}";
        let program = format!("{fact}\nfn run() {{\nfact(30)\n}}\n");
        let (_folder, sources) = sources(&program, &[(1, fact), (2, "let other = 1;"), (3, "fact(30)")]);
        let place = sources.line(3).unwrap();
        let said = place.to_string();
        assert_eq!(console::strip_ansi_codes(&said), "  in the function `fact`, line 3 of cell [1] │ n * fact(n - 1)");
        assert_eq!(sources.line(6).unwrap().to_string(), sources.line(6).unwrap().to_string());
        assert_eq!(sources.line(6).unwrap().earlier, None);
    }

    #[test]
    fn a_panic_inside_of_a_library_has_no_line_of_the_cell() {
        let (_folder, sources) = sources("// generated\nlet b = 1;\n", &[(1, "let b = 1;")]);
        let report = "thread 'main' panicked at /lib/core/src/option.rs:1:1:\nno";
        assert_eq!(sources.panic(report), None);
    }

    #[test]
    fn the_line_is_shown_with_its_number() {
        let place = Place { line: 3, text: "x?;".to_owned(), earlier: None };
        assert_eq!(console::strip_ansi_codes(&place.to_string()), "  line 3 │ x?;");
    }

    #[test]
    fn what_names_the_program_names_the_cell() {
        let (_folder, sources) = sources("// generated\nlet a = 1;\ndbg!(a);\n", &[(4, "let a = 1;\ndbg!(a);")]);
        assert_eq!(sources.readable("[cell/src/lib.rs:3:1] a = 1\n"), "[line 2] a = 1\n");
        assert_eq!(
            sources.readable(
                "thread '<unnamed>' (6599) panicked at cell/src/lib.rs:2:25:\nno\nnote: run with `RUST_BACKTRACE=1` …\n"
            ),
            "thread '<unnamed>' panicked at line 1:\nno\n"
        );
        for other in ["[cell/src/lib.rs:1:1] x\n", "cell/src/lib.rs:\n", "plain\n"] {
            assert_eq!(sources.readable(other), other);
        }
    }

    #[test]
    fn what_is_set_off_is_bold_and_has_no_color() {
        // No color can be read in JupyterLab's light theme and its dark one: see the test of engine/render.rs.
        let place = Place { line: 3, text: "x?;".to_owned(), earlier: None };
        for text in [place.to_string(), colour("Error")] {
            let codes: Vec<_> = text.split("\u{1b}[").skip(1).filter_map(|part| part.split('m').next()).collect();
            assert_eq!(codes, ["1", "0"], "{text:?}");
        }
    }
}
