//! Clearing the output of a cell.

use notebook_protocol::DisplayMessage;

use super::output_sink::{OutputSink, send};

/// Clears everything that the cell has shown so far, as IPython's `clear_output(wait)` does. With `wait`, the old output stays
/// until the next output arrives, so that the page does not flicker.
///
/// Only the tealight kernel can clear output. On the stock evcxr kernel, in a terminal and in a file this does nothing. To
/// change one output and keep the others, use [`LiveOutput`](super::LiveOutput).
///
/// ```
/// use tealight::prelude::*;
///
/// for second in (1..=3).rev() {
///     clear_output(true);
///     println!("{second} s left");
/// }
/// ```
pub fn clear_output(wait: bool) {
    if OutputSink::detect() == OutputSink::TealightKernel {
        send(&DisplayMessage::Clear { wait });
    }
}
