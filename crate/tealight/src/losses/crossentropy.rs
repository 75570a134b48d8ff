use super::Loss;
use serde::{Deserialize, Serialize};

/// Cross-entropy for targets that are classes: the mean over the batch of `−log p(class)`. Like Keras's
/// `SparseCategoricalCrossentropy`.
///
/// For outputs of shape `[batch, classes]`, which are probabilities unless [`from_logits`] says otherwise. Where the
/// network ends with a softmax, the loss is computed from the numbers before it, which is the same but does not round.
/// Probabilities that come otherwise are divided by their sum and clipped to [10⁻⁷, 1 − 10⁻⁷], as in Keras.
///
/// [`from_logits`]: SparseCategoricalCrossentropy::from_logits
///
/// ```
/// use tealight::prelude::*;
///
/// let mut model = Sequential::new([4]).add(Dense::new(3)).build(1)?;
/// model.compile(Adam::new(), SparseCategoricalCrossentropy::new().from_logits(true), [Accuracy])?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SparseCategoricalCrossentropy {
    pub(super) from_logits: bool,
}

impl SparseCategoricalCrossentropy {
    /// For a network whose outputs are probabilities.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the outputs are logits, which become probabilities by a softmax. Default: false.
    #[must_use]
    pub fn from_logits(self, from_logits: bool) -> Self {
        Self { from_logits }
    }
}

impl From<SparseCategoricalCrossentropy> for Loss {
    fn from(loss: SparseCategoricalCrossentropy) -> Self {
        Self::SparseCategoricalCrossentropy(loss)
    }
}

/// Cross-entropy for targets that are rows, one-hot or probabilities: the mean over the batch of `−Σ tⱼ log pⱼ`. Like
/// Keras's `CategoricalCrossentropy`.
///
/// For outputs and targets of shape `[batch, classes]`; [`Dataset::one_hot`](crate::Dataset::one_hot) gives such targets.
/// All else is as with [`SparseCategoricalCrossentropy`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CategoricalCrossentropy {
    pub(super) from_logits: bool,
}

impl CategoricalCrossentropy {
    /// For a network whose outputs are probabilities.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the outputs are logits, which become probabilities by a softmax. Default: false.
    #[must_use]
    pub fn from_logits(self, from_logits: bool) -> Self {
        Self { from_logits }
    }
}

impl From<CategoricalCrossentropy> for Loss {
    fn from(loss: CategoricalCrossentropy) -> Self {
        Self::CategoricalCrossentropy(loss)
    }
}
