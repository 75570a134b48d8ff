//! What the library says to the notebook that it runs in; the only module that knows of evcxr.

mod attend;
mod display;
mod one_candle;
mod result;
mod table;

pub use attend::attend;
pub(crate) use display::in_notebook;
pub use display::{Together, display};
pub(crate) use one_candle::ensure_one_candle;
pub use result::{DisplayResult, Show};
pub(crate) use table::{escape, html_table, text_table};
