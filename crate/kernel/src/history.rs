//! The history of executed cells across sessions, which consoles offer with the up arrow.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// How many cells the file keeps.
const MAX_ENTRIES: usize = 2_000;

/// A cell that was executed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    session: usize,
    line: usize,
    code: String,
}

/// The cells of this session and of earlier ones.
pub(super) struct History {
    entries: Vec<Entry>,
    session: usize,
    file: Option<PathBuf>,
}

impl History {
    /// Reads the history of earlier sessions. It is empty if the file does not exist or cannot be read.
    pub(super) fn open(file: &Path) -> Self {
        let text = fs::read_to_string(file).unwrap_or_default();
        let mut entries: Vec<Entry> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        if entries.len() > MAX_ENTRIES {
            entries.drain(..entries.len() - MAX_ENTRIES);
            let lines: String =
                entries.iter().filter_map(|entry| serde_json::to_string(entry).ok()).map(|line| line + "\n").collect();
            let _ = fs::write(file, lines);
        }
        let session = entries.iter().map(|entry| entry.session).max().unwrap_or(0) + 1;
        Self { entries, session, file: Some(file.to_path_buf()) }
    }

    /// Adds a cell.
    pub(super) fn add(&mut self, line: usize, code: &str) {
        let entry = Entry { session: self.session, line, code: code.to_owned() };
        if let (Some(file), Ok(text)) = (&self.file, serde_json::to_string(&entry)) {
            // A single write, so that two kernels don't mix their lines. If it fails, this session still has the cell.
            let opened = File::options().append(true).create(true).open(file);
            let _ = opened.and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
        }
        self.entries.push(entry);
    }

    /// Returns the content of the reply to a history request. Missing fields have IPython's defaults.
    pub(super) fn find(&self, request: &Value) -> Value {
        let number = |key: &str| request[key].as_i64();
        let n = number("n").and_then(|n| usize::try_from(n).ok()).filter(|&n| n > 0);
        let found: Vec<&Entry> = match request["hist_access_type"].as_str() {
            Some("range") => {
                let session = number("session").unwrap_or(0);
                // A session that is not positive counts back from this one.
                let session = if session <= 0 { self.session as i64 + session } else { session };
                let stop = number("stop").filter(|&stop| stop > 0).unwrap_or(i64::MAX);
                let lines = number("start").unwrap_or(0)..stop;
                let is_requested =
                    |entry: &&Entry| entry.session as i64 == session && lines.contains(&(entry.line as i64));
                self.entries.iter().filter(is_requested).collect()
            }
            Some("search") => {
                let pattern = request["pattern"].as_str().unwrap_or("*");
                let mut found: Vec<&Entry> =
                    self.entries.iter().filter(|entry| matches_glob(pattern, &entry.code)).collect();
                if request["unique"].as_bool() == Some(true) {
                    let mut seen = std::collections::HashSet::new();
                    found.reverse();
                    found.retain(|entry| seen.insert(entry.code.as_str()));
                    found.reverse();
                }
                last(found, n)
            }
            _ => last(self.entries.iter().collect(), n),
        };
        let output = request["output"].as_bool() == Some(true);
        let entry = |entry: &&Entry| {
            let code = if output { json!([entry.code, null]) } else { json!(entry.code) };
            json!([entry.session, entry.line, code])
        };
        json!({"status": "ok", "history": found.iter().map(entry).collect::<Vec<_>>()})
    }
}

/// Returns the last `n` entries, or all if no number is given.
fn last(found: Vec<&Entry>, n: Option<usize>) -> Vec<&Entry> {
    let from = n.map_or(0, |n| found.len().saturating_sub(n));
    found[from..].to_vec()
}

/// Returns whether a text matches a pattern, in which `*` stands for any text and `?` for one character.
fn matches_glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    // For each prefix of the text: does it match the pattern so far?
    let mut prefix_matches = vec![false; text.len() + 1];
    prefix_matches[0] = true;
    for &wanted in &pattern {
        let before = prefix_matches.clone();
        prefix_matches[0] = before[0] && wanted == '*';
        for at in 1..=text.len() {
            prefix_matches[at] = match wanted {
                '*' => before[at] || prefix_matches[at - 1],
                '?' => before[at - 1],
                other => before[at - 1] && text[at - 1] == other,
            };
        }
    }
    prefix_matches[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> (tempfile::TempDir, History) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("history.jsonl");
        let mut first = History::open(&file);
        first.add(1, "let a = 1;");
        first.add(2, "a");
        let mut second = History::open(&file);
        second.add(1, "let b = 2;");
        second.add(2, "a");
        (folder, second)
    }

    fn found(history: &History, request: Value) -> Value {
        history.find(&request)["history"].clone()
    }

    #[test]
    fn tail_spans_sessions() {
        let (_folder, history) = history();
        let three = found(&history, json!({"hist_access_type": "tail", "n": 3, "output": false}));
        assert_eq!(three, json!([[1, 2, "a"], [2, 1, "let b = 2;"], [2, 2, "a"]]));
        let one = found(&history, json!({"hist_access_type": "tail", "n": 1, "output": true}));
        assert_eq!(one, json!([[2, 2, ["a", null]]]));
    }

    #[test]
    fn range_is_of_one_session() {
        let (_folder, history) = history();
        let range = |session: i64, start: i64, stop: Value| {
            found(&history, json!({"hist_access_type": "range", "session": session, "start": start, "stop": stop}))
        };
        assert_eq!(range(0, 1, json!(2)), json!([[2, 1, "let b = 2;"]]));
        assert_eq!(range(-1, 1, json!(3)), json!([[1, 1, "let a = 1;"], [1, 2, "a"]]));
        assert_eq!(range(1, 2, json!(null)), json!([[1, 2, "a"]]));
    }

    #[test]
    fn search_supports_wildcards_and_unique() {
        let (_folder, history) = history();
        let search = |pattern: &str, unique: bool| {
            found(&history, json!({"hist_access_type": "search", "pattern": pattern, "unique": unique}))
        };
        assert_eq!(search("let*;", false), json!([[1, 1, "let a = 1;"], [2, 1, "let b = 2;"]]));
        assert_eq!(search("?", true), json!([[2, 2, "a"]]));
        assert_eq!(search("x*", false), json!([]));
    }
}
