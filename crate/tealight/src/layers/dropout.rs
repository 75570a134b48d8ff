//! Dropout: the layer, its random mask and its scaling.

use super::op::{ForwardContext, FusedPart, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, named_layer};
use crate::cpu::DropoutMask;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// Sets each element to 0 with probability `rate` while the network trains, and scales the others by `1 / (1 − rate)`;
/// does nothing in inference. Like Keras's `Dropout`.
///
/// Each element of each example is drawn anew in each step; the rate is rounded to a multiple of 1/65536. The shape stays
/// as it is, and there are no parameters. Srivastava et al., *Dropout: a simple way to prevent neural networks from
/// overfitting*, 2014.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([8]).add(Dense::new(4).activation(Relu)).add(Dropout::new(0.3)).add(Dense::new(2));
/// # network.summary()?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dropout {
    rate: f64,
    name: Option<String>,
}

impl Dropout {
    /// Drops this fraction of the elements: 0 or more and below 1; else it is an error when the network is summed up or
    /// built.
    ///
    /// Keras also takes 1, which drops everything.
    pub fn new(rate: f64) -> Self {
        Self { rate, name: None }
    }
}

named_layer!(Dropout);

impl LayerSpec for Dropout {
    fn kind(&self) -> &'static str {
        "Dropout"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        if (0.0..1.0).contains(&self.rate) {
            return Ok(input.to_vec());
        }
        let message =
            format!("{place}: rate {}; expected the fraction to drop, 0 or more and below 1, such as 0.3.", self.rate);
        Err(Error::new(ErrorKind::Argument, message))
    }

    fn build(&self, _plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(DropoutOp { rate: self.rate }))
    }
}

struct DropoutOp {
    rate: f64,
}

impl LayerOp for DropoutOp {
    fn forward(&self, x: &Tensor, context: &mut ForwardContext<'_>) -> Result<Tensor> {
        match context.training_step() {
            Some(step) if self.rate > 0.0 => {
                let key = step.stream_key(context.layer_index);
                Ok(DropoutMask::new(self.rate, x.elem_count(), step.seed, key).apply(x)?)
            }
            _ => Ok(x.clone()),
        }
    }

    fn fuse(&self) -> Option<FusedPart<'_>> {
        Some(FusedPart::Dropout { rate: self.rate })
    }
}
