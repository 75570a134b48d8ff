//! The compiler's messages about a cell's program, adjusted before evcxr reads them.

use std::ops::Range;

use serde_json::Value;

use super::{last_value, restore, statics};

/// The messages of one run of the compiler.
#[derive(Default)]
pub(super) struct CompilerMessages {
    /// The output for evcxr: everything except the warnings, which evcxr takes for errors.
    pub(super) output: String,
    pub(super) errors: Vec<Value>,
    pub(super) warnings: Vec<Value>,
}

impl CompilerMessages {
    /// Parses the output of the compiler about this program.
    pub(super) fn parse(output: &str, program: Option<&str>) -> Self {
        let value = program.and_then(last_value::value_lines_at_first_attempt);
        let mut messages = Self::default();
        for line in output.lines() {
            let mut add = |line: &str| {
                messages.output.push_str(line);
                messages.output.push('\n');
            };
            match serde_json::from_str::<Value>(line) {
                Ok(message) if message["level"] == "warning" => messages.warnings.push(message),
                Ok(mut message) if message["level"].as_str().is_some_and(|level| level.starts_with("error")) => {
                    keep_only_move(&mut message);
                    statics::remove_attributes(&mut message);
                    if let Some(lines) = &value {
                        remove_advice(&mut message, lines);
                    }
                    add(&message.to_string());
                    messages.errors.push(message);
                }
                _ => add(line),
            }
        }
        messages
    }

    /// Returns whether the only error of a program is that its last value has no representation.
    pub(super) fn is_only_about_display(&self, program: &str) -> bool {
        let Some(line) = last_value::line_of_call(program) else { return false };
        let is_about_display = |error: &Value| {
            let code = error["code"]["code"].as_str();
            let words = error["message"].as_str().unwrap_or_default();
            let at_line = primary_span(error).is_some_and(|span| span["line_start"] == line);
            at_line && matches!(code, Some("E0599" | "E0277")) && words.contains("evcxr_display")
        };
        // The last message is a summary.
        let mut errors =
            self.errors.iter().filter(|error| !error["spans"].as_array().is_none_or(Vec::is_empty)).peekable();
        errors.peek().is_some() && errors.all(is_about_display)
    }
}

/// Reduces an error about a variable that can't be stored, because the cell has moved it, to that place. evcxr would look for a
/// mistake at the other places that the error names, and one of them may be the cell's last value.
fn keep_only_move(error: &mut Value) {
    let is_store = |span: &Value| {
        span["text"][0]["text"].as_str().is_some_and(|text| text.trim_start().starts_with(restore::PUT_VARIABLE))
    };
    if error["code"]["code"] != "E0382" || !primary_span(error).is_some_and(is_store) {
        return;
    }
    if let Some(spans) = error["spans"].as_array_mut() {
        spans.retain(|span| span["is_primary"] == true);
    }
    error["children"] = Value::Array(Vec::new());
}

/// Removes rustc's advice from an error in the last value at evcxr's first attempt. evcxr does not know yet that the value is
/// part of the cell, and would take advice about other lines of the cell for the error. At the second attempt it knows.
fn remove_advice(error: &mut Value, lines: &Range<usize>) {
    let is_in = |span: &Value| span["line_start"].as_u64().is_some_and(|line| lines.contains(&(line as usize)));
    if error["spans"].as_array().is_some_and(|spans| spans.iter().any(is_in)) {
        error["children"] = Value::Array(Vec::new());
    }
}

/// Returns the place that a message is about.
pub(super) fn primary_span(message: &Value) -> Option<&Value> {
    message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn message(level: &str, code: &str, spans: Value) -> Value {
        json!({"level": level, "code": {"code": code}, "message": "", "spans": spans, "children": [{"spans": [{}]}]})
    }

    #[test]
    fn an_error_in_the_last_value_has_no_advice_at_the_first_attempt() {
        let mut error = message("error", "E0308", json!([{"line_start": 7}]));
        remove_advice(&mut error, &(8..9));
        assert_ne!(error["children"], json!([]));
        remove_advice(&mut error, &(7..9));
        assert_eq!(error["children"], json!([]));
    }

    #[test]
    fn warnings_are_not_passed_to_evcxr() {
        let warning = message("warning", "unused_parens", json!([]));
        let error = message("error", "E0308", json!([{"is_primary": true}]));
        let messages = CompilerMessages::parse(&format!("Compiling\n{warning}\n{error}\n"), None);
        assert_eq!(messages.output, format!("Compiling\n{error}\n"));
        assert_eq!((messages.errors, messages.warnings), (vec![error], vec![warning]));
    }

    #[test]
    fn an_error_about_a_moved_variable_is_reduced_to_its_store() {
        let store = json!({"is_primary": true, "text": [{"text": "evcxr_variable_store.put_variable::<P>(stringify!(p), p);"}]});
        let moved = json!({"is_primary": false, "text": [{"text": "p.title(1)"}]});
        let messages = CompilerMessages::parse(&message("error", "E0382", json!([moved, store])).to_string(), None);
        assert_eq!(messages.errors[0]["spans"], json!([store]));
        assert_eq!(messages.errors[0]["children"], json!([]));
        let own = json!([{"is_primary": true, "text": [{"text": "p.len()"}]}, moved]);
        let messages = CompilerMessages::parse(&message("error", "E0382", own.clone()).to_string(), None);
        assert_eq!(messages.errors[0]["spans"], own, "a mistake in the cell");
    }
}
