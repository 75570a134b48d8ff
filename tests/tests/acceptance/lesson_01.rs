//! Notebook 01, as committed and as run with fewer epochs.

use acceptance::{code_cells, multiline};
use serde_json::Value;

fn committed() -> Value {
    let path = acceptance::root().join("notebooks/01-dropout.ipynb");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The notebook's cells, with `epochs` in the place of its own, and the library found from anywhere.
fn cells(epochs: usize) -> Vec<String> {
    let notebook = committed();
    let library = acceptance::root().join("crate/tealight").canonicalize().unwrap();
    let sources = code_cells(&notebook).into_iter().map(|cell| multiline(&cell["source"]));
    let sources = sources.map(|source| source.replace("../crate/tealight", library.to_str().unwrap()));
    let sources = sources.map(|source| source.replace("let epochs = 20;", &format!("let epochs = {epochs};")));
    let sources = sources.collect::<Vec<_>>();
    assert!(sources.iter().any(|source| source.contains(&format!("let epochs = {epochs};"))), "where are the epochs?");
    sources
}

/// The number that follows `name` in a text such as `accuracy: 0.9817`.
fn number_after(text: &str, name: &str) -> f64 {
    let (_, rest) = text.split_once(name).unwrap_or_else(|| panic!("no {name} in {text}"));
    let rest = rest.trim_start_matches([':', ' ']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
    rest[..end].parse().unwrap_or_else(|_| panic!("no number after {name} in {text}"))
}

fn position(cells: &[String], part: &str) -> usize {
    cells.iter().position(|cell| cell.contains(part)).unwrap_or_else(|| panic!("no cell has {part}"))
}

#[test]
fn the_lesson_runs_and_learns_in_two_epochs() {
    let cells = cells(2);
    let sources = cells.iter().map(String::as_str).collect::<Vec<_>>();
    let run = acceptance::Notebook::with_cells(&sources).unwrap().run().unwrap();
    run.passed().unwrap();

    let fit = position(&cells, "let history = model.fit(");
    let lines = run.text(fit, "stdout");
    assert_eq!(lines.lines().count(), 2, "a line an epoch:\n{lines}");
    let last = lines.lines().last().unwrap();
    assert!(last.starts_with("Epoch 2/2") && last.contains("1875/1875"), "{last}");
    assert!(number_after(last, "val_accuracy") > 0.95, "{last}");

    let summary = run.shown(position(&cells, "network.summary()"), "text/plain").concat();
    assert!(summary.contains("235,146"), "{summary}");
    let curves = run.shown(position(&cells, "plot_accuracy"), "text/html").concat();
    assert!(curves.contains("data:image/svg+xml;base64,"), "no figure in {curves}");
    let matrix = run.shown(position(&cells, "matrix.plot"), "text/html").concat();
    assert!(matrix.contains("data:image/svg+xml;base64,"), "no figure in {matrix}");
}

#[test]
fn the_committed_outputs_are_of_a_whole_run() {
    let notebook = committed();
    let cells = code_cells(&notebook);
    for (index, cell) in cells.iter().enumerate() {
        assert_eq!(cell["execution_count"], index + 1, "cell {index} was not run in its turn");
        let failed = cell["outputs"].as_array().unwrap().iter().any(|output| output["output_type"] == "error");
        assert!(!failed, "cell {index} failed");
    }
    let sources = cells.iter().map(|cell| multiline(&cell["source"])).collect::<Vec<_>>();
    let shown = acceptance::shown(&notebook, position(&sources, "model.evaluate"), "text/plain").concat();
    assert!(number_after(&shown, "accuracy") >= 0.979, "{shown}");
    assert!(number_after(&shown, "loss") <= 0.095, "{shown}");
}
