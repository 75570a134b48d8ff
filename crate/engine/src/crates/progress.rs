//! How far the build of a notebook's crates is.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The file in a session's folder that says how far the build is; it is there while one goes on, and until it is read.
const FILE: &str = "building";
/// How often it is written at most.
const EVERY: Duration = Duration::from_millis(250);
/// A build that is over sooner is not worth a word.
const SHORT: Duration = Duration::from_secs(2);

/// A build that goes on.
pub(super) struct Progress {
    file: PathBuf,
    names: String,
    begun: Instant,
    written: Option<Instant>,
    /// How many crates are built, and of how many.
    done: (usize, usize),
    said: String,
}

impl Progress {
    pub(super) fn begin(session: &Path, dependencies: &[String]) -> Self {
        let names: Vec<&str> = dependencies.iter().filter_map(|line| line.split('=').next()).map(str::trim).collect();
        Self {
            file: session.join(FILE),
            names: names.join(", "),
            begun: Instant::now(),
            written: None,
            done: (0, 0),
            said: String::new(),
        }
    }

    /// Reads what cargo says to its end.
    pub(super) fn follow(&mut self, mut stderr: impl Read) -> Result<()> {
        let mut bytes = [0; 4096];
        let mut line = Vec::new();
        loop {
            let length = stderr.read(&mut bytes)?;
            for byte in &bytes[..length] {
                if matches!(byte, b'\n' | b'\r') {
                    self.take(&String::from_utf8_lossy(&line));
                    line.clear();
                } else {
                    line.push(*byte);
                }
            }
            if length == 0 {
                self.take(&String::from_utf8_lossy(&line));
                return Ok(());
            }
        }
    }

    fn take(&mut self, line: &str) {
        let line = line.replace("\u{1b}[K", "");
        match counted(&line) {
            Some(done) => self.done = done,
            None if line.trim().is_empty() => return,
            None => {
                self.said.push_str(line.trim_end());
                self.said.push('\n');
            }
        }
        if self.begun.elapsed() > SHORT && self.written.is_none_or(|written| written.elapsed() > EVERY) {
            self.written = Some(Instant::now());
            self.write(&words(&self.names, self.done, self.begun.elapsed().as_secs()));
        }
    }

    /// The build is over.
    pub(super) fn end(&self, is_good: bool) {
        if self.written.is_some() {
            let how = if is_good { "built" } else { "not built" };
            self.write(&format!("{how}: {} ({} s)", self.names, self.begun.elapsed().as_secs()));
        }
    }

    fn write(&self, text: &str) {
        // It is read while it is written: what is put in place is put there whole.
        let new = self.file.with_extension("new");
        let _ = fs::write(&new, text).and_then(|()| fs::rename(&new, &self.file));
    }

    /// What cargo said, without how far it was.
    pub(super) fn said(&self) -> &str {
        &self.said
    }
}

fn words(names: &str, (done, all): (usize, usize), seconds: u64) -> String {
    match all {
        0 => format!("building {names}: {seconds} s"),
        _ => format!("building {names}: {done} of {all} crates, {seconds} s"),
    }
}

/// The numbers of cargo's bar, as in `Building [==>  ] 23/40: syn`.
fn counted(line: &str) -> Option<(usize, usize)> {
    let (_, behind) = line.trim_start().strip_prefix("Building [")?.split_once("] ")?;
    let (done, all) = behind.split(':').next()?.trim().split_once('/')?;
    Some((done.parse().ok()?, all.parse().ok()?))
}

/// How far the build of a session's crates is, where that has changed since it was asked before.
pub(crate) fn news(session: &Path) -> Option<String> {
    let file = session.join(FILE);
    let text = fs::read_to_string(&file).ok()?;
    let _ = fs::remove_file(file);
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_bar_is_read() {
        assert_eq!(counted("    Building [=====>     ] 23/40: syn, libc(build)"), Some((23, 40)));
        assert_eq!(counted("   Compiling syn v2.0.1"), None);
        assert_eq!(words("tokio", (23, 40), 31), "building tokio: 23 of 40 crates, 31 s");
        assert_eq!(words("tokio", (0, 0), 3), "building tokio: 3 s");
    }

    #[test]
    fn what_cargo_says_is_kept_and_its_bar_is_not() {
        let session = tempfile::tempdir().unwrap();
        let mut progress = Progress::begin(session.path(), &["itoa = \"1\"".to_owned()]);
        progress.follow(&b"  Compiling itoa v1\n Building [>  ] 0/2: itoa\r\x1b[Kerror: no\n"[..]).unwrap();
        assert_eq!((progress.said(), progress.done), ("  Compiling itoa v1\nerror: no\n", (0, 2)));
        progress.end(false);
        assert_eq!(news(session.path()), None, "it was short");
        progress.write("building");
        assert_eq!(news(session.path()).as_deref(), Some("building"));
        assert_eq!(news(session.path()), None);
    }
}
