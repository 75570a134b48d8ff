//! The layer that flattens examples.

use super::named::{Named, unit_layer};
use super::op::{ForwardContext, FusedPart, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars};
use crate::Result;
use candle_core::Tensor;

/// Flattens each example: `[batch, 28, 28]` becomes `[batch, 784]`, row after row. Like Keras's `Flatten`.
///
/// It has no parameters and copies nothing. A network that takes images begins with it:
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10).activation(Softmax));
/// assert!(network.summary()?.to_string().contains("(None, 784)"));
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flatten;

unit_layer!(Flatten);

impl LayerSpec for Named<Flatten> {
    fn kind(&self) -> &'static str {
        "Flatten"
    }

    fn output_shape(&self, _place: &str, input: &[usize]) -> Result<Vec<usize>> {
        Ok(vec![input.iter().product()])
    }

    fn build(&self, _plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(FlattenOp))
    }
}

struct FlattenOp;

impl LayerOp for FlattenOp {
    fn forward(&self, x: &Tensor, _context: &mut ForwardContext<'_>) -> Result<Tensor> {
        Ok(x.flatten_from(1)?)
    }

    fn fuse(&self) -> Option<FusedPart<'_>> {
        Some(FusedPart::Reshape)
    }
}
