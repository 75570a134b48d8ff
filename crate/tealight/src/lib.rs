//! Small neural networks in Rust notebooks: the words of Keras, the tensors of candle, charts in the page.

mod error;
pub mod notebook;

pub use candle_core;
pub use candle_nn;

pub use error::{Error, ErrorKind, Result};

/// What a notebook needs, in one line: `use tealight::prelude::*;`.
pub mod prelude {
    pub use crate::{Error, ErrorKind, Result};
    pub use candle_core::{DType, Device, Tensor};
}
