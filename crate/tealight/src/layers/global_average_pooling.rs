//! Global average pooling of images.

use super::named::{Named, unit_layer};
use super::op::{ForwardContext, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars};
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;

/// The mean of each channel over the whole image: `[batch, height, width, channels]` becomes `[batch, channels]`. Like
/// Keras's `GlobalAveragePooling2D`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GlobalAveragePooling2D;

unit_layer!(GlobalAveragePooling2D);

impl LayerSpec for Named<GlobalAveragePooling2D> {
    fn kind(&self) -> &'static str {
        "GlobalAveragePooling2D"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        match input {
            &[_, _, channels] => Ok(vec![channels]),
            _ => {
                let message = format!(
                    "{place}: expected images of shape [height, width, channels], such as [28, 28, 1], got {input:?}."
                );
                Err(Error::new(ErrorKind::Shape, message))
            }
        }
    }

    fn build(&self, _plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(GlobalAveragePoolingOp))
    }
}

struct GlobalAveragePoolingOp;

impl LayerOp for GlobalAveragePoolingOp {
    fn forward(&self, x: &Tensor, _context: &mut ForwardContext<'_>) -> Result<Tensor> {
        Ok(x.flatten(1, 2)?.mean(1)?)
    }
}
