use super::{Activation, Constraint, GlorotUniform, Initializer, Layer, Regularizer, Zeros};
use crate::arguments::{IntoActivation, IntoConstraint, IntoInitializer, IntoRegularizer};
use crate::whole::Whole;
use serde::{Deserialize, Serialize};

/// A fully connected layer: `activation(x · kernel + bias)`. Like Keras's `Dense`.
///
/// - Input: `[batch, inputs]`. Output: `[batch, units]`. Unlike Keras's, it takes flat examples only: an image that
///   reaches it without [`Flatten`](crate::Flatten) is an error, not a product over the image's last side.
/// - Parameters: `kernel` of shape `[inputs, units]`, drawn by [`GlorotUniform`] unless told otherwise; `bias` of shape
///   `[units]`, [`Zeros`] unless told otherwise.
/// - Without options it has no activation, and a bias; no regularizer and no constraint.
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
    pub(crate) kernel_initializer: Initializer,
    pub(crate) bias_initializer: Initializer,
    pub(crate) kernel_regularizer: Option<Regularizer>,
    pub(crate) bias_regularizer: Option<Regularizer>,
    pub(crate) activity_regularizer: Option<Regularizer>,
    pub(crate) kernel_constraint: Option<Constraint>,
    pub(crate) name: Option<String>,
}

impl Dense {
    /// A layer of so many neurons; fewer than 1 is an error when the network is summed up or built.
    pub fn new(units: impl Whole) -> Self {
        Self {
            units: units.whole(),
            activation: Activation::Linear,
            use_bias: true,
            kernel_initializer: GlorotUniform.into(),
            bias_initializer: Zeros.into(),
            kernel_regularizer: None,
            bias_regularizer: None,
            activity_regularizer: None,
            kernel_constraint: None,
            name: None,
        }
    }

    /// What each neuron does with its sum. Default: [`Linear`](crate::Linear), which is nothing.
    #[must_use]
    pub fn activation(mut self, activation: impl IntoActivation) -> Self {
        self.activation = activation.into_activation();
        self
    }

    /// Whether each neuron adds a number of its own. Default: true.
    #[must_use]
    pub fn use_bias(mut self, use_bias: bool) -> Self {
        self.use_bias = use_bias;
        self
    }

    /// How the first weights are drawn. Default: [`GlorotUniform`].
    #[must_use]
    pub fn kernel_initializer(mut self, kernel_initializer: impl IntoInitializer) -> Self {
        self.kernel_initializer = kernel_initializer.into_initializer();
        self
    }

    /// How the first biases are drawn. Default: [`Zeros`].
    #[must_use]
    pub fn bias_initializer(mut self, bias_initializer: impl IntoInitializer) -> Self {
        self.bias_initializer = bias_initializer.into_initializer();
        self
    }

    /// A penalty on the weights, added to the loss; see [`Regularizer`]. Default: none.
    #[must_use]
    pub fn kernel_regularizer(mut self, kernel_regularizer: impl IntoRegularizer) -> Self {
        self.kernel_regularizer = Some(kernel_regularizer.into_regularizer());
        self
    }

    /// A penalty on the biases, added to the loss; see [`Regularizer`]. Default: none.
    #[must_use]
    pub fn bias_regularizer(mut self, bias_regularizer: impl IntoRegularizer) -> Self {
        self.bias_regularizer = Some(bias_regularizer.into_regularizer());
        self
    }

    /// A penalty on the outputs, divided by the number of examples and added to the loss. Default: none.
    #[must_use]
    pub fn activity_regularizer(mut self, activity_regularizer: impl IntoRegularizer) -> Self {
        self.activity_regularizer = Some(activity_regularizer.into_regularizer());
        self
    }

    /// A bound that the weights are brought back to after each step. Default: none.
    #[must_use]
    pub fn kernel_constraint(mut self, kernel_constraint: impl IntoConstraint) -> Self {
        self.kernel_constraint = Some(kernel_constraint.into_constraint());
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
