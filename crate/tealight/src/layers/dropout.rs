//! Dropout: the layer, its random mask and its scaling.
//!
//! A training step draws a mask `m` of independent bits, each 1 with probability `1 − rate` (a Bernoulli distribution), and
//! returns `x · m / (1 − rate)`: the scaling keeps the expectation of each element, so that inference needs no scaling
//! (inverted dropout). The mask comes from a random stream of its own, named by seed, epoch, batch and layer: it depends on
//! neither the number of threads nor other layers. `cpu/dropout.rs` multiplies by the mask; the fused step draws it here too.

use super::op::{ForwardContext, FusedPart, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, named_layer};
use crate::cpu::DropoutMask;
use crate::random::{Purpose, stream};
use crate::step_id::StepId;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use rand_chacha::rand_core::Rng;
use serde::{Deserialize, Serialize};

/// Sets each element to 0 with probability `rate` while the network trains, and scales the others by `1 / (1 − rate)`;
/// does nothing in inference. Like Keras's `Dropout`.
///
/// Each step draws each element of each example independently; the rate is rounded to a multiple of 1/65536. The shape stays
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
                let mut keep = vec![false; x.elem_count()];
                draw_dropout_mask(&mut keep, 0, self.rate, step, context.layer_index);
                Ok(DropoutMask::new(keep, dropout_scale(self.rate)).apply(x)?)
            }
            _ => Ok(x.clone()),
        }
    }

    fn fuse(&self) -> Option<FusedPart<'_>> {
        Some(FusedPart::Dropout { rate: self.rate })
    }
}

/// The number of values of 16 random bits. The rate is rounded to a multiple of 1 / 65536.
const RATE_STEPS: f64 = 65536.0;

/// The number of elements whose bits are drawn together. A mask that is drawn in parts is split at multiples of it.
pub(crate) const MASK_BLOCK_LEN: usize = 128;

/// Returns the value of 16 random bits below which an element is dropped.
fn drop_threshold(rate: f64) -> u16 {
    // The rate is below 1, but its rounding may be 1; one element in 65536 is kept then.
    (rate * RATE_STEPS).round().min(RATE_STEPS - 1.0) as u16
}

/// Returns the factor `1 / (1 − rate)` of the elements that are kept, for the rounded rate.
pub(crate) fn dropout_scale(rate: f64) -> f64 {
    RATE_STEPS / (RATE_STEPS - f64::from(drop_threshold(rate)))
}

/// Draws the part of a layer's dropout mask that begins at element `first`, a multiple of [`MASK_BLOCK_LEN`]: whether to keep
/// each element.
pub(crate) fn draw_dropout_mask(keep: &mut [bool], first: usize, rate: f64, step: StepId, layer_index: usize) {
    let threshold = drop_threshold(rate);
    let mut random = stream(step.seed, Purpose::Dropout, step.stream_key(layer_index));
    // The position counts words of 32 bits, of two elements each.
    random.set_word_pos(first as u128 / 2);
    let mut bytes = [0; 2 * MASK_BLOCK_LEN];
    for keep in keep.chunks_mut(MASK_BLOCK_LEN) {
        random.fill_bytes(&mut bytes);
        for (keep, pair) in keep.iter_mut().zip(bytes.as_chunks::<2>().0) {
            *keep = u16::from_le_bytes(*pair) >= threshold;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::{MASK_BLOCK_LEN, draw_dropout_mask, dropout_scale};
    use crate::cpu::DropoutMask;
    use crate::step_id::StepId;
    use candle_core::{DType, Device, Tensor};

    const STEP: StepId = StepId { seed: 1, epoch: 0, batch: 0 };

    fn draw(count: usize, rate: f64, step: StepId, layer: usize) -> Vec<bool> {
        let mut keep = vec![false; count];
        draw_dropout_mask(&mut keep, 0, rate, step, layer);
        keep
    }

    /// Applies dropout to ones.
    fn drop_ones(count: usize, rate: f64) -> Vec<f32> {
        let ones = Tensor::ones(count, DType::F32, &Device::Cpu).unwrap();
        let mask = DropoutMask::new(draw(count, rate, STEP, 0), dropout_scale(rate));
        mask.apply(&ones).unwrap().to_vec1().unwrap()
    }

    #[test]
    fn dropout_drops_at_its_rate_and_keeps_the_expectation() {
        const COUNT: usize = 1 << 20;
        for rate in [0.0001, 0.2, 0.3, 0.5, 0.9] {
            let values = drop_ones(COUNT, rate);
            let dropped = values.iter().filter(|&&value| value == 0.0).count() as f64 / COUNT as f64;
            let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / COUNT as f64;
            // Five standard deviations of a million draws, and half a step of the rate.
            let noise = 5.0 * (rate * (1.0 - rate) / COUNT as f64).sqrt();
            assert!((dropped - rate).abs() < noise + 0.5 / 65536.0, "rate {rate}: dropped {dropped}");
            assert!((mean - 1.0).abs() < noise / (1.0 - rate), "rate {rate}: mean {mean}");
        }
    }

    #[test]
    fn dropout_masks_of_different_steps_and_layers_are_independent() {
        let first = draw(256, 0.5, STEP, 1);
        assert_eq!(first, draw(256, 0.5, STEP, 1));
        let (later_epoch, later_batch) = (StepId { epoch: 1, ..STEP }, StepId { batch: 1, ..STEP });
        for other in [draw(256, 0.5, later_epoch, 1), draw(256, 0.5, later_batch, 1), draw(256, 0.5, STEP, 2)] {
            let same = first.iter().zip(&other).filter(|(a, b)| a == b).count();
            assert!((80..176).contains(&same), "{same} of 256 agree; independent masks agree in about 128");
        }
    }

    #[test]
    fn dropout_mask_drawn_in_parts_is_the_same() {
        let whole = draw(5 * MASK_BLOCK_LEN + 7, 0.3, STEP, 2);
        let mut parts = vec![false; whole.len()];
        let (left, right) = parts.split_at_mut(2 * MASK_BLOCK_LEN);
        draw_dropout_mask(right, 2 * MASK_BLOCK_LEN, 0.3, STEP, 2);
        draw_dropout_mask(left, 0, 0.3, STEP, 2);
        assert_eq!(parts, whole);
    }

    #[test]
    fn dropout_rate_just_below_one_keeps_the_expectation_in_reach() {
        let values = drop_ones(1 << 20, 0.999_999_999);
        assert!(values.iter().all(|&value| value == 0.0 || value == 65536.0));
    }
}
