//! Takes away what a cell has shown.

use notebook_protocol::Display;

use super::page::{Reader, send};

/// Takes away everything that the cell has shown so far, as IPython's `clear_output(wait)` does. With `wait`, it stays until
/// the next output comes, so that the page does not flicker.
///
/// Only the tealight kernel can do so. On the stock evcxr kernel, in a terminal and in a file it does nothing. To change one
/// output and keep the others, there is [`Live`](super::Live).
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
    if Reader::here() == Reader::Live {
        send(&Display::Clear { wait });
    }
}
