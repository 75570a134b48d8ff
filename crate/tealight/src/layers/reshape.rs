//! The layer that gives examples another shape.

use super::op::{ForwardContext, FusedPart, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, named_layer};
use crate::convert::{IntoCount, to_usize};
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// Gives each example another shape with the same number of elements: `[batch, ..]` becomes `[batch, ..target]`. Like
/// Keras's `Reshape`: one side may be −1, which is inferred.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28]).add(Reshape::new([28, 28, 1]));
/// assert_eq!(network.summary()?.output_shape(), [28, 28, 1]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reshape {
    target: Vec<i64>,
    name: Option<String>,
}

impl Reshape {
    /// To this shape, without the batch.
    pub fn new(target: impl IntoIterator<Item = impl IntoCount>) -> Self {
        Self { target: target.into_iter().map(IntoCount::into_i64).collect(), name: None }
    }
}

named_layer!(Reshape);

impl LayerSpec for Reshape {
    fn kind(&self) -> &'static str {
        "Reshape"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        let elements = input.iter().product::<usize>();
        let known = self.target.iter().filter(|side| **side != -1);
        let known = known.map(|side| to_usize(*side)).try_fold(1_usize, |product, side| product.checked_mul(side?));
        let inferred = self.target.iter().filter(|side| **side == -1).count();
        let fits = match (known, inferred) {
            (Some(known), 0) => known == elements,
            (Some(known), 1) => known > 0 && elements.is_multiple_of(known),
            _ => false,
        };
        if let (Some(known), true) = (known, fits) {
            // Only the side of −1 is not a count.
            let side = |side: &i64| to_usize(*side).unwrap_or(elements / known);
            return Ok(self.target.iter().map(side).collect());
        }
        let message = format!(
            "{place}: expected a shape of {elements} numbers, as its input {input:?} has, got {:?}. At most one side may be −1.",
            self.target
        );
        Err(Error::new(ErrorKind::Shape, message))
    }

    fn build(&self, plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(ReshapeOp { shape: plan.output_shape.clone() }))
    }
}

struct ReshapeOp {
    /// The shape of one example.
    shape: Vec<usize>,
}

impl LayerOp for ReshapeOp {
    fn forward(&self, x: &Tensor, _context: &mut ForwardContext<'_>) -> Result<Tensor> {
        Ok(x.reshape([&[x.dim(0)?], &*self.shape].concat())?)
    }

    fn fuse(&self) -> Option<FusedPart<'_>> {
        Some(FusedPart::Reshape)
    }
}
