//! Output of notebook cells: displays, live outputs, callouts, and the value that a cell ends with. This is the only module
//! that knows about evcxr.

mod callout;
mod cell;
mod clear;
mod display;
mod flush_thread;
mod html;
#[doc(hidden)]
pub mod last_value;
mod live_output;
mod one_candle;
mod output_sink;
mod show;
mod table;

pub use crate::stop::requested as stop_requested;
pub(crate) use callout::show_callout;
#[cfg(test)]
pub(crate) use cell::begin_cell;
pub(crate) use cell::current_cell;
pub use clear::clear_output;
pub(crate) use display::show_cell_result;
pub use display::{OutputGroup, display};
pub use flush_thread::start_flush_thread;
pub(crate) use html::escape_html;
pub use live_output::LiveOutput;
pub(crate) use one_candle::ensure_one_candle;
pub(crate) use output_sink::OutputSink;
pub use show::{DisplayResult, Show};
pub(crate) use show::{show_in_notebook, show_or_fail};
pub(crate) use table::{html_table, text_table, truncate};
