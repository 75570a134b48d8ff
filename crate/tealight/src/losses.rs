//! What training makes small.

mod crossentropy;
mod mixture;
mod objective;
mod regression;
mod targets;

pub use crossentropy::{BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy};
pub use mixture::MixtureNegativeLogLikelihood;
pub(crate) use objective::Objective;
pub use regression::{Huber, MeanAbsoluteError, MeanSquaredError};

use crate::Result;
use crate::function::Function;
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// A loss, as plain data. Every loss type turns into one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Loss {
    /// For targets that are classes.
    SparseCategoricalCrossentropy(SparseCategoricalCrossentropy),
    /// For targets that are rows, one-hot or probabilities.
    CategoricalCrossentropy(CategoricalCrossentropy),
    /// For targets that are 0 or 1, or in between.
    BinaryCrossentropy(BinaryCrossentropy),
    /// [`MeanSquaredError`].
    MeanSquaredError,
    /// [`MeanAbsoluteError`].
    MeanAbsoluteError,
    /// [`Huber`].
    Huber(Huber),
    /// [`MixtureNegativeLogLikelihood`].
    MixtureNegativeLogLikelihood,
    /// A function of the user's own: [`Loss::custom`].
    Custom(Function),
}

impl Loss {
    /// A loss of your own: a function of `(targets, predictions)` that gives one value for each example, or their mean.
    ///
    /// `predictions` are the network's outputs `[batch, ..]`, `f32`; `targets` are `[batch]` of type `u32` where the data
    /// has classes, and else of the shape that the data gives them, `f32`. candle's autograd goes through the function. Where the
    /// function gives several numbers for an example, the loss is their mean.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let cubic = Loss::custom("cubic", |targets, predictions| Ok((predictions - targets)?.abs()?.powf(3.0)?));
    /// let mut model = Sequential::new([4]).add(Dense::new(2)).build(1)?;
    /// model.compile(Adam::new(), cubic, [MeanAbsoluteError])?;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn custom(
        name: impl Into<String>,
        function: impl Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync + 'static,
    ) -> Self {
        Self::Custom(Function::new(name, function))
    }

    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::SparseCategoricalCrossentropy(_) => "SparseCategoricalCrossentropy",
            Self::CategoricalCrossentropy(_) => "CategoricalCrossentropy",
            Self::BinaryCrossentropy(_) => "BinaryCrossentropy",
            Self::MeanSquaredError => "MeanSquaredError",
            Self::MeanAbsoluteError => "MeanAbsoluteError",
            Self::Huber(_) => "Huber",
            Self::MixtureNegativeLogLikelihood => "MixtureNegativeLogLikelihood",
            Self::Custom(function) => function.name(),
        }
    }
}
