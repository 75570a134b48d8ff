//! The quota of a cell's outputs, so that an endless loop of prints fills neither the memory nor the notebook file.

use serde_json::{Map, Value, json};

/// The bytes of output that are kept of a cell: more than any page displays well.
const MAX_CELL_BYTES: usize = 50_000_000;
/// The overhead of an output and of a line of text, which is about the same in memory and in the file.
const OUTPUT_OVERHEAD: usize = 200;
const LINE_OVERHEAD: usize = 20;

/// The quota of one cell.
#[derive(Debug, Default)]
pub(super) struct OutputQuota {
    used: usize,
    dropped: Option<Dropped>,
}

/// The outputs that exceeded the quota.
#[derive(Debug)]
struct Dropped {
    /// How many kept outputs precede them.
    position: usize,
    bytes: usize,
}

impl OutputQuota {
    /// Reserves `size` bytes for an output at this position and returns `true`, or counts it as dropped and returns `false`. Once
    /// something was dropped, all later outputs are dropped, too: a text with gaps would be misleading.
    pub(super) fn reserve(&mut self, size: usize, position: usize) -> bool {
        let fits = self.dropped.is_none() && self.used + size <= MAX_CELL_BYTES;
        if fits {
            self.used += size;
        } else {
            self.drop_output(size, position);
        }
        fits
    }

    /// Reserves `size` bytes for an output that is always kept.
    pub(super) fn reserve_always(&mut self, size: usize) {
        self.used += size;
    }

    /// Reserves `size` bytes for an output that replaces one of `old_size` bytes. Returns whether it fits.
    pub(super) fn replace(&mut self, old_size: usize, size: usize, position: usize) -> bool {
        let rest = self.used.saturating_sub(old_size);
        let fits = rest + size <= MAX_CELL_BYTES;
        if fits {
            self.used = rest + size;
        } else {
            self.drop_output(size, position);
        }
        fits
    }

    fn drop_output(&mut self, size: usize, position: usize) {
        self.dropped.get_or_insert(Dropped { position, bytes: 0 }).bytes += size;
    }

    /// Returns the output that reports what was dropped, and its position, or `None` if everything was kept.
    pub(super) fn dropped_notice(&self) -> Option<(usize, Value)> {
        let Dropped { position, bytes } = self.dropped.as_ref()?;
        let line = format!(
            "{:.1} MB more of this cell's outputs were left out: a notebook keeps {} MB of a cell. Print or show less, or \
             write it to a file.\n",
            *bytes as f64 / 1e6,
            MAX_CELL_BYTES / 1_000_000
        );
        Some((*position, json!({"name": "stderr", "output_type": "stream", "text": [line]})))
    }
}

/// Returns the size of a text output.
pub(super) fn text_size(text: &str) -> usize {
    OUTPUT_OVERHEAD + appended_text_size(text)
}

/// Returns the size of text that is appended to an output.
pub(super) fn appended_text_size(text: &str) -> usize {
    text.len() + LINE_OVERHEAD * text.bytes().filter(|&byte| byte == b'\n').count()
}

/// Returns the size of a display.
pub(super) fn display_size(data: &Map<String, Value>, metadata: &Map<String, Value>) -> usize {
    OUTPUT_OVERHEAD + object_size(data) + object_size(metadata)
}

fn object_size(object: &Map<String, Value>) -> usize {
    object.iter().map(|(key, value)| key.len() + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    LINE_OVERHEAD
        + match value {
            Value::String(text) => text.len(),
            Value::Array(values) => values.iter().map(value_size).sum(),
            Value::Object(object) => object_size(object),
            Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_beyond_the_quota_are_dropped_and_counted() {
        let mut quota = OutputQuota::default();
        assert!(quota.reserve(MAX_CELL_BYTES - 10, 0) && quota.reserve(10, 1));
        assert_eq!(quota.dropped_notice(), None);
        assert!(!quota.reserve(1, 2) && !quota.reserve(3_199_999, 2));
        let (position, line) = quota.dropped_notice().unwrap();
        assert_eq!(position, 2);
        let expected = "3.2 MB more of this cell's outputs were left out: a notebook keeps 50 MB of a cell. Print or show \
                        less, or write it to a file.\n";
        assert_eq!(line["text"], json!([expected]));
        quota.reserve_always(100);
        assert!(quota.replace(MAX_CELL_BYTES, 1000, 2), "a smaller replacement is kept");
        assert!(!quota.reserve(1, 2), "a later output is not");
    }

    #[test]
    fn sizes_include_the_overhead_of_lines_and_outputs() {
        assert_eq!(text_size("a\nb\n"), OUTPUT_OVERHEAD + 2 * LINE_OVERHEAD + 4);
        let data = json!({"text/plain": ["a\n", "b"], "image/png": "aGk="});
        assert_eq!(
            display_size(data.as_object().unwrap(), &Map::new()),
            OUTPUT_OVERHEAD + 4 * LINE_OVERHEAD + 19 + 3 + 4
        );
    }
}
