//! The progress of a build of crates.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::Result;

/// The file in a session's folder with the progress of the build. The engine removes it when it has read it.
const PROGRESS_FILE: &str = "building";
/// The least time between two writes of the file.
const WRITE_INTERVAL: Duration = Duration::from_millis(250);
/// A shorter build reports no progress.
const SILENT_TIME: Duration = Duration::from_secs(2);

/// A running build.
pub(super) struct Progress {
    file: PathBuf,
    names: String,
    begun: Instant,
    written: Option<Instant>,
    /// The number of crates that are built, and of all.
    done: (usize, usize),
    text: String,
}

impl Progress {
    /// Starts to follow a build of these dependencies.
    pub(super) fn start(session: &Path, dependencies: &[String]) -> Self {
        let names: Vec<&str> = dependencies.iter().filter_map(|line| line.split('=').next()).map(str::trim).collect();
        Self {
            file: session.join(PROGRESS_FILE),
            names: names.join(", "),
            begun: Instant::now(),
            written: None,
            done: (0, 0),
            text: String::new(),
        }
    }

    /// Reads cargo's standard error to its end.
    pub(super) fn read_to_end(&mut self, mut stderr: impl Read) -> Result<()> {
        let mut bytes = [0; 4096];
        let mut line = Vec::new();
        loop {
            let length = stderr.read(&mut bytes)?;
            for byte in &bytes[..length] {
                if matches!(byte, b'\n' | b'\r') {
                    self.take_line(&String::from_utf8_lossy(&line));
                    line.clear();
                } else {
                    line.push(*byte);
                }
            }
            if length == 0 {
                self.take_line(&String::from_utf8_lossy(&line));
                return Ok(());
            }
        }
    }

    fn take_line(&mut self, line: &str) {
        let line = line.replace("\u{1b}[K", "");
        match parse_progress_bar(&line) {
            Some(done) => self.done = done,
            None if line.trim().is_empty() => return,
            None => {
                self.text.push_str(line.trim_end());
                self.text.push('\n');
            }
        }
        if self.begun.elapsed() > SILENT_TIME && self.written.is_none_or(|written| written.elapsed() > WRITE_INTERVAL) {
            self.written = Some(Instant::now());
            self.write(&describe(&self.names, self.done, self.begun.elapsed().as_secs()));
        }
    }

    /// Reports the end of the build.
    pub(super) fn finish(&self, has_succeeded: bool) {
        if self.written.is_some() {
            let how = if has_succeeded { "built" } else { "not built" };
            self.write(&format!("{how}: {} ({} s)", self.names, self.begun.elapsed().as_secs()));
        }
    }

    fn write(&self, text: &str) {
        // The engine may read it at any time, so it is replaced in one step.
        let new = self.file.with_extension("new");
        if let Err(error) = fs::write(&new, text).and_then(|()| fs::rename(&new, &self.file)) {
            tracing::debug!(%error, "the progress of the build could not be written");
        }
    }

    /// Returns cargo's messages, without the progress bar.
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

fn describe(names: &str, (done, all): (usize, usize), seconds: u64) -> String {
    match all {
        0 => format!("building {names}: {seconds} s"),
        _ => format!("building {names}: {done} of {all} crates, {seconds} s"),
    }
}

/// Returns the numbers of cargo's progress bar, as in `Building [==>  ] 23/40: syn`.
fn parse_progress_bar(line: &str) -> Option<(usize, usize)> {
    let (_, behind) = line.trim_start().strip_prefix("Building [")?.split_once("] ")?;
    let (done, all) = behind.split(':').next()?.trim().split_once('/')?;
    Some((done.parse().ok()?, all.parse().ok()?))
}

/// Returns the progress of the build of a session's crates, if it has changed since the last call.
pub(crate) fn take_update(session: &Path) -> Option<String> {
    let file = session.join(PROGRESS_FILE);
    let text = fs::read_to_string(&file).ok()?;
    if let Err(error) = fs::remove_file(file) {
        tracing::debug!(%error, "the progress of the build could not be removed");
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_progress_bar_is_parsed() {
        assert_eq!(parse_progress_bar("    Building [=====>     ] 23/40: syn, libc(build)"), Some((23, 40)));
        assert_eq!(parse_progress_bar("   Compiling syn v2.0.1"), None);
        assert_eq!(describe("tokio", (23, 40), 31), "building tokio: 23 of 40 crates, 31 s");
        assert_eq!(describe("tokio", (0, 0), 3), "building tokio: 3 s");
    }

    #[test]
    fn messages_are_collected_without_the_progress_bar() {
        let session = tempfile::tempdir().unwrap();
        let mut progress = Progress::start(session.path(), &["itoa = \"1\"".to_owned()]);
        progress.read_to_end(&b"  Compiling itoa v1\n Building [>  ] 0/2: itoa\r\x1b[Kerror: no\n"[..]).unwrap();
        assert_eq!((progress.text(), progress.done), ("  Compiling itoa v1\nerror: no\n", (0, 2)));
        progress.finish(false);
        assert_eq!(take_update(session.path()), None, "it was short");
        progress.write("building");
        assert_eq!(take_update(session.path()).as_deref(), Some("building"));
        assert_eq!(take_update(session.path()), None);
    }
}
