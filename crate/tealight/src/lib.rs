//! Small neural networks in Rust notebooks: the words of Keras, the tensors of candle, charts in the page.

mod error;
mod figure;
pub mod notebook;
mod report;

pub use candle_core;
pub use candle_nn;

pub use error::{Error, ErrorKind, Result};
pub use figure::{ColorScale, Curves, Figure, HeatMap, Panel, Panels};
pub use report::{ConfusionMatrix, Normalize};

/// What a notebook needs, in one line: `use tealight::prelude::*;`.
pub mod prelude {
    pub use crate::{ColorScale, ConfusionMatrix, Curves, Figure, HeatMap, Normalize, Panels};
    pub use crate::{Error, ErrorKind, Result};
    pub use candle_core::{DType, Device, Tensor};
}
