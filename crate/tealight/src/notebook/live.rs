//! An output that changes while its cell runs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use notebook_protocol::Display;

use super::display::{Forms, display};
use super::page::{Reader, send, shown};

/// An output that can be changed after it was shown, by the cell that showed it or by a later one: a number that counts up,
/// a curve that grows.
///
/// The tealight kernel shows the first content as an output of its own, and each later one in its place; what the notebook
/// keeps is the last. On the stock evcxr kernel, in a terminal and in a file nothing can be changed: there the last content
/// alone is shown, when the handle is dropped.
///
/// ```
/// use tealight::notebook::Live;
///
/// let mut counter = Live::new();
/// for round in 1..=3 {
///     counter.update(&[("text/html", &format!("<b>{round}</b> of 3")), ("text/plain", &format!("{round} of 3"))]);
/// }
/// ```
#[derive(Debug)]
pub struct Live {
    id: String,
    reader: Reader,
    shown: bool,
    /// What is shown at the end, where nothing can be changed.
    last: Option<Forms>,
}

impl Live {
    /// An output without content, which is not shown yet.
    pub fn new() -> Self {
        Self { id: new_id(), reader: Reader::here(), shown: false, last: None }
    }

    /// Shows these forms in place of those shown before: pairs of MIME type and content, as [`display`] takes them.
    pub fn update(&mut self, forms: &[(&str, &str)]) {
        if self.reader != Reader::Live {
            self.last = Some(super::display::owned(forms));
            return;
        }
        let show = shown(forms).id(self.id.clone());
        send(&if self.shown { Display::Update(show) } else { Display::Show(show) });
        self.shown = true;
    }

    /// Takes away what is shown, until the next [`update`](Self::update).
    pub fn clear(&mut self) {
        self.last = None;
        if self.shown {
            send(&Display::Update(shown(&[]).id(self.id.clone())));
        }
    }
}

impl Default for Live {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        if let Some(forms) = self.last.take() {
            let forms = forms.iter().map(|(mime_type, content)| (mime_type.as_str(), content.as_str()));
            display(&forms.collect::<Vec<_>>());
        }
    }
}

/// A name that no other output has: neither of this process, nor of one that ran for the same notebook before.
fn new_id() -> String {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_nanos());
    format!("tealight-{:x}-{now:x}-{count:x}", std::process::id())
}
