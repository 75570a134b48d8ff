//! Cross-entropies.

use serde::{Deserialize, Serialize};

use super::Loss;

/// The options of the two categorical cross-entropies, and the conversion into [`Loss`].
macro_rules! categorical {
    ($loss:ident) => {
        impl $loss {
            /// Creates the loss for a network whose outputs are probabilities.
            pub fn new() -> Self {
                Self::default()
            }

            /// Whether the outputs are logits, to which the loss applies a softmax. Default: false. `compile` warns if the
            /// network ends with a softmax as well.
            #[must_use]
            pub fn from_logits(mut self, from_logits: bool) -> Self {
                self.from_logits = from_logits;
                self
            }

            /// The share of each target that is spread evenly over the classes: a one-hot target becomes
            /// `1 − label_smoothing + label_smoothing / classes` for its class and `label_smoothing / classes` for the
            /// others. From 0 to 1, checked when a model is compiled. Default: 0.
            #[must_use]
            pub fn label_smoothing(mut self, label_smoothing: f64) -> Self {
                self.label_smoothing = label_smoothing;
                self
            }
        }

        impl From<$loss> for Loss {
            fn from(loss: $loss) -> Self {
                Self::$loss(loss)
            }
        }
    };
}

/// Cross-entropy for targets that are classes: the mean over the batch of `−log p(class)`. Like Keras's
/// `SparseCategoricalCrossentropy`.
///
/// Outputs have shape `[batch, classes]` and are probabilities unless [`from_logits`] is set. If the network ends with a
/// softmax, the loss is computed from the softmax's inputs, which is equivalent but avoids rounding. Other probabilities are
/// divided by their sum and clipped to [10⁻⁷, 1 − 10⁻⁷], as in Keras.
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
    pub(super) label_smoothing: f64,
}

categorical!(SparseCategoricalCrossentropy);

/// Cross-entropy for targets that are rows, one-hot or probabilities: the mean over the batch of `−Σ tⱼ log pⱼ`. Like
/// Keras's `CategoricalCrossentropy`.
///
/// Outputs and targets have shape `[batch, classes]`; [`Dataset::one_hot`](crate::Dataset::one_hot) returns such targets.
/// Everything else is as for [`SparseCategoricalCrossentropy`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CategoricalCrossentropy {
    pub(super) from_logits: bool,
    pub(super) label_smoothing: f64,
}

categorical!(CategoricalCrossentropy);

/// Cross-entropy for targets that are 0 or 1, or in between: the mean of `−t log p − (1 − t) log(1 − p)` over all
/// outputs. Like Keras's `BinaryCrossentropy`.
///
/// With one output, the targets may also be the classes 0 and 1. With several outputs, each is a separate yes-or-no
/// question, and the targets have the shape of the outputs. If the network ends with a [`Sigmoid`](crate::Sigmoid), the loss
/// is computed from the sigmoid's inputs, which avoids rounding. Metrics always see probabilities.
///
/// ```
/// use tealight::prelude::*;
///
/// let mut model = Sequential::new([4]).add(Dense::new(1).activation(Sigmoid)).build(1)?;
/// model.compile(Adam::new(), BinaryCrossentropy::new(), [Accuracy])?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BinaryCrossentropy {
    pub(super) from_logits: bool,
    pub(super) label_smoothing: f64,
}

impl BinaryCrossentropy {
    /// Creates the loss for a network whose outputs are probabilities.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the outputs are logits, to which the loss applies a sigmoid. Default: false.
    #[must_use]
    pub fn from_logits(mut self, from_logits: bool) -> Self {
        self.from_logits = from_logits;
        self
    }

    /// How far targets are moved towards ½: `t` becomes `t (1 − label_smoothing) + ½ label_smoothing`. From 0 to 1,
    /// checked when a model is compiled. Default: 0.
    #[must_use]
    pub fn label_smoothing(mut self, label_smoothing: f64) -> Self {
        self.label_smoothing = label_smoothing;
        self
    }
}

impl From<BinaryCrossentropy> for Loss {
    fn from(loss: BinaryCrossentropy) -> Self {
        Self::BinaryCrossentropy(loss)
    }
}
