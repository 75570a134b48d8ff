//! Checks that what a network needs fits in memory, before it is allocated.

use super::Model;
use super::summary::memory;
use crate::format::thousands;
use crate::layers::LayerPlan;
use crate::memory::ensure_f32s;
use crate::{Error, ErrorKind, Result};

/// The maximum size of the parameters: Adam needs four times as much to train them.
const MAX_PARAMETER_BYTES: usize = 8 << 30;

/// Checks that the parameters of a network fit in memory.
///
/// # Errors
///
/// If they need more than 8 GiB, or more memory than there is.
#[expect(clippy::expect_used, reason = "shape inference rejects a network without layers")]
pub(super) fn check_parameters(plans: &[LayerPlan]) -> Result<()> {
    let total = plans.iter().try_fold(0_usize, |total, plan| total.checked_add(plan.param_count()));
    let bytes = total.and_then(|total| total.checked_mul(size_of::<f32>()));
    let largest = plans.iter().max_by_key(|plan| plan.param_count()).expect("a network has at least one layer");
    let (kind, name, params) = (largest.layer.kind(), &largest.name, largest.param_count());
    if bytes.is_none_or(|bytes| bytes > MAX_PARAMETER_BYTES) {
        let message = format!(
            "{kind} \"{name}\": {} parameters ({}) for inputs of shape {:?}; tealight builds networks of up to {} of \
             parameters. Give the layer fewer units or a smaller input.",
            thousands(params),
            memory(params),
            largest.input_shape,
            memory(MAX_PARAMETER_BYTES / size_of::<f32>()),
        );
        return Err(Error::new(ErrorKind::Argument, message));
    }
    let what = || {
        let total = thousands(total.expect("the number of parameters was counted above"));
        format!("Sequential: a network of {total} parameters, most of them in {kind} \"{name}\",")
    };
    ensure_f32s(total, what, "Give that layer fewer units or a smaller input.")
}

impl Model {
    /// Checks that a training step on this many examples fits in memory; `place` begins the error.
    ///
    /// Counts what every executor holds at least: the output of each layer, and its gradient.
    pub(crate) fn check_step(&self, place: &str, examples: usize) -> Result<()> {
        let numbers = self.forward_len().and_then(|numbers| numbers.checked_mul(2)?.checked_mul(examples));
        let what = || format!("{place}: a step on {examples} examples");
        let advice = "Train with a smaller batch_size, or a network of fewer units, smaller windows or smaller images.";
        ensure_f32s(numbers, what, advice)
    }

    /// Checks that the outputs for this many examples, and the forward pass of one example, fit in memory.
    pub(crate) fn check_outputs(&self, place: &str, examples: usize) -> Result<()> {
        let outputs_each = self.summary.output_shape().iter().product::<usize>();
        // Twice: the outputs of the batches are concatenated into one tensor.
        let outputs = outputs_each.checked_mul(2).and_then(|both| both.checked_mul(examples));
        let numbers = outputs.and_then(|outputs| outputs.checked_add(self.forward_len()?));
        let what = || format!("{place}: to give {outputs_each} outputs for each of {examples} examples");
        ensure_f32s(numbers, what, "Take fewer examples at a time, or a network of fewer units.")
    }

    /// Returns how many numbers the layers compute for one example, or `None` if they are too many to count.
    fn forward_len(&self) -> Option<usize> {
        let scratch = self.layers.iter().try_fold(0_usize, |sum, layer| sum.checked_add(layer.scratch_len()?));
        self.summary.output_len()?.checked_add(scratch?)
    }
}
