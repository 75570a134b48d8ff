//! What the library says to the notebook that it runs in; the only module that knows of evcxr.

mod attend;
mod clear;
mod display;
#[doc(hidden)]
pub mod last_value;
mod live;
mod notice;
mod one_candle;
mod page;
mod result;
mod table;

pub use crate::stop::asked as stop_asked;
pub use attend::attend;
pub use clear::clear_output;
pub(crate) use display::end_cell;
pub use display::{Together, display};
pub use live::Live;
pub(crate) use notice::show_notice;
pub(crate) use one_candle::ensure_one_candle;
pub(crate) use page::Reader;
pub use result::{DisplayResult, Show};
pub(crate) use table::{escape, html_table, shown, text_table};
