//! Whether what a network computes on its way fits in memory.

use super::Model;
use crate::Result;
use crate::memory::need_numbers;

impl Model {
    /// Errors where a training step on so many examples needs more memory than there is; `place` begins the error.
    ///
    /// Counted is what any way of training holds at least: what each layer gives out, and the gradient of it.
    pub(crate) fn check_step(&self, place: &str, examples: usize) -> Result<()> {
        let numbers = self.numbers_of_example().and_then(|numbers| numbers.checked_mul(2)?.checked_mul(examples));
        let what = || format!("{place}: a step on {examples} examples");
        let advice = "Train with a smaller batch_size, or a network of fewer units, smaller windows or smaller images.";
        need_numbers(numbers, what, advice)
    }

    /// Errors where the outputs for so many examples, and one example on its way, need more memory than there is.
    pub(crate) fn check_outputs(&self, place: &str, examples: usize) -> Result<()> {
        let each = self.summary.output_shape().iter().product::<usize>();
        // The outputs of the batches become one tensor.
        let outputs = each.checked_mul(2).and_then(|both| both.checked_mul(examples));
        let numbers = outputs.and_then(|outputs| outputs.checked_add(self.numbers_of_example()?));
        let what = || format!("{place}: to give {each} outputs for each of {examples} examples");
        need_numbers(numbers, what, "Take fewer examples at a time, or a network of fewer units.")
    }

    /// How many numbers the layers give out for an example, with the patches that convolutions are computed from.
    fn numbers_of_example(&self) -> Option<usize> {
        let patches = self.layers.iter().try_fold(0_usize, |sum, layer| sum.checked_add(layer.patches()?));
        self.summary.numbers()?.checked_add(patches?)
    }
}
