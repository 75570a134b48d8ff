//! Which rows of a kernel belong to which thread.
//!
//! In a step of training, a thread reads and writes its own rows of each kernel and of what the optimizer remembers of
//! them, and no others: forward it computes what its inputs contribute to all sums, backward the gradients of its inputs
//! and the update of its rows. So these numbers stay in the cache of its core, and only the activations, which are few,
//! go from core to core. (Cut by columns instead, the halves of each row are neighbours, and the cores' prefetchers tear
//! them from each other: that took half as long again.)
//!
//! A sum then comes in parts. Which parts, and in which order they are added, depends on the kernel alone: its depth is cut
//! into leaves, as many as a power of two, that are added pairwise, and a thread has 1, 2, 4 or 8 leaves next to each other.
//! So the number of threads changes no bit of the result.

use std::ops::Range;

/// The most leaves that a depth is cut into.
const MAX_BLOCKS: usize = 8;

/// Sums that wait for their partner while leaves are added pairwise.
pub(super) const PAIRWISE_LEVELS: usize = MAX_BLOCKS.ilog2() as usize + 1;

/// The least depth of a leaf, where there are more than two: below, adding up the parts would take longer than another
/// thread saves.
const MIN_BLOCK_DEPTH: usize = 96;

/// The least depth, and the fewest numbers of a kernel, that are worth a second leaf all the same.
const MIN_FOR_TWO_BLOCKS: (usize, usize) = (64, 1 << 13);

/// The leaves of one thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowPartition {
    depth: usize,
    /// Of the whole depth.
    total_blocks: usize,
    first: usize,
    count: usize,
}

impl RowPartition {
    /// The shares of a kernel of `depth` rows and so many units for at most so many threads, in their order: as many as a
    /// power of two.
    pub(crate) fn split(depth: usize, units: usize, threads: usize) -> Vec<Self> {
        let power = |most: usize| 1 << most.max(1).ilog2();
        let least = if depth < MIN_FOR_TWO_BLOCKS.0 || depth * units < MIN_FOR_TWO_BLOCKS.1 { 1 } else { 2 };
        let total_blocks = power((depth / MIN_BLOCK_DEPTH).clamp(least, MAX_BLOCKS));
        let partitions = power(threads.min(total_blocks));
        let count = total_blocks / partitions;
        (0..partitions).map(|partition| Self { depth, total_blocks, first: partition * count, count }).collect()
    }

    /// Where a leaf begins; the one behind the last begins at the end.
    fn start(&self, block: usize) -> usize {
        if block == self.total_blocks { self.depth } else { block * self.depth / self.total_blocks / 4 * 4 }
    }

    /// The rows of the kernel that it covers.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.start(self.first)..self.start(self.first + self.count)
    }

    pub(super) fn blocks(&self) -> usize {
        self.count
    }

    /// The depths of a leaf, counted from the first of the share.
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
