//! The 2-D convolution, as a product of the image's patches with the kernel (im2col).

use super::layer_arguments::IntoPadding;
use super::op::{ForwardContext, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, ParamSpec, named_layer};
use super::weight_options::weight_options;
use super::window::{Padding, resolve_window};
use super::{Activation, Constraint, GlorotUniform, Initializer, Regularizer, Zeros};
use crate::arguments::IntoSize;
use crate::convert::{IntoCount, to_usize};
use crate::cpu::{Window, affine};
use crate::{Error, ErrorKind, Result};
use candle_core::{Tensor, Var};
use serde::{Deserialize, Serialize};

/// A 2-D convolution: `activation(convolution(x, kernel) + bias)`. Like Keras's `Conv2D`.
///
/// - Input: `[batch, height, width, channels]`, channels last as in Keras; begin with
///   [`Reshape::new([28, 28, 1])`](crate::Reshape) if images have no channels. Output: `[batch, height, width, filters]`.
/// - Parameters: `kernel` of shape `[kernel height, kernel width, channels, filters]`, by default drawn by
///   [`GlorotUniform`]; `bias` of shape `[filters]`, by default [`Zeros`].
/// - Defaults: strides of 1, padding [`Padding::Valid`], no activation, a bias, no regularizer, no constraint.
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
    filters: i64,
    kernel_size: [i64; 2],
    strides: [i64; 2],
    padding: Padding,
    activation: Activation,
    use_bias: bool,
    kernel_initializer: Initializer,
    bias_initializer: Initializer,
    kernel_regularizer: Option<Regularizer>,
    bias_regularizer: Option<Regularizer>,
    activity_regularizer: Option<Regularizer>,
    kernel_constraint: Option<Constraint>,
    name: Option<String>,
}

impl Conv2D {
    /// A layer with this many filters of this height and width, `[3, 3]`, or `3` for both; numbers below 1 are errors when
    /// the network is summed up or built.
    pub fn new(filters: impl IntoCount, kernel_size: impl IntoSize) -> Self {
        Self {
            filters: filters.into_i64(),
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

    /// How far the kernel moves down and to the right. Default: `[1, 1]`.
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

    fn window(&self, place: &str, input: &[usize]) -> Result<Window> {
        resolve_window(place, input, self.kernel_size, self.strides, self.padding)
    }
}

weight_options!(
    Conv2D,
    "filter",
    "; to bound each filter, give [`MaxNorm`](crate::MaxNorm) the [`axis`](crate::MaxNorm::axis) `[0, 1, 2]`"
);
named_layer!(Conv2D);

impl LayerSpec for Conv2D {
    fn kind(&self) -> &'static str {
        "Conv2D"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        let argument = |what: String| Error::new(ErrorKind::Argument, format!("{place}: {what}"));
        let filters = to_usize(self.filters).filter(|filters| *filters > 0);
        let filters = filters.ok_or_else(|| argument(format!("{} filters; expected at least 1.", self.filters)))?;
        let Window { size, input: [_, _, channels], output: [height, width], .. } = self.window(place, input)?;
        let kernel_shape = [size[0], size[1], channels, filters];
        if !self.weight_options().is_countable(&kernel_shape) {
            return Err(argument(format!("{filters} filters are more than a computer can count.")));
        }
        self.weight_options().check(place, kernel_shape.len())?;
        Ok(vec![height, width, filters])
    }

    fn params(&self, input: &[usize], output: &[usize]) -> Result<Vec<ParamSpec>> {
        let Window { size: [height, width], input: [_, _, channels], .. } = self.window("Conv2D", input)?;
        let filters = output.iter().skip(2).product::<usize>();
        let fans = (height * width * channels, height * width * filters);
        Ok(self.weight_options().params(vec![height, width, channels, filters], fans, filters))
    }

    fn build(&self, plan: &LayerPlan, vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        let window = self.window(&plan.name, &plan.input_shape)?;
        Ok(Box::new(Conv2DOp { kernel: vars.required("kernel"), bias: vars.get("bias"), window }))
    }

    fn activation(&self) -> Option<Activation> {
        Some(self.activation)
    }

    fn activity_regularizer(&self) -> Option<Regularizer> {
        self.activity_regularizer
    }
}

struct Conv2DOp {
    kernel: Var,
    bias: Option<Var>,
    window: Window,
}

impl LayerOp for Conv2DOp {
    /// Multiplies the patches under the window, one row each, by the kernel as a matrix with a column for each filter.
    fn forward(&self, x: &Tensor, _context: &mut ForwardContext<'_>) -> Result<Tensor> {
        let filters = self.kernel.dim(3)?;
        let kernel = self.kernel.reshape(((), filters))?;
        let rows = affine(&self.window.patches(x)?, &kernel, self.bias.as_deref(), None)?;
        let [height, width] = self.window.output;
        Ok(rows.reshape((x.dim(0)?, height, width, filters))?)
    }

    fn scratch_len(&self) -> Option<usize> {
        self.window.patches_of_image()
    }
}
