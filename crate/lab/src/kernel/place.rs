//! The line of a cell at which it failed.
//!
//! What is known is a line of the program that the engine wrote around the cell, in which the cell's own lines stand
//! unchanged.

use std::fmt;
use std::fs;
use std::path::Path;

/// A line of a cell.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from 1.
    line: usize,
    text: String,
}

impl Place {
    /// The line of the cell that is this line of the program.
    pub(super) fn of_line(line: usize, program: &Path, code: &str) -> Option<Self> {
        let program = fs::read_to_string(program).ok()?;
        Self::of_text(program.lines().nth(line.checked_sub(1)?)?, code)
    }

    /// The line of the cell that the report of a panic names.
    pub(super) fn of_panic(report: &str, program: &Path, code: &str) -> Option<Self> {
        let (_, at) = report.lines().find_map(|line| line.split_once(" panicked at "))?;
        let mut parts = at.trim_end_matches(':').rsplitn(3, ':');
        let (_column, number, path) = (parts.next()?, parts.next()?, parts.next()?);
        // The compiler was given the path from the workspace's root.
        if !program.ends_with(path) {
            return None;
        }
        Self::of_line(number.parse().ok()?, program, code)
    }

    /// The first line of the cell with this text.
    fn of_text(text: &str, code: &str) -> Option<Self> {
        let text = text.trim();
        let found = code.lines().position(|line| !text.is_empty() && line.trim() == text)?;
        Some(Self { line: found + 1, text: text.to_owned() })
    }
}

impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = format!("line {} │", self.line);
        write!(out, "  {} {}", console::style(number).blue().bold().force_styling(true), self.text)
    }
}

/// The name of an error, in the colour in which Jupyter shows such names.
pub(super) fn colour(name: &str) -> String {
    console::style(name).red().bold().force_styling(true).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("src/lib.rs");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        (folder, path)
    }

    #[test]
    fn a_line_of_the_program_is_found_in_the_cell() {
        let (_folder, path) = program("// generated\nlet a = 1;\n    let b = v[7];\n}\n");
        let code = "let a = 1;\nlet b = v[7];";
        let expected = Place { line: 2, text: "let b = v[7];".to_owned() };
        assert_eq!(Place::of_line(3, &path, code).as_ref(), Some(&expected));
        let report = "thread 'main' panicked at src/lib.rs:3:9:\nindex out of bounds\n";
        assert_eq!(Place::of_panic(report, &path, code), Some(expected));
        assert_eq!(Place::of_line(1, &path, code), None, "a generated line");
        assert_eq!(Place::of_line(99, &path, code), None, "no such line");
    }

    #[test]
    fn a_panic_inside_of_a_library_has_no_line_of_the_cell() {
        let (_folder, path) = program("let b = 1;\n");
        assert_eq!(
            Place::of_panic("thread 'main' panicked at /lib/core/src/option.rs:1:1:\nno", &path, "let b = 1;"),
            None
        );
    }

    #[test]
    fn the_line_is_shown_with_its_number() {
        let place = Place { line: 3, text: "x?;".to_owned() };
        assert_eq!(console::strip_ansi_codes(&place.to_string()), "  line 3 │ x?;");
    }
}
