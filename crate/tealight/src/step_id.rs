//! The position in a training: the id of one step.

use crate::random::StreamKey;

/// Identifies a training step; every random number of the step derives from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StepId {
    pub(crate) seed: u64,
    /// Epochs trained since the model was built.
    pub(crate) epoch: u64,
    /// Steps done in this epoch.
    pub(crate) batch: u64,
}

impl StepId {
    /// Returns the key of the random stream of layer number `layer` in this step.
    pub(crate) fn stream_key(self, layer: usize) -> StreamKey {
        StreamKey { epoch: self.epoch, batch: self.batch, layer: layer as u64 }
    }
}
