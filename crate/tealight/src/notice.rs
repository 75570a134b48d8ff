//! Warnings: one line in the page about something that is allowed, and most likely a mistake.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use crate::notebook::current_cell;

/// The warnings that the current cell has shown, or a program since its start; and the number of that cell.
static SHOWN: Mutex<Option<(u64, HashSet<String>)>> = Mutex::new(None);

/// Shows a warning once, however often the cell comes to it. Under the tealight kernel it is a line in the page; elsewhere
/// it is a line on standard error.
///
/// The text is a sentence or two that say what is odd and what to do. It comes without "Warning:", which is put before it.
pub(crate) fn warn(text: impl Into<String>) {
    show("Warning", text.into());
}

/// Shows in the same way what the library did by itself and the user may want otherwise.
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

    /// Keeps a warning of a thread whose warnings are being recorded.
    pub(super) fn record(text: &str) -> bool {
        RECORDED.with_borrow_mut(|recorded| recorded.as_mut().map(|recorded| recorded.push(text.to_owned())).is_some())
    }

    /// The warnings that `work` gives on this thread, and its value. For the unit tests of anything that warns.
    pub(crate) fn warnings_of<T>(work: impl FnOnce() -> T) -> (Vec<String>, T) {
        RECORDED.set(Some(Vec::new()));
        let value = work();
        (RECORDED.take().unwrap_or_default(), value)
    }

    #[test]
    fn a_test_can_record_warnings() {
        let (warnings, value) = warnings_of(|| {
            super::warn("Odd.");
            7
        });
        assert_eq!((warnings, value), (vec!["Odd.".to_owned()], 7));
    }

    #[test]
    fn a_warning_is_shown_once_in_each_cell() {
        super::warn("A warning of this test alone.");
        assert!(!super::is_new_in_cell("A warning of this test alone."));
        crate::notebook::begin_cell();
        assert!(super::is_new_in_cell("A warning of this test alone."));
    }
}
