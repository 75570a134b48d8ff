//! What passes between the process that runs cells and the engine that reads its output.
//!
//! The engine learns from lines on the runtime's standard output that a cell has panicked or has returned early with an
//! error, and keeps it to itself: to Jupyter it reports success. The relay stands between the two, in the runtime. It
//! sees these lines as they pass, notes them in the file that `TEALIGHT_EVENTS` names (one JSON object a line, written
//! before the engine can reply), and lets everything through.
//!
//! Two things it mends on the way. Where a cell's last text had no newline, it puts one before such a line: the engine
//! would otherwise take the two for text, and wait for ever. And a cell that ends in a loop shows nothing, rather than the
//! `()` that is a loop's value.

use std::fs::File;
use std::io::{self, BufReader, Write};

/// Names the file that events are noted in.
pub(crate) const EVENTS: &str = "TEALIGHT_EVENTS";

/// A line of evcxr's that ends or fails a cell, and the event that it stands for.
const SIGNALS: [(&str, Option<&str>); 3] = [
    ("EVCXR_PANIC_NOTIFICATION", Some("panic")),
    ("EVCXR_ERROR_OCCURRED", Some("error")),
    ("EVCXR_EXECUTION_COMPLETE", None),
];

/// How the engine is told to show the value of a loop.
const UNIT: &[u8] = b"EVCXR_BEGIN_CONTENT text/plain\n()\nEVCXR_END_CONTENT\n";

/// Puts the relay before this process's standard output.
pub(crate) fn install() -> io::Result<()> {
    let engine = File::from(rustix::io::dup(rustix::stdio::stdout())?);
    let (reader, writer) = io::pipe()?;
    rustix::stdio::dup2_stdout(&writer)?;
    let events = match std::env::var_os(EVENTS) {
        Some(path) => Some(begin(File::options().append(true).create(true).open(path)?)?),
        None => None,
    };
    std::thread::spawn(move || {
        // The engine is gone when it can't be written to, and this process ends with it.
        let _ = pass(BufReader::new(reader), engine, events);
    });
    Ok(())
}

/// Notes where the engine works: the program that it writes around a cell lies there, in which the line that a panic
/// names can be looked up.
fn begin(mut events: File) -> io::Result<File> {
    let folder = std::env::var("EVCXR_TMPDIR").ok();
    writeln!(events, "{}", serde_json::json!({"event": "started", "folder": folder}))?;
    Ok(events)
}

fn pass(mut cell: impl io::BufRead, mut engine: impl Write, mut events: Option<impl Write>) -> io::Result<()> {
    let mut line = Vec::new();
    // What may become a unit, and is passed on as soon as it can't any more.
    let mut held = Vec::new();
    loop {
        line.clear();
        if cell.read_until(b'\n', &mut line)? == 0 {
            return engine.write_all(&held);
        }
        if UNIT[held.len()..].starts_with(&line) {
            held.extend_from_slice(&line);
            if held == UNIT {
                held.clear();
            }
            continue;
        }
        engine.write_all(&held)?;
        held.clear();
        let Some((text, signal, event)) = split_signal(&line) else {
            engine.write_all(&line)?;
            continue;
        };
        if let (Some(event), Some(events)) = (event, &mut events) {
            writeln!(events, "{{\"event\":\"{event}\"}}")?;
        }
        if !text.is_empty() {
            engine.write_all(text)?;
            engine.write_all(b"\n")?;
        }
        engine.write_all(signal)?;
    }
}

/// A line that ends in a signal: the cell's text before it, the signal with its newline, and its event.
fn split_signal(line: &[u8]) -> Option<(&[u8], &[u8], Option<&'static str>)> {
    let content = line.strip_suffix(b"\n").unwrap_or(line);
    SIGNALS.iter().find_map(|(signal, event)| {
        let text = content.strip_suffix(signal.as_bytes())?;
        Some((text, &line[text.len()..], *event))
    })
}

#[cfg(test)]
mod tests {
    use super::pass;

    fn relayed(cell: &str) -> (String, String) {
        let (mut engine, mut events) = (Vec::new(), Vec::new());
        pass(cell.as_bytes(), &mut engine, Some(&mut events)).unwrap();
        (String::from_utf8(engine).unwrap(), String::from_utf8(events).unwrap())
    }

    #[test]
    fn text_passes_as_it_came() {
        let cell = "one\n\ntwo\nEVCXR_EXECUTION_COMPLETE\n";
        assert_eq!(relayed(cell), (cell.to_owned(), String::new()));
    }

    #[test]
    fn a_panic_and_an_early_return_are_noted_and_passed_on() {
        let cell = "EVCXR_PANIC_NOTIFICATION\nEVCXR_EXECUTION_COMPLETE\nEVCXR_ERROR_OCCURRED\n";
        assert_eq!(relayed(cell), (cell.to_owned(), "{\"event\":\"panic\"}\n{\"event\":\"error\"}\n".to_owned()));
    }

    #[test]
    fn text_without_a_final_newline_does_not_swallow_the_end_of_the_cell() {
        let (engine, _) = relayed("no newlineEVCXR_EXECUTION_COMPLETE\n");
        assert_eq!(engine, "no newline\nEVCXR_EXECUTION_COMPLETE\n");
    }

    #[test]
    fn the_value_of_a_loop_is_not_shown_and_everything_else_is() {
        let shown = |text: &str| format!("EVCXR_BEGIN_CONTENT text/plain\n{text}\nEVCXR_END_CONTENT\n");
        let cell = format!("last line\n{}EVCXR_EXECUTION_COMPLETE\n", shown("()"));
        assert_eq!(relayed(&cell).0, "last line\nEVCXR_EXECUTION_COMPLETE\n");
        for text in ["(1, 2)", "()\n()", "", "EVCXR_BEGIN_CONTENT text/plain"] {
            assert_eq!(relayed(&shown(text)).0, shown(text));
        }
    }

    #[test]
    fn what_was_held_back_is_passed_on_at_the_end() {
        assert_eq!(relayed("EVCXR_BEGIN_CONTENT text/plain\n").0, "EVCXR_BEGIN_CONTENT text/plain\n");
    }
}
