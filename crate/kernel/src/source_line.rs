//! Source lines: which line of a cell an error or a panic is at.
//!
//! The compiler and panics name a line of the program that the engine generates around the cell. The lines of the cell, and of
//! functions that earlier cells have defined, are in it unchanged.

use std::borrow::Cow;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// The path by which the compiler names the generated program.
const PROGRAM_PATH: &str = "cell/src/lib.rs:";
/// The text before the location in a panic report.
const PANICKED_AT: &str = " panicked at ";

/// The largest number of lines that evcxr generates before a statement.
const MAX_GENERATED_LINES: usize = 16;

/// The code of the session's cells, and the program that was generated for the last one.
#[derive(Clone)]
pub(super) struct Sources {
    program: PathBuf,
    /// The execution counts of the cells and their code. The last one is the current cell.
    cells: Vec<(usize, Arc<str>)>,
}

/// A line of a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SourceLine {
    /// Counted from 1.
    line: usize,
    text: String,
    /// If the line is not in the current cell: the number of its cell, and the function that it is in.
    earlier_cell: Option<(usize, Option<String>)>,
}

impl Sources {
    /// Creates the sources of a session that has run no cell. `program` is the file that the engine generates.
    pub(super) fn new(program: PathBuf) -> Self {
        Self { program, cells: Vec::new() }
    }

    /// Adds a cell, which becomes the current one.
    pub(super) fn add(&mut self, execution_count: usize, code: &str) {
        self.cells.push((execution_count, code.into()));
    }

    /// Returns the line of a cell at this line of the program, or `None` if the line is generated.
    pub(super) fn cell_line(&self, line: usize) -> Option<SourceLine> {
        let program = fs::read_to_string(&self.program).ok()?;
        // An expression in parentheses is located at the opening one, and evcxr puts a last expression into parentheses.
        let opens = program.lines().nth(line.checked_sub(1)?)?.ends_with('(');
        self.find_line(&program, line).or_else(|| if opens { self.find_line(&program, line + 1) } else { None })
    }

    fn find_line(&self, program: &str, line: usize) -> Option<SourceLine> {
        let (text, lines) = without_whitespace(program);
        let from = lines.iter().position(|found| *found == line)?;
        let to = from + lines[from..].iter().take_while(|found| **found == line).count();
        let mut best: Option<(usize, SourceLine)> = None;
        // The latest cell comes first, so that it wins if several match equally well.
        for (index, (number, code)) in self.cells.iter().enumerate().rev() {
            let (cell, cell_lines) = without_whitespace(code);
            for (found, _) in cell.windows(to - from).enumerate().filter(|(_, part)| *part == &text[from..to]) {
                let overlap = context_overlap(&text[..from], &cell[..found], &text[to..], &cell[found + to - from..]);
                if best.as_ref().is_none_or(|(largest, _)| overlap > *largest) {
                    let is_current = index + 1 == self.cells.len();
                    let line = cell_lines[found];
                    let earlier_cell = (!is_current).then(|| (*number, enclosing_function(code, line)));
                    let text = code.lines().nth(line - 1).unwrap_or_default().trim().to_owned();
                    best = Some((overlap, SourceLine { line, text, earlier_cell }));
                }
            }
        }
        best.map(|(_, source_line)| source_line)
    }

    /// Returns the first line, in the current cell, of the statement that begins at this line of the program. evcxr may generate
    /// lines before the statement.
    pub(super) fn statement_line(&self, line: usize) -> Option<SourceLine> {
        let has_words = |line: &SourceLine| line.text.contains(|c: char| c.is_alphanumeric());
        let lines = line..line.saturating_add(MAX_GENERATED_LINES);
        lines.filter_map(|line| self.cell_line(line)).find(|line| !line.is_in_earlier_cell() && has_words(line))
    }

    /// Returns the line of a cell that a panic report names.
    pub(super) fn panic_location(&self, report: &str) -> Option<SourceLine> {
        let (_, location) = report.lines().find_map(|line| line.split_once(PANICKED_AT))?;
        self.parse_location(location.trim_end_matches(':'))
    }

    /// Returns the line of a cell at a location of the compiler's form `path:line:column`.
    fn parse_location(&self, location: &str) -> Option<SourceLine> {
        let mut parts = location.rsplitn(3, ':');
        let (_column, number, path) = (parts.next()?, parts.next()?, parts.next()?);
        // The path is relative to the root of the workspace.
        if !self.program.ends_with(path) {
            return None;
        }
        self.cell_line(number.parse().ok()?)
    }

    /// Replaces locations in the program by lines of cells, in text that a cell writes: the output of `dbg!`, and panic reports
    /// of other threads.
    pub(super) fn replace_locations<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if !text.contains(PROGRAM_PATH) && !text.contains(PANICKED_AT) {
            return Cow::Borrowed(text);
        }
        let text = if text.starts_with("\nthread '") { &text[1..] } else { text };
        let replaced = text.split_inclusive('\n').map(|line| match line.strip_prefix("thread '") {
            _ if line.starts_with("note: run with `RUST_BACKTRACE") => String::new(),
            Some(report) if line.contains(PANICKED_AT) => self.panic_location(line).map_or_else(
                || line.to_owned(),
                // The number after the thread's name is an id of the operating system, and of no use to the user.
                |location| {
                    let name = report.split_once('\'').map_or("", |(name, _)| name);
                    format!("thread '{name}'{PANICKED_AT}{}:\n", location.name())
                },
            ),
            _ => self.replace_location(line).unwrap_or_else(|| line.to_owned()),
        });
        Cow::Owned(replaced.collect())
    }

    /// Replaces the location in a line of text, or returns `None` if it has none in a cell.
    fn replace_location(&self, line: &str) -> Option<String> {
        let (before, rest) = line.split_once(PROGRAM_PATH)?;
        let numbers = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
        let numbers = rest[..numbers].trim_end_matches(':');
        let location = self.parse_location(&format!("{PROGRAM_PATH}{numbers}"))?;
        Some(format!("{before}{}{}", location.name(), &rest[numbers.len()..]))
    }
}

impl SourceLine {
    /// Returns whether the line is in another cell than the current one.
    pub(super) fn is_in_earlier_cell(&self) -> bool {
        self.earlier_cell.is_some()
    }

    /// Returns the name of the line, such as `line 3 of cell [2]`.
    fn name(&self) -> String {
        match &self.earlier_cell {
            Some((number, _)) => format!("line {} of cell [{number}]", self.line),
            None => format!("line {}", self.line),
        }
    }
}

impl fmt::Display for SourceLine {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let function = match &self.earlier_cell {
            Some((_, Some(function))) => format!("in the function `{function}`, "),
            _ => String::new(),
        };
        let number = format!("{function}{} │", self.name());
        write!(out, "  {} {}", console::style(number).bold().force_styling(true), self.text)
    }
}

/// Returns the characters of a text that are not whitespace, and the line of each, counted from 1. The comparison ignores
/// whitespace because evcxr begins a new line with each statement.
fn without_whitespace(text: &str) -> (Vec<char>, Vec<usize>) {
    let lines = text.lines().enumerate();
    let characters = lines.flat_map(|(at, line)| line.chars().filter(|c| !c.is_whitespace()).map(move |c| (c, at + 1)));
    characters.unzip()
}

/// Counts the equal characters before and after two parts of texts. It distinguishes lines with the same text.
fn context_overlap(before: &[char], cell_before: &[char], after: &[char], cell_after: &[char]) -> usize {
    let before = before.iter().rev().zip(cell_before.iter().rev());
    let after = after.iter().zip(cell_after);
    before.take_while(|(one, other)| one == other).count() + after.take_while(|(one, other)| one == other).count()
}

/// Returns the name of the function that encloses this line of the code, counted from 1.
fn enclosing_function(code: &str, line: usize) -> Option<String> {
    let lines: Vec<&str> = code.lines().take(line).collect();
    (0..lines.len()).rev().find_map(|first| {
        let (before, name) = lines[first].split_once("fn ")?;
        let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let is_word = before.is_empty() || before.ends_with(' ');
        // The body of the function must not end before the line.
        let characters = lines[first..lines.len() - 1].iter().flat_map(|line| line.chars());
        let depth = characters.fold(0_isize, |depth, c| depth + isize::from(c == '{') - isize::from(c == '}'));
        (is_word && !name.is_empty() && (first + 1 == lines.len() || depth > 0)).then_some(name)
    })
}

/// Formats the name of an error in bold. Unlike a color, bold is legible on the red of JupyterLab's light and dark theme.
pub(super) fn bold(name: &str) -> String {
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
    fn program_line_is_found_in_the_cell() {
        let code = "let a = 1;\nlet b = v[7];";
        let (_folder, sources) = sources("// generated\nlet a = 1;\n    let b = v[7];\n}\n", &[(1, code)]);
        let expected = SourceLine { line: 2, text: "let b = v[7];".to_owned(), earlier_cell: None };
        assert_eq!(sources.cell_line(3).as_ref(), Some(&expected));
        let report = "thread 'main' panicked at cell/src/lib.rs:3:9:\nindex out of bounds\n";
        assert_eq!(sources.panic_location(report), Some(expected));
        assert_eq!(sources.cell_line(1), None, "a generated line");
        assert_eq!(sources.cell_line(99), None, "no such line");
    }

    #[test]
    fn equal_lines_are_told_apart_by_their_context() {
        let code = "print(1);\nv.pop().unwrap();\nprint(2);\nv.pop().unwrap();\nprint(3);";
        let (_folder, sources) = sources(&format!("// generated\n{code}\n"), &[(1, code)]);
        assert_eq!(sources.cell_line(3).unwrap().line, 2);
        assert_eq!(sources.cell_line(5).unwrap().line, 4);
    }

    #[test]
    fn last_expression_in_generated_parentheses_is_found() {
        let (_folder, sources) = sources("let a = 1;\n(\na / 0\n).evcxr_display();\n", &[(1, "let a = 1;\na / 0")]);
        assert_eq!(sources.cell_line(2).map(|found| found.line), Some(2));
        assert_eq!(sources.cell_line(4), None);
    }

    #[test]
    fn statement_is_found_after_generated_lines() {
        let program = "let a = f(\n);\nfn show(text: &str) {\n}\nshow(&(\na / 0\n)\n);\n";
        let (_folder, sources) = sources(program, &[(1, "let a = f(\n);\na / 0")]);
        assert_eq!(sources.statement_line(3).map(|found| found.line), Some(3));
        assert_eq!(sources.statement_line(7), None);
    }

    #[test]
    fn statements_on_one_line_are_found() {
        let code = "let a = 1; a.pop()?; let c = 3;\na.pop()?;";
        let (_folder, sources) = sources("let a = 1;\na.pop()?;\nlet c = 3;\na.pop()?;\n}\n", &[(1, code)]);
        let cell_line = |line| sources.cell_line(line).map(|found| (found.line, found.text));
        assert_eq!(cell_line(2), Some((1, "let a = 1; a.pop()?; let c = 3;".to_owned())));
        assert_eq!(cell_line(4), Some((2, "a.pop()?;".to_owned())));
    }

    #[test]
    fn line_of_an_earlier_cell_names_cell_and_function() {
        let fact = "fn fact(n: i32) -> i32 {\n    if n == 0 { return 1 }\n    n * fact(n - 1)\n}";
        let program = format!("{fact}\nfn run() {{\nfact(30)\n}}\n");
        let (_folder, sources) = sources(&program, &[(1, fact), (2, "let other = 1;"), (3, "fact(30)")]);
        let found = sources.cell_line(3).unwrap();
        let shown = found.to_string();
        assert_eq!(console::strip_ansi_codes(&shown), "  in the function `fact`, line 3 of cell [1] │ n * fact(n - 1)");
        assert_eq!(sources.cell_line(6).unwrap().to_string(), sources.cell_line(6).unwrap().to_string());
        assert_eq!(sources.cell_line(6).unwrap().earlier_cell, None);
    }

    #[test]
    fn panic_inside_a_library_has_no_source_line() {
        let (_folder, sources) = sources("// generated\nlet b = 1;\n", &[(1, "let b = 1;")]);
        let report = "thread 'main' panicked at /lib/core/src/option.rs:1:1:\nno";
        assert_eq!(sources.panic_location(report), None);
    }

    #[test]
    fn source_line_shows_its_number() {
        let source_line = SourceLine { line: 3, text: "x?;".to_owned(), earlier_cell: None };
        assert_eq!(console::strip_ansi_codes(&source_line.to_string()), "  line 3 │ x?;");
    }

    #[test]
    fn locations_in_the_program_are_replaced() {
        let (_folder, sources) = sources("// generated\nlet a = 1;\ndbg!(a);\n", &[(4, "let a = 1;\ndbg!(a);")]);
        assert_eq!(sources.replace_locations("[cell/src/lib.rs:3:1] a = 1\n"), "[line 2] a = 1\n");
        assert_eq!(
            sources.replace_locations(
                "thread '<unnamed>' (6599) panicked at cell/src/lib.rs:2:25:\nno\nnote: run with `RUST_BACKTRACE=1` …\n"
            ),
            "thread '<unnamed>' panicked at line 1:\nno\n"
        );
        for other in ["[cell/src/lib.rs:1:1] x\n", "cell/src/lib.rs:\n", "plain\n"] {
            assert_eq!(sources.replace_locations(other), other);
        }
    }

    #[test]
    fn emphasis_is_bold_without_color() {
        // No color is legible in both of JupyterLab's themes: see the test in the engine's render.rs.
        let source_line = SourceLine { line: 3, text: "x?;".to_owned(), earlier_cell: None };
        for text in [source_line.to_string(), bold("Error")] {
            let codes: Vec<_> = text.split("\u{1b}[").skip(1).filter_map(|part| part.split('m').next()).collect();
            assert_eq!(codes, ["1", "0"], "{text:?}");
        }
    }
}
