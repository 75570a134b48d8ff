//! An output that changes after it was shown.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use notebook_protocol::{DisplayMessage, Output};

use super::display::{MimeBundle, display, owned};
use super::output_sink::{OutputSink, send};

/// An output that can be changed after it was shown, by the same cell or by a later one: a counter, a curve that grows.
///
/// The tealight kernel shows the first content as a new output and replaces it with each later one; the notebook file keeps
/// the last. The stock evcxr kernel, a terminal and a file can't change an output: there, only the last content is shown, when
/// the value is dropped.
///
/// ```
/// use tealight::notebook::LiveOutput;
///
/// let mut counter = LiveOutput::new();
/// for round in 1..=3 {
///     counter.update(&[("text/html", &format!("<b>{round}</b> of 3")), ("text/plain", &format!("{round} of 3"))]);
/// }
/// ```
#[derive(Debug)]
pub struct LiveOutput {
    id: String,
    sink: OutputSink,
    is_shown: bool,
    /// The content to show on drop if the sink can't change outputs.
    last: Option<MimeBundle>,
}

impl LiveOutput {
    /// Creates an output without content, which is not shown yet.
    pub fn new() -> Self {
        Self { id: new_id(), sink: OutputSink::detect(), is_shown: false, last: None }
    }

    /// Replaces the content: pairs of MIME type and content, as for [`display`].
    pub fn update(&mut self, mime_bundle: &[(&str, &str)]) {
        if self.sink != OutputSink::TealightKernel {
            self.last = Some(owned(mime_bundle));
            return;
        }
        let output = Output::new(mime_bundle.iter().copied()).id(self.id.clone());
        send(&if self.is_shown { DisplayMessage::Update(output) } else { DisplayMessage::Show(output) });
        self.is_shown = true;
    }

    /// Empties the output until the next [`update`](Self::update).
    pub fn clear(&mut self) {
        self.last = None;
        if self.is_shown {
            send(&DisplayMessage::Update(Output::default().id(self.id.clone())));
        }
    }
}

impl Default for LiveOutput {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for LiveOutput {
    fn drop(&mut self) {
        if let Some(last) = self.last.take() {
            let last = last.iter().map(|(mime_type, content)| (mime_type.as_str(), content.as_str()));
            display(&last.collect::<Vec<_>>());
        }
    }
}

/// Returns an identifier that no other output of the notebook has: neither of this process nor of an earlier one.
fn new_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    format!("tealight-{:x}-{now:x}-{count:x}", std::process::id())
}
