//! The dense layer: `activation(x · kernel + bias)`.

use super::op::{ForwardContext, FusedPart, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, ParamSpec, named_layer};
use super::weight_options::weight_options;
use super::{Activation, Constraint, GlorotUniform, Initializer, Regularizer, Zeros};
use crate::convert::{IntoCount, to_usize};
use crate::cpu::affine;
use crate::{Error, ErrorKind, Result};
use candle_core::{Tensor, Var};
use serde::{Deserialize, Serialize};

/// A fully connected layer: `activation(x · kernel + bias)`. Like Keras's `Dense`.
///
/// - Input: `[batch, inputs]`. Output: `[batch, units]`. Unlike Keras's, it takes flat examples only: an image that
///   reaches it without [`Flatten`](crate::Flatten) is an error, not a product over the image's last side.
/// - Parameters: `kernel` of shape `[inputs, units]`, by default drawn by [`GlorotUniform`]; `bias` of shape `[units]`, by
///   default [`Zeros`].
/// - Defaults: no activation, a bias, no regularizer, no constraint.
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
    units: i64,
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

impl Dense {
    /// A layer with this many neurons; fewer than 1 is an error when the network is summed up or built.
    pub fn new(units: impl IntoCount) -> Self {
        Self {
            units: units.into_i64(),
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
}

weight_options!(Dense, "neuron", "");
named_layer!(Dense);

impl LayerSpec for Dense {
    fn kind(&self) -> &'static str {
        "Dense"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        let argument = |what: String| Error::new(ErrorKind::Argument, format!("{place}: {what}"));
        self.weight_options().check(place, 2)?;
        let Some(units) = to_usize(self.units).filter(|units| *units > 0) else {
            let units = self.units;
            return Err(argument(format!("{units} units; a layer needs at least one neuron, as in Dense::new(128).")));
        };
        let &[inputs] = input else {
            let message = format!(
                "{place}: expected a flat input such as [{}], got {input:?}. Add a Flatten before it.",
                input.iter().product::<usize>()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        };
        if !self.weight_options().is_countable(&[inputs, units]) {
            return Err(argument(format!("{inputs} inputs × {units} units are more than a computer can count.")));
        }
        Ok(vec![units])
    }

    fn params(&self, input: &[usize], output: &[usize]) -> Result<Vec<ParamSpec>> {
        let (inputs, units) = (input.iter().product(), output.iter().product());
        Ok(self.weight_options().params(vec![inputs, units], (inputs, units), units))
    }

    fn build(&self, _plan: &LayerPlan, vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(DenseOp { kernel: vars.required("kernel"), bias: vars.get("bias") }))
    }

    fn activation(&self) -> Option<Activation> {
        Some(self.activation)
    }

    fn activity_regularizer(&self) -> Option<Regularizer> {
        self.activity_regularizer
    }
}

struct DenseOp {
    kernel: Var,
    bias: Option<Var>,
}

impl LayerOp for DenseOp {
    fn forward(&self, x: &Tensor, context: &mut ForwardContext<'_>) -> Result<Tensor> {
        Ok(affine(x, &self.kernel, self.bias.as_deref(), context.gradients())?)
    }

    fn fuse(&self) -> Option<FusedPart<'_>> {
        Some(FusedPart::Dense { kernel: &self.kernel, bias: self.bias.as_ref() })
    }
}
