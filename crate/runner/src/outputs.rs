//! Collects the outputs of cells in the form of a notebook file.
//!
//! The kernel publishes small messages: lines of text, displays, updates of earlier displays. A notebook file has their final
//! result: consecutive text of a stream is joined, and each display has its last state. An update may change a display of an
//! earlier cell, so one [`Outputs`] has the outputs of all cells.

use jupyter_protocol::{ErrorOutput, JupyterMessageContent, Media, Stdio, Transient};
use serde_json::{Map, Value, json};

use super::output_quota::{OutputQuota, appended_text_size, display_size, text_size};

/// The outputs of a notebook's cells, in the order in which the cells ran.
#[derive(Debug, Default)]
pub(super) struct Outputs {
    cells: Vec<CellOutputs>,
}

/// The outputs of one cell.
#[derive(Debug, Default)]
pub(super) struct CellOutputs {
    items: Vec<Item>,
    /// Whether the next output replaces all earlier ones, after a `clear_output` with `wait`.
    clear_at_next: bool,
    quota: OutputQuota,
}

#[derive(Debug)]
enum Item {
    Stream { name: &'static str, text: String },
    Display { kind: DisplayKind, data: Map<String, Value>, metadata: Map<String, Value>, display_id: Option<String> },
    Error(ErrorOutput),
}

/// The two kinds of displays. Only a result has the number of its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DisplayKind {
    Result,
    Display,
}

impl Outputs {
    /// Begins the next cell and returns its index for [`Outputs::collect`].
    pub(super) fn begin_cell(&mut self) -> usize {
        self.cells.push(CellOutputs::default());
        self.cells.len() - 1
    }

    /// Returns the outputs of the cell with this index.
    pub(super) fn cell(&self, index: usize) -> Option<&CellOutputs> {
        self.cells.get(index)
    }

    /// Adds a message that the kernel published about the cell with this index. Messages that are not outputs (`status`,
    /// `execute_input`) are ignored.
    pub(super) fn collect(&mut self, index: usize, content: JupyterMessageContent) {
        if let JupyterMessageContent::UpdateDisplayData(update) = content {
            if let Some(id) = update.transient.display_id {
                self.update_displays(&id, &mime_bundle(&update.data), &update.metadata);
            }
            return;
        }
        let Some(cell) = self.cells.get_mut(index) else { return };
        match content {
            JupyterMessageContent::StreamContent(stream) => {
                let name = match stream.name {
                    Stdio::Stdout => "stdout",
                    Stdio::Stderr => "stderr",
                };
                cell.add_text(name, &stream.text);
            }
            JupyterMessageContent::ExecuteResult(result) => {
                cell.add(Item::display(DisplayKind::Result, &result.data, result.metadata, result.transient));
            }
            JupyterMessageContent::DisplayData(display) => {
                cell.add(Item::display(DisplayKind::Display, &display.data, display.metadata, display.transient));
            }
            JupyterMessageContent::ErrorOutput(error) => cell.add(Item::Error(error)),
            JupyterMessageContent::ClearOutput(clear) if clear.wait => cell.clear_at_next = true,
            JupyterMessageContent::ClearOutput(_) => cell.clear(),
            _ => {}
        }
    }

    /// Adds an error to the outputs of a cell, so that a reader of the file sees that it failed.
    pub(super) fn add_error(&mut self, index: usize, name: &str, message: &str) {
        if let Some(cell) = self.cells.get_mut(index) {
            cell.add(Item::Error(ErrorOutput {
                ename: name.to_owned(),
                evalue: message.to_owned(),
                traceback: message.lines().map(str::to_owned).collect(),
            }));
        }
    }

    fn update_displays(&mut self, id: &str, new: &Map<String, Value>, new_metadata: &Map<String, Value>) {
        for cell in &mut self.cells {
            cell.update_displays(id, new, new_metadata);
        }
    }
}

impl CellOutputs {
    /// Returns the outputs in notebook format 4. `execution_count` is the number at the left of the cell.
    pub(super) fn to_json(&self, execution_count: usize) -> Vec<Value> {
        let (before, notice) = self.quota.dropped_notice().unzip();
        let (kept, later) = self.items.split_at(before.unwrap_or_default().min(self.items.len()));
        let saved = |items: &[Item]| {
            let items = items.iter().filter(|item| !item.is_cleared());
            items.map(|item| item.to_json(execution_count)).collect::<Vec<_>>()
        };
        saved(kept).into_iter().chain(notice).chain(saved(later)).collect()
    }

    /// Returns the errors that the kernel reported, in order.
    pub(super) fn errors(&self) -> impl Iterator<Item = &ErrorOutput> {
        self.items.iter().filter_map(|item| match item {
            Item::Error(error) => Some(error),
            _ => None,
        })
    }

    fn add(&mut self, item: Item) {
        if std::mem::take(&mut self.clear_at_next) {
            self.clear();
        }
        let kept = match &item {
            // The error of a cell is always kept.
            Item::Error(error) => {
                self.quota.reserve_always(error.evalue.len() + error.traceback.iter().map(String::len).sum::<usize>());
                true
            }
            Item::Stream { text, .. } => self.quota.reserve(text_size(text), self.items.len()),
            Item::Display { data, metadata, .. } => self.quota.reserve(display_size(data, metadata), self.items.len()),
        };
        if kept {
            self.items.push(item);
        }
    }

    fn add_text(&mut self, stream: &'static str, more: &str) {
        let position = self.items.len();
        if !self.clear_at_next
            && let Some(Item::Stream { name, text }) = self.items.last_mut()
            && *name == stream
        {
            if self.quota.reserve(appended_text_size(more), position) {
                text.push_str(more);
            }
        } else {
            self.add(Item::Stream { name: stream, text: more.to_owned() });
        }
    }

    /// Updates the displays with this id. A state that exceeds the quota is dropped, and the previous one stays.
    fn update_displays(&mut self, id: &str, new: &Map<String, Value>, new_metadata: &Map<String, Value>) {
        let position = self.items.len();
        for item in &mut self.items {
            if let Item::Display { data, metadata, display_id: Some(display_id), .. } = item
                && display_id == id
                && self.quota.replace(display_size(data, metadata), display_size(new, new_metadata), position)
            {
                data.clone_from(new);
                metadata.clone_from(new_metadata);
            }
        }
    }

    fn clear(&mut self) {
        self.items.clear();
        self.quota = OutputQuota::default();
    }
}

impl Item {
    fn display(kind: DisplayKind, data: &Media, metadata: Map<String, Value>, transient: Option<Transient>) -> Self {
        let display_id = transient.and_then(|transient| transient.display_id);
        Self::Display { kind, data: mime_bundle(data), metadata, display_id }
    }

    /// Returns whether this is an empty display, such as the progress bar of a finished training. It is kept as long as the
    /// notebook runs, because an update may fill it again.
    fn is_cleared(&self) -> bool {
        matches!(self, Self::Display { data, .. } if data.is_empty())
    }

    // The keys are in alphabetical order, as Jupyter saves them.
    fn to_json(&self, execution_count: usize) -> Value {
        match self {
            Self::Stream { name, text } => json!({"name": name, "output_type": "stream", "text": lines(text)}),
            Self::Display { kind: DisplayKind::Display, data, metadata, .. } => {
                json!({"data": data, "metadata": metadata, "output_type": "display_data"})
            }
            Self::Display { kind: DisplayKind::Result, data, metadata, .. } => json!({
                "data": data,
                "execution_count": execution_count,
                "metadata": metadata,
                "output_type": "execute_result",
            }),
            Self::Error(error) => json!({
                "ename": error.ename,
                "evalue": error.evalue,
                "output_type": "error",
                "traceback": error.traceback,
            }),
        }
    }
}

/// Returns the MIME bundle of a display in the form of a notebook file: text is a list of lines. The types are sorted, because
/// the kernel sends them in random order and equal outputs must give equal files.
fn mime_bundle(media: &Media) -> Map<String, Value> {
    // A `Media` that was parsed from JSON can be converted to JSON.
    let Ok(Value::Object(mut bundle)) = serde_json::to_value(media) else { return Map::new() };
    bundle.sort_keys();
    let as_saved = |(media_type, content): (String, Value)| match content {
        Value::String(text) if is_text(&media_type) => {
            let text = lines(&text);
            (media_type, Value::from(text))
        }
        mut content => {
            content.sort_all_objects();
            (media_type, content)
        }
    };
    bundle.into_iter().map(as_saved).collect()
}

/// Returns whether Jupyter saves this media type as a list of lines.
fn is_text(media_type: &str) -> bool {
    media_type.starts_with("text/") || matches!(media_type, "application/javascript" | "image/svg+xml")
}

/// Splits a text into lines including their ends, like Python's `str.splitlines(True)`, which Jupyter uses, so that a file does
/// not change when Jupyter saves it.
pub(super) fn lines(text: &str) -> Vec<&str> {
    let ends_line = |c: char| {
        matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}')
    };
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(ends_line) {
        let end = match rest[at..].chars().next() {
            _ if rest[at..].starts_with("\r\n") => at + 2,
            Some(end) => at + end.len_utf8(),
            None => rest.len(),
        };
        let (line, after) = rest.split_at(end);
        lines.push(line);
        rest = after;
    }
    if !rest.is_empty() {
        lines.push(rest);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(msg_type: &str, content: Value) -> JupyterMessageContent {
        JupyterMessageContent::from_type_and_content(msg_type, content).unwrap()
    }

    fn stream(name: &str, text: &str) -> JupyterMessageContent {
        message("stream", json!({"name": name, "text": text}))
    }

    fn display(id: &str, text: &str) -> JupyterMessageContent {
        message("display_data", json!({"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": id}}))
    }

    fn one_cell(messages: impl IntoIterator<Item = JupyterMessageContent>) -> Vec<Value> {
        let mut outputs = Outputs::default();
        let cell = outputs.begin_cell();
        for message in messages {
            outputs.collect(cell, message);
        }
        outputs.cell(cell).unwrap().to_json(7)
    }

    #[test]
    fn consecutive_text_of_one_stream_is_one_output_of_lines() {
        let outputs = one_cell([
            stream("stdout", "one\n"),
            stream("stdout", "two\n"),
            stream("stderr", "oh"),
            stream("stdout", "three\n"),
        ]);
        assert_eq!(
            outputs,
            [
                json!({"name": "stdout", "output_type": "stream", "text": ["one\n", "two\n"]}),
                json!({"name": "stderr", "output_type": "stream", "text": ["oh"]}),
                json!({"name": "stdout", "output_type": "stream", "text": ["three\n"]}),
            ]
        );
    }

    #[test]
    fn result_has_an_execution_count_and_sorted_types() {
        let outputs = one_cell([message(
            "execute_result",
            json!({
                "execution_count": 99,
                "data": {
                    "text/plain": "a\nb",
                    "image/png": "aGk=\n",
                    "application/json": {"z": 1, "a": [2]},
                    "image/svg+xml": "<svg>\n</svg>",
                    "text/html": "<b>a</b>",
                },
                "metadata": {},
            }),
        )]);
        let expected = r#"[{"data":{"application/json":{"a":[2],"z":1},"image/png":"aGk=\n","image/svg+xml":["<svg>\n","</svg>"],"text/html":["<b>a</b>"],"text/plain":["a\n","b"]},"execution_count":7,"metadata":{},"output_type":"execute_result"}]"#;
        assert_eq!(serde_json::to_string(&outputs).unwrap(), expected);
    }

    #[test]
    fn update_changes_a_display_of_an_earlier_cell() {
        let mut outputs = Outputs::default();
        let first = outputs.begin_cell();
        outputs.collect(first, display("loss", "epoch 1"));
        outputs.collect(first, display("other", "stays"));
        let second = outputs.begin_cell();
        let update = json!({"data": {"text/plain": "epoch 2"}, "metadata": {}, "transient": {"display_id": "loss"}});
        outputs.collect(second, message("update_display_data", update));
        let first = outputs.cell(first).unwrap().to_json(1);
        assert_eq!(first[0]["data"]["text/plain"], json!(["epoch 2"]));
        assert_eq!(first[1]["data"]["text/plain"], json!(["stays"]));
        assert!(outputs.cell(second).unwrap().to_json(2).is_empty());
    }

    #[test]
    fn empty_display_is_not_saved() {
        let update = |data: Value| {
            message("update_display_data", json!({"data": data, "metadata": {}, "transient": {"display_id": "bar"}}))
        };
        let text = || stream("stdout", "done\n");
        let cleared = one_cell([display("bar", "epoch 1"), text(), update(json!({}))]);
        assert_eq!(cleared, [json!({"name": "stdout", "output_type": "stream", "text": ["done\n"]})]);
        let again = json!({"text/plain": "epoch 2"});
        let filled = one_cell([display("bar", "epoch 1"), text(), update(json!({})), update(again)]);
        assert_eq!(filled.len(), 2);
        assert_eq!(filled[0]["data"]["text/plain"], json!(["epoch 2"]));
    }

    #[test]
    fn endless_output_keeps_its_beginning_and_its_error() {
        let line = "x".repeat(999_979) + "\n";
        let mut messages = vec![stream("stdout", &line); 60];
        messages.push(display("figure", "too late"));
        messages.push(message("error", json!({"ename": "Error", "evalue": "wrong", "traceback": ["wrong"]})));
        let outputs = one_cell(messages);
        assert_eq!(outputs.len(), 3);
        assert_eq!(outputs[0]["text"].as_array().unwrap().len(), 49);
        let words = outputs[1]["text"][0].as_str().unwrap();
        assert!(
            words.starts_with("11.0 MB more of this cell's outputs were left out: a notebook keeps 50 MB"),
            "{words}"
        );
        assert_eq!(outputs[2]["ename"], "Error");
    }

    #[test]
    fn clear_output_frees_the_quota() {
        let wait = message("clear_output", json!({"wait": true}));
        let much = stream("stdout", &"x".repeat(30_000_000));
        let frames = [much.clone(), wait.clone(), much.clone(), much, wait, stream("stdout", "last")];
        assert_eq!(one_cell(frames), [json!({"name": "stdout", "output_type": "stream", "text": ["last"]})]);
    }

    #[test]
    fn update_beyond_the_quota_keeps_the_previous_state() {
        let update = |text: &str| {
            let content = json!({"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": "a"}});
            message("update_display_data", content)
        };
        let outputs = one_cell([display("a", "first"), update("second"), update(&"x".repeat(50_000_000))]);
        assert_eq!(outputs[0]["data"]["text/plain"], json!(["second"]));
        assert!(outputs[1]["text"][0].as_str().unwrap().starts_with("50.0 MB more"), "{}", outputs[1]);
    }

    #[test]
    fn clear_output_at_once_or_with_the_next_output() {
        let now = message("clear_output", json!({"wait": false}));
        assert!(one_cell([stream("stdout", "one\n"), now]).is_empty());
        let wait = || message("clear_output", json!({"wait": true}));
        assert_eq!(one_cell([stream("stdout", "one\n"), wait()])[0]["text"], json!(["one\n"]));
        let replaced = one_cell([stream("stdout", "one\n"), wait(), stream("stdout", "two\n")]);
        assert_eq!(replaced.len(), 1);
        assert_eq!(replaced[0]["text"], json!(["two\n"]));
    }

    #[test]
    fn lines_are_split_as_in_python() {
        assert!(lines("").is_empty());
        assert_eq!(lines("a\n"), ["a\n"]);
        assert_eq!(lines("a\n\nb"), ["a\n", "\n", "b"]);
        assert_eq!(lines("a\r\nb\rc"), ["a\r\n", "b\r", "c"]);
        assert_eq!(lines("é\u{2028}ß\u{85}"), ["é\u{2028}", "ß\u{85}"]);
    }
}
