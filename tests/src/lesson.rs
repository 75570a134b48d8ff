//! Lessons, run with reduced hyperparameters in a temporary folder.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::{Notebook, Run, code_cells, multiline, outputs, root};

/// A lesson and its changes, ready to run.
pub struct Lesson {
    sources: Vec<String>,
}

/// A finished run of a lesson. Its cells are found by a part of their source.
pub struct LessonRun {
    sources: Vec<String>,
    notebook: Notebook,
    run: Run,
}

/// Reads a committed notebook of the repository.
pub fn committed(name: &str) -> Result<Value> {
    let path = root().join("notebooks").join(name).with_extension("ipynb");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

impl Lesson {
    /// Reads a committed lesson, such as `"01-dropout"`, and makes the path of the library absolute.
    fn named(name: &str) -> Result<Self> {
        let library = root().join("crate/tealight").canonicalize()?;
        let library = library.to_str().context("the path of the repository is not UTF-8")?;
        let notebook = committed(name)?;
        let sources = code_cells(&notebook).into_iter().map(|cell| multiline(&cell["source"]));
        Ok(Self { sources: sources.map(|source| source.replace("../crate/tealight", library)).collect() })
    }

    /// Reads a lesson with the hyperparameters of `tests/reduced.json`, which make it short. The browser tests use them too.
    pub fn reduced(name: &str) -> Result<Self> {
        let path = root().join("tests/reduced.json");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let lessons: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text)?;
        let values = lessons.get(name).with_context(|| format!("{} has no {name}", path.display()))?;
        values.iter().try_fold(Self::named(name)?, |lesson, (name, value)| lesson.with(name, value))
    }

    /// Sets a hyperparameter: rewrites the line `let NAME = …;`, of which the lesson must have exactly one.
    fn with(mut self, name: &str, value: &str) -> Result<Self> {
        let start = format!("let {name} = ");
        let lines = self.sources.iter().flat_map(|source| source.lines()).filter(|line| line.starts_with(&start));
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        ensure!(lines.len() == 1, "expected one line \"{start}…;\" in the lesson, got {lines:?}");
        let changed = format!("{start}{value};");
        for source in &mut self.sources {
            *source = source.replace(&lines[0], &changed);
        }
        Ok(self)
    }

    /// Runs the lesson in a real kernel. If a cell fails, the error contains everything that was printed.
    pub fn run(self) -> Result<LessonRun> {
        let sources = self.sources;
        let notebook = Notebook::with_cells(&sources.iter().map(String::as_str).collect::<Vec<_>>())?;
        let run = notebook.run()?;
        run.passed()?;
        Ok(LessonRun { sources, notebook, run })
    }
}

impl LessonRun {
    /// Returns what the first cell that contains `part` printed or displayed as text.
    pub fn text(&self, part: &str) -> Result<String> {
        let cell = self.sources.iter().position(|source| source.contains(part));
        let cell = cell.with_context(|| format!("no cell contains {part}"))?;
        Ok(self.run.text(cell, "stdout") + &self.run.shown(cell, "text/plain").concat())
    }

    /// Counts the figures of the lesson, except the live curves of each training.
    pub fn figures(&self) -> usize {
        let outputs = (0..self.sources.len()).flat_map(|cell| outputs(&self.run.notebook, cell));
        let drawn =
            outputs.filter(|output| !multiline(&output["data"]["text/plain"]).starts_with("Figure: Training by epoch"));
        let html = drawn.map(|output| multiline(&output["data"]["text/html"]));
        html.map(|html| html.matches("data:image/svg+xml;base64,").count()).sum()
    }

    /// Returns the path of a file that the lesson wrote, given its path relative to the notebook.
    pub fn file(&self, path: &str) -> PathBuf {
        self.notebook.path().with_file_name(path)
    }
}

/// Returns the numbers after `name` in the first line that contains it, such as 0.98 and 0.97 in
/// `"test accuracy  0.98 0.97"`.
pub fn numbers_after(text: &str, name: &str) -> Result<Vec<f64>> {
    let rest = text.lines().find_map(|line| line.split_once(name)).map(|(_, rest)| rest);
    let rest = rest.with_context(|| format!("no {name} in {text}"))?;
    let words = rest.split(|c: char| c.is_whitespace() || c == ',' || c == ':');
    Ok(words.filter_map(|word| word.parse().ok()).collect())
}
