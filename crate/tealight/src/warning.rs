//! Warnings: lines in the page about code that is allowed but probably a mistake.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::notebook::current_cell;

/// The number of the current cell and the warnings that it has shown. In a program, the warnings since its start.
static SHOWN: Mutex<Option<(u64, HashSet<String>)>> = Mutex::new(None);

/// Shows a warning once per cell: a line in the page under the tealight kernel, a line on standard error elsewhere.
///
/// `text` is one or two sentences that say what is odd and what to do, without the leading "Warning:".
pub(crate) fn warn(text: impl Into<String>) {
    show("Warning", text.into());
}

/// Shows a note in the same way: an automatic choice of the library that the user may want to change.
pub(crate) fn note(text: impl Into<String>) {
    show("Note", text.into());
}

fn show(kind: &str, text: String) {
    #[cfg(test)]
    if tests::record(&text) {
        return;
    }
    if is_new_in_cell(&text) {
        crate::notebook::show_callout(kind, &text);
    }
}

/// Records a warning as shown. Returns false if the current cell has already shown it.
fn is_new_in_cell(text: &str) -> bool {
    let mut shown = SHOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let (cell, texts) = shown.get_or_insert_default();
    if *cell != current_cell() {
        *cell = current_cell();
        texts.clear();
    }
    texts.insert(text.to_owned())
}

#[cfg(test)]
pub(crate) mod tests {
    use std::cell::RefCell;

    thread_local! {
        static RECORDED: RefCell<Option<Vec<String>>> = const { RefCell::new(None) };
    }

    /// Records a warning if the thread records warnings. Returns whether it does.
    pub(super) fn record(text: &str) -> bool {
        RECORDED.with_borrow_mut(|recorded| recorded.as_mut().map(|recorded| recorded.push(text.to_owned())).is_some())
    }

    /// Returns the warnings that `work` shows on this thread, and its value.
    pub(crate) fn warnings_of<T>(work: impl FnOnce() -> T) -> (Vec<String>, T) {
        RECORDED.set(Some(Vec::new()));
        let value = work();
        (RECORDED.take().unwrap_or_default(), value)
    }

    #[test]
    fn warnings_can_be_recorded() {
        let (warnings, value) = warnings_of(|| {
            super::warn("Odd.");
            7
        });
        assert_eq!((warnings, value), (vec!["Odd.".to_owned()], 7));
    }

    #[test]
    fn a_warning_is_shown_once_per_cell() {
        super::warn("A warning of this test alone.");
        assert!(!super::is_new_in_cell("A warning of this test alone."));
        crate::notebook::begin_cell();
        assert!(super::is_new_in_cell("A warning of this test alone."));
    }
}
