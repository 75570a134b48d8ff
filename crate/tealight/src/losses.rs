//! What training makes small.

mod crossentropy;
mod mixture;
mod objective;
mod reading;
mod regression;
mod targets;

pub use crossentropy::{BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy};
pub use mixture::MixtureNegativeLogLikelihood;
pub(crate) use objective::Objective;
pub(crate) use reading::Reading;
pub use regression::{Huber, MeanAbsoluteError, MeanSquaredError};

use crate::Result;
use crate::arguments::argument;
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

argument!(
    /// A loss: [`SparseCategoricalCrossentropy`](crate::SparseCategoricalCrossentropy),
    /// [`MeanSquaredError`](crate::MeanSquaredError) and so on.
    IntoLoss, into_loss -> Loss;
    "`{Self}` is not a loss",
    "write its name without quotes: `model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?`"
);

impl Loss {
    /// A loss of your own: a function of `(targets, predictions)` that gives one value for each example, or their mean.
    ///
    /// `predictions` are the network's outputs `[batch, ..]`, `f32`. `targets` have the same shape and type where they are
    /// as many numbers, as for a network with one output, or with one for each target; so `predictions - targets` needs no
    /// broadcasting. Else they are as the data has them: `[batch]` of type `u32` for classes, `f32` for numbers. candle's
    /// autograd goes through the function. Where the function gives several numbers for an example, the loss is their mean.
    ///
    /// A fit ends with an error where the function fails, or gives something else than a value for each example or one for
    /// all: `[batch, batch]` is what comes of broadcasting `[batch]` with `[batch, 1]`.
    ///
    /// A model that is compiled with it can be trained, evaluated and predict, but not be saved as a whole, as code is no
    /// data: see [`Model::save_weights`](crate::Model::save_weights) and
    /// [`ModelCheckpoint::save_weights_only`](crate::ModelCheckpoint::save_weights_only).
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
