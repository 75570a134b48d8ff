//! Notebook files: reads them, finds the code cells, stores outputs, and writes them as Jupyter does.
//!
//! A file is kept as JSON in its original order, so that everything except the outputs is written back unchanged. The crate
//! `nbformat` (3.0) is not used because it reads a notebook into its own types: it drops fields of cells and outputs that it does
//! not know, attachments of raw cells, and outputs that it cannot parse, and writes metadata in the random order of a `HashMap`.

use std::collections::HashSet;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail, ensure};
use serde::Serialize as _;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

/// The minor version of format 4 from which on cells have ids.
const MIN_MINOR_WITH_IDS: u64 = 5;

/// A notebook of format 4 in memory.
#[derive(Debug)]
pub(super) struct NotebookFile {
    path: PathBuf,
    document: Map<String, Value>,
    /// The indentation of one nesting level. Jupyter writes one space.
    indent: String,
    /// The content of the file when it was read.
    original: Vec<u8>,
}

/// A code cell that is not empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CodeCell {
    /// The index among all cells including text cells, counted from 0.
    pub(super) position: usize,
    /// The cell's code.
    pub(super) source: String,
}

impl NotebookFile {
    /// Reads a notebook.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, is not a notebook of format 4, or has another language than Rust. The message
    /// names the file and says what to do.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        Self::parse(path).with_context(|| format!("cannot run {}", path.display()))
    }

    fn parse(path: &Path) -> anyhow::Result<Self> {
        ensure!(!path.is_dir(), "it is a folder; name the notebooks in it, for example {}/*.ipynb", path.display());
        let read = match fs::read(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                bail!("there is no such file (looked from {})", std::env::current_dir()?.display())
            }
            read => read.context("the file cannot be read")?,
        };
        let document: Value = serde_json::from_slice(&read).context("the file is not JSON, so not a notebook")?;
        let Value::Object(document) = document else { bail!("the file is JSON but not a notebook") };
        check_format(&document)?;
        check_language(&document)?;
        let indent = find_indent(&read);
        Ok(Self { path: path.to_owned(), document, indent, original: read })
    }

    /// Returns the path by which the notebook was opened.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the number of all cells including text cells.
    pub(super) fn cell_count(&self) -> usize {
        self.cells().len()
    }

    /// Returns the code cells that are not empty, in order. Jupyter skips empty ones, too.
    pub(super) fn code_cells(&self) -> Vec<CodeCell> {
        let code = self.cells().iter().enumerate().filter(|(_, cell)| cell["cell_type"] == "code");
        let sources = code.map(|(position, cell)| CodeCell { position, source: join_source(&cell["source"]) });
        sources.filter(|cell| !cell.source.trim().is_empty()).collect()
    }

    /// Removes the outputs and execution counts of all code cells, so that the file never mixes the outputs of two runs.
    pub(super) fn clear_outputs(&mut self) {
        for cell in self.cells_mut().iter_mut().filter(|cell| cell["cell_type"] == "code") {
            replace_outputs(cell, Value::Null, Vec::new());
        }
    }

    /// Stores outputs and execution count in the cell at this position.
    pub(super) fn set_outputs(&mut self, position: usize, execution_count: usize, outputs: Vec<Value>) {
        if let Some(cell) = self.cells_mut().get_mut(position) {
            replace_outputs(cell, json!(execution_count), outputs);
        }
    }

    /// Stores the kernel's `language_info`, and the name of the kernel if the notebook has none, as JupyterLab does. Without them,
    /// Jupyter asks for a kernel when the notebook is opened, or marks the notebook as changed.
    pub(super) fn set_language_info(&mut self, language_info: &Value) {
        insert_sorted_if_missing(&mut self.document, "metadata", || json!({}));
        if let Some(Value::Object(metadata)) = self.document.get_mut("metadata") {
            let kernel = json!({"display_name": "Rust", "language": "rust", "name": "rust"});
            insert_sorted_if_missing(metadata, "kernelspec", || kernel);
            let mut info = language_info.clone();
            info.sort_all_objects();
            insert_sorted_if_missing(metadata, "language_info", || Value::Null);
            metadata["language_info"] = info;
        }
    }

    /// Writes the notebook to `target` atomically: a reader sees the old file or the new one, never half of one.
    ///
    /// # Errors
    /// Returns an error if the folder cannot be written to, or if `target` is the notebook itself and was changed since it was
    /// read. In that case the outputs are written to a file beside it, which the message names.
    pub(super) fn save(&mut self, target: &Path) -> anyhow::Result<()> {
        self.add_missing_ids();
        let bytes = self.to_bytes()?;
        // Replace the target of a symbolic link, not the link.
        let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
        let in_place = fs::canonicalize(&self.path).is_ok_and(|path| path == target);
        if in_place && fs::read(&target).is_ok_and(|now| now != self.original) {
            let beside = target.with_extension("run.ipynb");
            write(&beside, &bytes)?;
            bail!(
                "{} was changed while it ran, so it was left alone; the outputs of this run are in {}",
                self.path.display(),
                beside.display()
            );
        }
        write(&target, &bytes)?;
        if in_place {
            self.original = bytes;
        }
        Ok(())
    }

    fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        let formatter = serde_json::ser::PrettyFormatter::with_indent(self.indent.as_bytes());
        let mut serializer = serde_json::Serializer::with_formatter(&mut bytes, formatter);
        self.document.serialize(&mut serializer)?;
        bytes.push(b'\n');
        Ok(bytes)
    }

    fn cells(&self) -> &[Value] {
        self.document.get("cells").and_then(Value::as_array).map_or(&[], Vec::as_slice)
    }

    fn cells_mut(&mut self) -> &mut [Value] {
        self.document.get_mut("cells").and_then(Value::as_array_mut).map_or(&mut [], Vec::as_mut_slice)
    }

    /// Adds an id to each cell without one, if the notebook's format has ids. The id is a hash of the cell's source and position, so
    /// that running the same notebook twice gives the same file.
    fn add_missing_ids(&mut self) {
        if self.document.get("nbformat_minor").and_then(Value::as_u64).unwrap_or(0) < MIN_MINOR_WITH_IDS {
            return;
        }
        let mut taken: HashSet<String> =
            self.cells().iter().filter_map(|cell| cell["id"].as_str().map(str::to_owned)).collect();
        for (position, cell) in self.cells_mut().iter_mut().enumerate() {
            let Value::Object(cell) = cell else { continue };
            insert_sorted_if_missing(cell, "id", || Value::Null);
            if cell["id"].is_null() {
                let source = cell.get("source").map(join_source).unwrap_or_default();
                let mut salt = position;
                let id = loop {
                    let hash = Sha256::digest(format!("{salt}\n{source}"));
                    let id: String = hash.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
                    if taken.insert(id.clone()) {
                        break id;
                    }
                    salt += 1_000_000;
                };
                cell["id"] = Value::String(id);
            }
        }
    }
}

fn check_format(document: &Map<String, Value>) -> anyhow::Result<()> {
    let Some(format) = document.get("nbformat").and_then(Value::as_u64) else {
        bail!("the file is JSON but not a notebook: it has no number under \"nbformat\"");
    };
    ensure!(
        format >= 4,
        "the notebook has the old format {format}, and only format 4 can be run; open it in JupyterLab and save it \
         there, which brings it to format 4"
    );
    ensure!(format == 4, "the notebook has format {format}, and only format 4 can be run");
    let Some(cells) = document.get("cells").and_then(Value::as_array) else {
        bail!("the file is not a notebook: it has no list under \"cells\"");
    };
    for (position, cell) in cells.iter().enumerate() {
        let number = position + 1;
        ensure!(cell.is_object(), "cell {number} is not a JSON object");
        ensure!(cell["cell_type"].is_string(), "cell {number} does not say under \"cell_type\" what it is");
        let source = &cell["source"];
        ensure!(source.is_string() || source.is_array(), "cell {number} has neither text nor lines under \"source\"");
    }
    Ok(())
}

fn check_language(document: &Map<String, Value>) -> anyhow::Result<()> {
    let text = |section: &str, key: &str| {
        let value = document.get("metadata")?.get(section)?.get(key)?.as_str()?;
        (!value.is_empty()).then(|| value.to_owned())
    };
    let stated =
        text("kernelspec", "language").or_else(|| text("language_info", "name")).or_else(|| text("kernelspec", "name"));
    match stated {
        Some(language) if !language.eq_ignore_ascii_case("rust") => bail!(
            "the notebook is for {language}, and this command runs Rust; if its cells are Rust, choose the kernel Rust \
             for it in JupyterLab and save it"
        ),
        _ => Ok(()),
    }
}

/// Returns the text of a `source`, which is a string or a list of strings to concatenate.
fn join_source(source: &Value) -> String {
    match source {
        Value::String(text) => text.clone(),
        Value::Array(lines) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

fn replace_outputs(cell: &mut Value, execution_count: Value, outputs: Vec<Value>) {
    if let Value::Object(cell) = cell {
        insert_sorted_if_missing(cell, "execution_count", || Value::Null);
        insert_sorted_if_missing(cell, "outputs", || Value::Null);
        cell["execution_count"] = execution_count;
        cell["outputs"] = Value::Array(outputs);
    }
}

/// Inserts a key at its position in alphabetical order, in which Jupyter writes keys, unless the key exists.
fn insert_sorted_if_missing(object: &mut Map<String, Value>, key: &str, value: impl FnOnce() -> Value) {
    if !object.contains_key(key) {
        let index = object.keys().position(|other| other.as_str() > key).unwrap_or(object.len());
        object.shift_insert(index, key.to_owned(), value());
    }
}

/// Returns the indentation of the first nested line, or one space, as Jupyter writes, if the file has a single line.
fn find_indent(bytes: &[u8]) -> String {
    let second_line = bytes.split(|byte| *byte == b'\n').nth(1).unwrap_or_default();
    let blank: Vec<u8> = second_line.iter().copied().take_while(|byte| matches!(byte, b' ' | b'\t')).collect();
    String::from_utf8(blank).ok().filter(|indent| !indent.is_empty()).unwrap_or_else(|| " ".to_owned())
}

/// Checks that a notebook can be written to `target`, before it runs for hours. Leaves no file behind.
///
/// # Errors
/// Returns an error if `target` is a folder, or if no file can be created beside it.
pub(super) fn check_writable(target: &Path) -> anyhow::Result<()> {
    // The target of a symbolic link is replaced, not the link.
    let target = fs::canonicalize(target).unwrap_or_else(|_| target.to_owned());
    let cannot = || format!("cannot write {}", target.display());
    if target.is_dir() {
        return Err(anyhow!("there is a folder of this name").context(cannot()));
    }
    temporary_file_beside(&target).with_context(cannot)?;
    Ok(())
}

fn write(target: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let cannot = || format!("cannot write {}", target.display());
    let mut file = temporary_file_beside(target).with_context(cannot)?;
    if let Ok(old) = fs::metadata(target) {
        file.as_file().set_permissions(old.permissions()).with_context(cannot)?;
    }
    file.write_all(bytes).with_context(cannot)?;
    file.as_file().sync_all().with_context(cannot)?;
    file.persist(target).with_context(cannot)?;
    Ok(())
}

/// Creates a temporary file in the folder of `target`. It is removed unless it is renamed to `target`.
fn temporary_file_beside(target: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".notebook-").suffix(".ipynb");
    // Temporary files are private by default; a notebook keeps its permissions, or gets those of a new file.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder)
}

#[cfg(test)]
#[path = "notebook_file_tests.rs"]
mod tests;
