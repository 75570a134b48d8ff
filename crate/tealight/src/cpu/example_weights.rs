//! How much each example of a batch counts in a loss.

use candle_core::{Result, bail};
use std::sync::Arc;

/// A weight for each example; 1 for all where there are none.
pub(super) struct ExampleWeights(pub(super) Option<Arc<[f32]>>);

impl ExampleWeights {
    /// An error of the loss called `place`, unless there are as many weights as examples.
    pub(super) fn check(&self, place: &str, examples: usize) -> Result<()> {
        match &self.0 {
            Some(weights) if weights.len() != examples => {
                bail!("{place}: {} weights for {examples} examples", weights.len())
            }
            _ => Ok(()),
        }
    }

    pub(super) fn of(&self, example: usize) -> f64 {
        self.0.as_ref().map_or(1.0, |weights| f64::from(weights[example]))
    }
}
