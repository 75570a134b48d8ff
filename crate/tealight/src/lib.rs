//! Small neural networks in Rust notebooks: the words of Keras, the tensors of candle, charts in the page.

mod data;
mod error;
mod figure;
mod history;
mod kernels;
mod layers;
mod losses;
mod metrics;
mod model;
pub mod notebook;
mod optimizers;
mod random;
mod report;
mod training;
mod whole;

pub use candle_core;
pub use candle_nn;

pub use data::{Dataset, mnist};
pub use error::{Error, ErrorKind, Result};
pub use figure::{ColorScale, Curves, Figure, HeatMap, Panel, Panels};
pub use history::History;
pub use layers::{
    Activation, Dense, Dropout, Elu, Flatten, Gelu, Layer, LeakyRelu, Linear, Relu, Sigmoid, Silu, Softmax, Softplus,
    Tanh,
};
pub use losses::{CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy};
pub use metrics::{Accuracy, Metric};
pub use model::{Evaluation, Model, Sequential, Summary};
pub use optimizers::{Adam, Optimizer};
pub use report::{ConfusionMatrix, Normalize};
pub use training::{Fit, Verbose};
pub use whole::Whole;

/// What a notebook needs, in one line: `use tealight::prelude::*;`.
pub mod prelude {
    pub use crate::data::{Dataset, mnist};
    pub use crate::figure::{ColorScale, Curves, Figure, HeatMap, Panels};
    pub use crate::history::History;
    pub use crate::layers::{
        Activation, Dense, Dropout, Elu, Flatten, Gelu, Layer, LeakyRelu, Linear, Relu, Sigmoid, Silu, Softmax,
        Softplus, Tanh,
    };
    pub use crate::losses::{CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy};
    pub use crate::metrics::{Accuracy, Metric};
    pub use crate::model::{Evaluation, Model, Sequential, Summary};
    pub use crate::notebook::DisplayResult;
    pub use crate::optimizers::{Adam, Optimizer};
    pub use crate::report::{ConfusionMatrix, Normalize};
    pub use crate::training::{Fit, Verbose};
    pub use crate::{Error, ErrorKind, Result};
    pub use candle_core::{DType, Device, Tensor};
}
