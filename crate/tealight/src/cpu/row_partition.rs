//! The assignment of the rows of a weight matrix to threads.
//!
//! In a training step, a thread reads and writes only its own rows of each weight matrix and of the optimizer's slots. Forward, it
//! computes what its inputs contribute to all sums. Backward, it computes the gradients of its inputs and updates its rows. So these
//! numbers stay in the cache of its core, and only the activations, which are few, move between cores. (With a partition by columns,
//! the halves of each row are adjacent, and the prefetchers of the cores cause false sharing: that took 1.5 times as long.)
//!
//! A sum over the depth is then computed in parts. The parts and their order depend only on the shape of the weight matrix: its depth is
//! divided into blocks, a power of two of them, whose sums are added pairwise, and a thread has 1, 2, 4 or 8 consecutive blocks. So
//! the number of threads does not change a bit of the result.

use std::ops::Range;

/// The largest number of blocks of a depth.
const MAX_BLOCKS: usize = 8;

/// The largest number of sums that wait for their partner in a pairwise sum over all blocks.
pub(super) const PAIRWISE_LEVELS: usize = MAX_BLOCKS.ilog2() as usize + 1;

/// The smallest depth of a block if there are more than two blocks. For smaller blocks, adding the parts takes longer than another
/// thread saves.
const MIN_BLOCK_DEPTH: usize = 96;

/// The smallest depth and the smallest number of weights for which two blocks are worthwhile.
const MIN_FOR_TWO_BLOCKS: (usize, usize) = (64, 1 << 13);

/// The blocks of one thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowPartition {
    depth: usize,
    /// The number of blocks of the whole depth.
    total_blocks: usize,
    first: usize,
    count: usize,
}

impl RowPartition {
    /// Partitions a weight matrix of `depth` rows and `units` columns among at most `threads` threads, in order. The number of partitions
    /// is a power of two.
    pub(crate) fn split(depth: usize, units: usize, threads: usize) -> Vec<Self> {
        let power = |most: usize| 1 << most.max(1).ilog2();
        let least = if depth < MIN_FOR_TWO_BLOCKS.0 || depth * units < MIN_FOR_TWO_BLOCKS.1 { 1 } else { 2 };
        let total_blocks = power((depth / MIN_BLOCK_DEPTH).clamp(least, MAX_BLOCKS));
        let partitions = power(threads.min(total_blocks));
        let count = total_blocks / partitions;
        (0..partitions).map(|partition| Self { depth, total_blocks, first: partition * count, count }).collect()
    }

    /// Returns the first row of a block, or the end of the depth for the block after the last.
    fn start(&self, block: usize) -> usize {
        if block == self.total_blocks { self.depth } else { block * self.depth / self.total_blocks / 4 * 4 }
    }

    /// Returns the rows of the weight matrix that it covers.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.start(self.first)..self.start(self.first + self.count)
    }

    pub(super) fn blocks(&self) -> usize {
        self.count
    }

    /// Returns the rows of a block, relative to the first row of the partition.
    #[inline(always)]
    pub(super) fn block(&self, block: usize) -> Range<usize> {
        let (first, block) = (self.start(self.first), self.first + block);
        self.start(block) - first..self.start(block + 1) - first
    }
}

#[cfg(test)]
mod tests {
    use super::RowPartition;

    #[test]
    fn shares_cover_the_depth_with_the_same_leaves_for_any_number_of_threads() {
        let depths = [1, 10, 95, 191, 192, 200, 256, 400, 512, 784, 3000];
        for (depth, units) in depths.into_iter().flat_map(|depth| [(depth, 10), (depth, 100), (depth, 8192)]) {
            let blocks = |threads| {
                let partitions = RowPartition::split(depth, units, threads);
                assert!(partitions.len() <= threads && partitions.len().is_power_of_two());
                assert!(partitions.iter().all(|partition| !partition.rows().is_empty()));
                let of = |partition: &RowPartition| {
                    let first = partition.rows().start;
                    (0..partition.blocks()).map(|block| partition.block(block).start + first).collect::<Vec<_>>()
                };
                assert_eq!(
                    partitions.iter().flat_map(RowPartition::rows).collect::<Vec<_>>(),
                    (0..depth).collect::<Vec<_>>()
                );
                partitions.iter().flat_map(of).collect::<Vec<_>>()
            };
            assert!((2..12).all(|threads| blocks(threads) == blocks(1)), "{depth} × {units}");
        }
    }
}
