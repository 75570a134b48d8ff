use super::Loss;
use serde::{Deserialize, Serialize};

/// The options of the two cross-entropies over classes, and the way into [`Loss`].
macro_rules! categorical {
    ($loss:ident) => {
        impl $loss {
            /// For a network whose outputs are probabilities.
            pub fn new() -> Self {
                Self::default()
            }

            /// Whether the outputs are logits, which become probabilities by a softmax. Default: false. With a network that ends
            /// with a softmax it is a contradiction, of which `compile` warns.
            #[must_use]
            pub fn from_logits(mut self, from_logits: bool) -> Self {
                self.from_logits = from_logits;
                self
            }

            /// How much of each target is spread evenly over the classes: a one-hot target becomes
            /// `1 − label_smoothing + label_smoothing / classes` and `label_smoothing / classes` elsewhere. From 0 to 1,
            /// checked when a model is compiled. Default: 0.
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
    pub(super) label_smoothing: f64,
}

categorical!(SparseCategoricalCrossentropy);

/// Cross-entropy for targets that are rows, one-hot or probabilities: the mean over the batch of `−Σ tⱼ log pⱼ`. Like
/// Keras's `CategoricalCrossentropy`.
///
/// For outputs and targets of shape `[batch, classes]`; [`Dataset::one_hot`](crate::Dataset::one_hot) gives such targets.
/// All else is as with [`SparseCategoricalCrossentropy`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CategoricalCrossentropy {
    pub(super) from_logits: bool,
    pub(super) label_smoothing: f64,
}

categorical!(CategoricalCrossentropy);

/// Cross-entropy for targets that are 0 or 1, or in between: the mean of `−t log p − (1 − t) log(1 − p)` over all
/// outputs. Like Keras's `BinaryCrossentropy`.
///
/// For a network with one output, whose targets may also be the classes 0 and 1, or with several, each a question of its
/// own, whose targets have the outputs' shape. Where the network ends with a [`Sigmoid`](crate::Sigmoid), the loss is
/// computed from the numbers before it, which does not round. Metrics see probabilities in any case.
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
    /// For a network whose outputs are probabilities.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the outputs are logits, which become probabilities by a sigmoid. Default: false.
    #[must_use]
    pub fn from_logits(mut self, from_logits: bool) -> Self {
        self.from_logits = from_logits;
        self
    }

    /// How far targets are drawn towards ½: `t` becomes `t (1 − label_smoothing) + ½ label_smoothing`. From 0 to 1,
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
