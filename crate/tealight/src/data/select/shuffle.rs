//! Shuffling.

use crate::Result;
use crate::convert::IntoCount;
use crate::data::dataset::Dataset;
use crate::random::{Purpose, StreamKey, stream};
use rand::seq::SliceRandom;

impl Dataset {
    /// Returns the same examples in a random order that depends on `seed`. The numbers are shared with this dataset.
    ///
    /// Shuffle data that are sorted by class before [`Dataset::split`] or a `validation_split`, which take the last part in
    /// order. [`Model::fit`](crate::Model::fit) shuffles the training examples itself.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let sorted = Dataset::from_bytes(vec![1, 2, 3, 4], [1], vec![0, 0, 1, 1], ["a", "b"])?;
    /// let mixed = sorted.shuffle(42)?;
    /// assert_eq!(mixed.class_counts(), sorted.class_counts());
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn shuffle(&self, seed: impl IntoCount) -> Result<Self> {
        self.shuffled(seed.into_seed())
    }

    fn shuffled(&self, seed: u64) -> Result<Self> {
        let mut order = (0..self.len()).collect::<Vec<_>>();
        order.shuffle(&mut stream(seed, Purpose::Split, StreamKey { epoch: 1, ..StreamKey::default() }));
        self.select(&order)
    }
}
