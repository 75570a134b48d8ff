use super::{Activation, Layer};
use crate::whole::Whole;
use serde::{Deserialize, Serialize};

/// A fully connected layer: `activation(x · kernel + bias)`. Like Keras's `Dense`.
///
/// - Input: `[batch, inputs]`. Output: `[batch, units]`. Unlike Keras's, it takes flat examples only: an image that
///   reaches it without [`Flatten`](crate::Flatten) is an error, not a product over the image's last side.
/// - Parameters: `kernel` of shape `[inputs, units]`, drawn evenly from ±√(6 / (inputs + units)) (Glorot and Bengio,
///   *Understanding the difficulty of training deep feedforward neural networks*, 2010); `bias` of shape `[units]`, zeros.
/// - Without options it has no activation, and a bias.
///
/// ```
/// use tealight::prelude::*;
///
/// let layer = Dense::new(128).activation(Relu).use_bias(false).name("hidden");
/// # Sequential::new([4]).add(layer).summary()?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dense {
    pub(crate) units: i64,
    pub(crate) activation: Activation,
    pub(crate) use_bias: bool,
    pub(crate) name: Option<String>,
}

impl Dense {
    /// A layer of so many neurons; fewer than 1 is an error when the network is summed up or built.
    pub fn new(units: impl Whole) -> Self {
        Self { units: units.whole(), activation: Activation::Linear, use_bias: true, name: None }
    }

    /// What each neuron does with its sum. Default: [`Linear`](crate::Linear), which is nothing.
    #[must_use]
    pub fn activation(mut self, activation: impl Into<Activation>) -> Self {
        self.activation = activation.into();
        self
    }

    /// Whether each neuron adds a number of its own. Default: true.
    #[must_use]
    pub fn use_bias(mut self, use_bias: bool) -> Self {
        self.use_bias = use_bias;
        self
    }

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl From<Dense> for Layer {
    fn from(dense: Dense) -> Self {
        Self::Dense(dense)
    }
}
