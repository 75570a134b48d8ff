//! A notebook of the clone, run with other hyperparameters in a folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::{Notebook, Run, code_cells, multiline, outputs, root};

/// A lesson, with what is to be changed in it.
pub struct Lesson {
    sources: Vec<String>,
}

/// What became of a lesson that was run. Its cells are found by what stands in them.
pub struct LessonRun {
    sources: Vec<String>,
    notebook: Notebook,
    run: Run,
}

/// A notebook of the clone as it was committed.
pub fn committed(name: &str) -> Result<Value> {
    let path = root().join("notebooks").join(name).with_extension("ipynb");
    let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

impl Lesson {
    /// The committed lesson called so, such as `"01-dropout"`, which finds the library from anywhere.
    fn named(name: &str) -> Result<Self> {
        let library = root().join("crate/tealight").canonicalize()?;
        let library = library.to_str().context("the clone's path is not UTF-8")?;
        let notebook = committed(name)?;
        let sources = code_cells(&notebook).into_iter().map(|cell| multiline(&cell["source"]));
        Ok(Self { sources: sources.map(|source| source.replace("../crate/tealight", library)).collect() })
    }

    /// The same with the hyperparameters of `tests/reduced.json`, which make it short; the tests in the browser have them, too.
    pub fn reduced(name: &str) -> Result<Self> {
        let path = root().join("tests/reduced.json");
        let text = fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
        let lessons: BTreeMap<String, BTreeMap<String, String>> = serde_json::from_str(&text)?;
        let values = lessons.get(name).with_context(|| format!("{} has no {name}", path.display()))?;
        values.iter().try_fold(Self::named(name)?, |lesson, (name, value)| lesson.with(name, value))
    }

    /// Gives a hyperparameter another value: rewrites the one line `let NAME = …;` of the lesson.
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

    /// Runs the lesson through the real kernel; an error with all that was printed, unless every cell ran.
    pub fn run(self) -> Result<LessonRun> {
        let sources = self.sources;
        let notebook = Notebook::with_cells(&sources.iter().map(String::as_str).collect::<Vec<_>>())?;
        let run = notebook.run()?;
        run.passed()?;
        Ok(LessonRun { sources, notebook, run })
    }
}

impl LessonRun {
    /// What the first cell that has `part` in it printed, and showed as text.
    pub fn text(&self, part: &str) -> Result<String> {
        let cell = self.sources.iter().position(|source| source.contains(part));
        let cell = cell.with_context(|| format!("no cell has {part}"))?;
        Ok(self.run.text(cell, "stdout") + &self.run.shown(cell, "text/plain").concat())
    }

    /// How many figures the lesson draws, beside the curves that each training shows of itself.
    pub fn figures(&self) -> usize {
        let outputs = (0..self.sources.len()).flat_map(|cell| outputs(&self.run.notebook, cell));
        let drawn =
            outputs.filter(|output| !multiline(&output["data"]["text/plain"]).starts_with("Figure: Training by epoch"));
        let html = drawn.map(|output| multiline(&output["data"]["text/html"]));
        html.map(|html| html.matches("data:image/svg+xml;base64,").count()).sum()
    }

    /// A file that the lesson wrote, by its path from the notebook.
    pub fn file(&self, path: &str) -> PathBuf {
        self.notebook.path().with_file_name(path)
    }
}

/// The numbers of the first line that has `name` in it, after the name: of `"test accuracy  0.98 0.97"`, 0.98 and 0.97.
pub fn numbers_after(text: &str, name: &str) -> Result<Vec<f64>> {
    let rest = text.lines().find_map(|line| line.split_once(name)).map(|(_, rest)| rest);
    let rest = rest.with_context(|| format!("no {name} in {text}"))?;
    let words = rest.split(|c: char| c.is_whitespace() || c == ',' || c == ':');
    Ok(words.filter_map(|word| word.parse().ok()).collect())
}
