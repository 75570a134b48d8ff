use super::window::{Padding, place};
use super::{Activation, Constraint, GlorotUniform, Initializer, Layer, Regularizer, Zeros};
use crate::arguments::{IntoActivation, IntoConstraint, IntoInitializer, IntoPadding, IntoRegularizer, IntoSize};
use crate::kernels::Window;
use crate::whole::Whole;
use crate::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Small kernels that move over an image: `activation(convolution(x, kernel) + bias)`. Like Keras's `Conv2D`.
///
/// - Input: `[batch, height, width, channels]`, channels last as in Keras; begin with
///   [`Reshape::new([28, 28, 1])`](crate::Reshape) where images have no channels. Output: `[batch, height, width, filters]`.
/// - Parameters: `kernel` of shape `[kernel height, kernel width, channels, filters]`, drawn by [`GlorotUniform`] unless
///   told otherwise; `bias` of shape `[filters]`, zeros.
/// - Without options: strides of 1, padding [`Padding::Valid`], no activation, and a bias; no regularizer and no
///   constraint.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28])
///     .add(Reshape::new([28, 28, 1]))
///     .add(Conv2D::new(32, [3, 3]).activation(Relu))
///     .add(MaxPooling2D::new())
///     .add(Flatten)
///     .add(Dense::new(10).activation(Softmax));
/// assert_eq!(network.summary()?.total_params(), 54_410);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conv2D {
    pub(crate) filters: i64,
    pub(crate) kernel_size: [i64; 2],
    pub(crate) strides: [i64; 2],
    pub(crate) padding: Padding,
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

impl Conv2D {
    /// So many kernels of this height and width, `[3, 3]`, or `3` for both; numbers below 1 are errors when the network is summed up or built.
    pub fn new(filters: impl Whole, kernel_size: impl IntoSize) -> Self {
        Self {
            filters: filters.whole(),
            kernel_size: kernel_size.into_size(),
            strides: [1, 1],
            padding: Padding::Valid,
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

    /// How far the kernels move down and to the right. Default: `[1, 1]`.
    #[must_use]
    pub fn strides(mut self, strides: impl IntoSize) -> Self {
        self.strides = strides.into_size();
        self
    }

    /// What happens at the edge. Default: [`Padding::Valid`].
    #[must_use]
    pub fn padding(mut self, padding: impl IntoPadding) -> Self {
        self.padding = padding.into_padding();
        self
    }

    /// What is done with each sum. Default: [`Linear`](crate::Linear), which is nothing.
    #[must_use]
    pub fn activation(mut self, activation: impl IntoActivation) -> Self {
        self.activation = activation.into_activation();
        self
    }

    /// Whether each filter adds a number of its own. Default: true.
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

    /// A bound that the kernel is brought back to after each step; to bound each filter, give [`MaxNorm`](crate::MaxNorm)
    /// the [`axis`](crate::MaxNorm::axis) `[0, 1, 2]`. Default: none.
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

    /// Where the kernels go on an image of shape `input`; `at` begins the errors.
    pub(super) fn window(&self, at: &str, input: &[usize]) -> Result<Window> {
        place(at, input, self.kernel_size, self.strides, self.padding)
    }

    /// The output's shape and the number of parameters.
    pub(super) fn shape(&self, at: &str, input: &[usize]) -> Result<(Vec<usize>, usize)> {
        let error = |what: String| Error::new(ErrorKind::Argument, format!("{at}: {what}"));
        let filters = crate::whole::count(self.filters).filter(|filters| *filters > 0);
        let filters = filters.ok_or_else(|| error(format!("{} filters; expected at least 1.", self.filters)))?;
        let window = self.window(at, input)?;
        let taps = [window.size[0], window.size[1], window.input[2], filters];
        let kernel = taps.iter().try_fold(1_usize, |product, &n| product.checked_mul(n));
        let bias = if self.use_bias { filters } else { 0 };
        let parameters = kernel.and_then(|kernel| kernel.checked_add(bias));
        let parameters =
            parameters.ok_or_else(|| error(format!("{filters} filters are more than a computer can count.")))?;
        self.kernel_initializer.check(at)?;
        self.bias_initializer.check(at)?;
        let regularizers = [self.kernel_regularizer, self.bias_regularizer, self.activity_regularizer];
        regularizers.into_iter().flatten().try_for_each(|regularizer| regularizer.check(at))?;
        self.kernel_constraint.map_or(Ok(()), |constraint| constraint.check(at, taps.len()))?;
        Ok((vec![window.output[0], window.output[1], filters], parameters))
    }
}

impl From<Conv2D> for Layer {
    fn from(layer: Conv2D) -> Self {
        Self::Conv2D(layer)
    }
}
