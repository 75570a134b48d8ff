//! The weights of examples in a loss.

use candle_core::{Result, bail};
use std::sync::Arc;

/// A weight for each example. Without weights, each counts 1.
pub(super) struct ExampleWeights(pub(super) Option<Arc<[f32]>>);

impl ExampleWeights {
    /// Returns an error of the loss named `loss` if the number of weights is not the number of examples.
    pub(super) fn check(&self, loss: &str, examples: usize) -> Result<()> {
        match &self.0 {
            Some(weights) if weights.len() != examples => {
                bail!("{loss}: {} weights for {examples} examples", weights.len())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn weight_of(&self, example: usize) -> f64 {
        self.0.as_ref().map_or(1.0, |weights| f64::from(weights[example]))
    }
}
