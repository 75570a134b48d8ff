//! What the library says to the notebook that it runs in; the only module that knows of evcxr.

mod display;
mod result;
mod table;

pub use display::display;
pub use result::{DisplayResult, Show};
pub(crate) use table::{escape, html_table};
