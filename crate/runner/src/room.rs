//! How much of a cell's outputs is kept: a loop that prints without end must leave room for all else, in memory and in the
//! notebook's file.

use serde_json::{Map, Value, json};

/// So many bytes are kept of a cell, more than any page shows well.
const MOST: usize = 50_000_000;
/// What an output takes beside its content, and a line beside its text, about as much in memory as in the file.
const OUTPUT: usize = 200;
const LINE: usize = 20;

/// The room that a cell has for its outputs.
#[derive(Debug, Default)]
pub(super) struct Room {
    taken: usize,
    left_out: Option<LeftOut>,
}

/// What came when there was no room any more.
#[derive(Debug)]
struct LeftOut {
    /// How many outputs stand before it.
    after: usize,
    bytes: usize,
}

impl Room {
    /// Whether there is room for so much, after so many outputs; then it is taken. Where something was left out, nothing
    /// that comes later is kept: a text with holes says what nobody wrote.
    pub(super) fn take(&mut self, size: usize, after: usize) -> bool {
        let takes = self.left_out.is_none() && self.taken + size <= MOST;
        if takes {
            self.taken += size;
        } else {
            self.leave_out(size, after);
        }
        takes
    }

    /// Takes room for what must be kept in any case.
    pub(super) fn take_anyway(&mut self, size: usize) {
        self.taken += size;
    }

    /// Whether there is room for so much where something of the size `before` is given up for it.
    pub(super) fn exchange(&mut self, before: usize, size: usize, after: usize) -> bool {
        let rest = self.taken.saturating_sub(before);
        let takes = rest + size <= MOST;
        if takes {
            self.taken = rest + size;
        } else {
            self.leave_out(size, after);
        }
        takes
    }

    fn leave_out(&mut self, size: usize, after: usize) {
        self.left_out.get_or_insert(LeftOut { after, bytes: 0 }).bytes += size;
    }

    /// The line that says what was left out, and how many outputs stand before it; none where everything was kept.
    pub(super) fn left_out(&self) -> Option<(usize, Value)> {
        let LeftOut { after, bytes } = self.left_out.as_ref()?;
        let line = format!(
            "{:.1} MB more of this cell's outputs were left out: a notebook keeps {} MB of a cell. Print or show less, or \
             write it to a file.\n",
            *bytes as f64 / 1e6,
            MOST / 1_000_000
        );
        Some((*after, json!({"name": "stderr", "output_type": "stream", "text": [line]})))
    }
}

/// The size of an output that is text.
pub(super) fn of_text(text: &str) -> usize {
    OUTPUT + of_more_text(text)
}

/// The size of text that goes on in an output that is there.
pub(super) fn of_more_text(text: &str) -> usize {
    text.len() + LINE * text.bytes().filter(|&byte| byte == b'\n').count()
}

/// The size of a display.
pub(super) fn of_show(data: &Map<String, Value>, metadata: &Map<String, Value>) -> usize {
    OUTPUT + of_object(data) + of_object(metadata)
}

fn of_object(object: &Map<String, Value>) -> usize {
    object.iter().map(|(key, value)| key.len() + of_value(value)).sum()
}

fn of_value(value: &Value) -> usize {
    LINE + match value {
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(of_value).sum(),
        Value::Object(object) => of_object(object),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_left_out_with_all_that_comes_later_and_counted() {
        let mut room = Room::default();
        assert!(room.take(MOST - 10, 0) && room.take(10, 1));
        assert_eq!(room.left_out(), None);
        assert!(!room.take(1, 2) && !room.take(3_199_999, 2));
        let (after, line) = room.left_out().unwrap();
        assert_eq!(after, 2);
        let expected = "3.2 MB more of this cell's outputs were left out: a notebook keeps 50 MB of a cell. Print or show \
                        less, or write it to a file.\n";
        assert_eq!(line["text"], json!([expected]));
        room.take_anyway(100);
        assert!(room.exchange(MOST, 1000, 2), "what takes the place of more than it needs is kept");
        assert!(!room.take(1, 2), "what comes later is not");
    }

    #[test]
    fn lines_and_outputs_count_beside_their_text() {
        assert_eq!(of_text("a\nb\n"), OUTPUT + 2 * LINE + 4);
        let data = json!({"text/plain": ["a\n", "b"], "image/png": "aGk="});
        assert_eq!(of_show(data.as_object().unwrap(), &Map::new()), OUTPUT + 4 * LINE + 19 + 3 + 4);
    }
}
