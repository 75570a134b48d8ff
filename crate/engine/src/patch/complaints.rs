//! What the compiler says of a cell's program, before evcxr hears it.

use std::ops::Range;

use serde_json::Value;

use super::{last_value, restore, statics};

/// What the compiler said.
#[derive(Default)]
pub(super) struct Complaints {
    /// What evcxr is to hear: all but the warnings, which it takes for errors.
    pub(super) said: String,
    pub(super) errors: Vec<Value>,
    pub(super) warnings: Vec<Value>,
}

impl Complaints {
    /// What the compiler said of this program.
    pub(super) fn of(output: &str, program: Option<&str>) -> Self {
        let value = program.and_then(last_value::first_try);
        let mut complaints = Self::default();
        for line in output.lines() {
            let mut add = |line: &str| {
                complaints.said.push_str(line);
                complaints.said.push('\n');
            };
            match serde_json::from_str::<Value>(line) {
                Ok(message) if message["level"] == "warning" => complaints.warnings.push(message),
                Ok(mut message) if message["level"].as_str().is_some_and(|level| level.starts_with("error")) => {
                    only_moved(&mut message);
                    statics::without_attributes(&mut message);
                    if let Some(lines) = &value {
                        without_advice(&mut message, lines);
                    }
                    add(&message.to_string());
                    complaints.errors.push(message);
                }
                _ => add(line),
            }
        }
        complaints
    }

    /// Whether all that is wrong with a program is that its last value has no way to be shown.
    pub(super) fn is_only_of_display(&self, program: &str) -> bool {
        let Some(line) = last_value::line(program) else { return false };
        let is_of_display = |error: &Value| {
            let code = error["code"]["code"].as_str();
            let words = error["message"].as_str().unwrap_or_default();
            let at_line = primary(error).is_some_and(|span| span["line_start"] == line);
            at_line && matches!(code, Some("E0599" | "E0277")) && words.contains("evcxr_display")
        };
        // The last message counts the others.
        let mut errors =
            self.errors.iter().filter(|error| !error["spans"].as_array().is_none_or(Vec::is_empty)).peekable();
        errors.peek().is_some() && errors.all(is_of_display)
    }
}

/// Leaves of an error about a variable that can't be stored, because the cell has moved it, nothing but that. evcxr would look
/// for a mistake at the other places that the error names, and one of them may be the cell's last value.
fn only_moved(error: &mut Value) {
    let is_store =
        |span: &Value| span["text"][0]["text"].as_str().is_some_and(|text| text.trim_start().starts_with(restore::PUT));
    if error["code"]["code"] != "E0382" || !primary(error).is_some_and(is_store) {
        return;
    }
    if let Some(spans) = error["spans"].as_array_mut() {
        spans.retain(|span| span["is_primary"] == true);
    }
    error["children"] = Value::Array(Vec::new());
}

/// Leaves of an error in the last value, at evcxr's first try, the error alone. evcxr does not know yet that the value is the
/// cell's own, and would take rustc's advice about other lines of the cell for the error. At the second try it knows.
fn without_advice(error: &mut Value, lines: &Range<usize>) {
    let is_in = |span: &Value| span["line_start"].as_u64().is_some_and(|line| lines.contains(&(line as usize)));
    if error["spans"].as_array().is_some_and(|spans| spans.iter().any(is_in)) {
        error["children"] = Value::Array(Vec::new());
    }
}

/// The place that a message is about.
pub(super) fn primary(message: &Value) -> Option<&Value> {
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
    fn of_an_error_in_the_last_value_evcxr_first_hears_the_error_alone() {
        let mut error = message("error", "E0308", json!([{"line_start": 7}]));
        without_advice(&mut error, &(8..9));
        assert_ne!(error["children"], json!([]));
        without_advice(&mut error, &(7..9));
        assert_eq!(error["children"], json!([]));
    }

    #[test]
    fn evcxr_hears_no_warnings() {
        let warning = message("warning", "unused_parens", json!([]));
        let error = message("error", "E0308", json!([{"is_primary": true}]));
        let complaints = Complaints::of(&format!("Compiling\n{warning}\n{error}\n"), None);
        assert_eq!(complaints.said, format!("Compiling\n{error}\n"));
        assert_eq!((complaints.errors, complaints.warnings), (vec![error], vec![warning]));
    }

    #[test]
    fn of_a_moved_variable_evcxr_hears_that_it_cannot_be_stored() {
        let store = json!({"is_primary": true, "text": [{"text": "evcxr_variable_store.put_variable::<P>(stringify!(p), p);"}]});
        let moved = json!({"is_primary": false, "text": [{"text": "p.title(1)"}]});
        let complaints = Complaints::of(&message("error", "E0382", json!([moved, store])).to_string(), None);
        assert_eq!(complaints.errors[0]["spans"], json!([store]));
        assert_eq!(complaints.errors[0]["children"], json!([]));
        let own = json!([{"is_primary": true, "text": [{"text": "p.len()"}]}, moved]);
        let complaints = Complaints::of(&message("error", "E0382", own.clone()).to_string(), None);
        assert_eq!(complaints.errors[0]["spans"], own, "a mistake of the cell's own");
    }
}
