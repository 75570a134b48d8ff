//! What the library says to the notebook that it runs in; the only module that knows of evcxr.

mod display;

pub use display::display;
