use crate::random::{Purpose, StreamKey, stream};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::Rng;

/// The draws for one step on one copy of one image.
pub(super) struct Draws {
    stream: ChaCha8Rng,
    /// Normal numbers come in pairs.
    second: Option<f32>,
}

impl Draws {
    pub(super) fn new(seed: u64, copy: usize, index: usize, step: usize) -> Self {
        let place = StreamKey { epoch: copy as u64, batch: index as u64, layer: step as u64 };
        Self { stream: stream(seed, Purpose::Augment, place), second: None }
    }

    /// A number from 0, and below 1.
    pub(super) fn uniform(&mut self) -> f64 {
        f64::from(self.stream.next_u32()) / (f64::from(u32::MAX) + 1.0)
    }

    /// A number from −`limit` to `limit`.
    pub(super) fn within(&mut self, limit: f64) -> f64 {
        (2.0 * self.uniform() - 1.0) * limit
    }

    /// A number of mean 0 and standard deviation 1, by the method of Box and Muller.
    pub(super) fn normal(&mut self) -> f32 {
        if let Some(second) = self.second.take() {
            return second;
        }
        // Never 0, whose logarithm is infinite.
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        let (sine, cosine) = (std::f64::consts::TAU * self.uniform()).sin_cos();
        self.second = Some((radius * sine) as f32);
        (radius * cosine) as f32
    }
}
