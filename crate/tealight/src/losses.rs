//! Loss functions.

mod check_targets;
mod crossentropy;
mod mixture;
mod objective;
mod regression;
mod task_kind;

pub use crossentropy::{BinaryCrossentropy, CategoricalCrossentropy, SparseCategoricalCrossentropy};
pub use mixture::MixtureNegativeLogLikelihood;
pub(crate) use objective::Objective;
pub use regression::{Huber, MeanAbsoluteError, MeanSquaredError};
pub(crate) use task_kind::TaskKind;

use candle_core::Tensor;
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::arguments::argument;
use crate::custom_fn::CustomFn;

/// A loss, as plain data. Every loss type converts into it.
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
    /// A user-defined function: [`Loss::custom`].
    Custom(CustomFn),
}

argument!(
    /// A loss: [`SparseCategoricalCrossentropy`](crate::SparseCategoricalCrossentropy),
    /// [`MeanSquaredError`](crate::MeanSquaredError) and so on.
    IntoLoss, into_loss -> Loss;
    "`{Self}` is not a loss",
    "write its name without quotes: `model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?`"
);

impl Loss {
    /// Creates a loss from your own function of `(targets, predictions)` that returns one value for each example, or their
    /// mean.
    ///
    /// `predictions` are the network's outputs `[batch, ..]`, `f32`. If the targets have as many elements, as for a network
    /// with one output or with one output for each target, they come in the same shape and type, so that
    /// `predictions - targets` needs no broadcasting. Otherwise they come as they are in the data: `[batch]` of type `u32`
    /// for classes, `f32` for numbers. candle's autograd differentiates the function. If it returns several numbers for an
    /// example, the loss is their mean.
    ///
    /// A fit ends with an error if the function fails, or if it returns neither one value for each example nor a single one.
    /// A result of shape `[batch, batch]` comes from broadcasting `[batch]` against `[batch, 1]`.
    ///
    /// A model compiled with it can train, evaluate and predict, but it cannot be saved as a whole, because code is not
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
        Self::Custom(CustomFn::new(name, function))
    }

    /// Returns the name of the type, or the name of a user-defined function.
    pub(crate) fn name(&self) -> &str {
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
