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
const LEAVES: usize = 8;

/// Sums that wait for their partner while leaves are added pairwise.
pub(super) const LEVELS: usize = LEAVES.ilog2() as usize + 1;

/// The least depth of a leaf, where there are more than two: below, adding up the parts would take longer than another
/// thread saves.
const LEAST: usize = 96;

/// The least depth, and the fewest numbers of a kernel, that are worth a second leaf all the same.
const TWO: (usize, usize) = (64, 1 << 13);

/// The leaves of one thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Share {
    depth: usize,
    /// Of the whole depth.
    all: usize,
    first: usize,
    count: usize,
}

impl Share {
    /// The shares of a kernel of `depth` rows and so many units for at most so many threads, in their order: as many as a
    /// power of two.
    pub(crate) fn cut(depth: usize, units: usize, threads: usize) -> Vec<Self> {
        let power = |most: usize| 1 << most.max(1).ilog2();
        let least = if depth < TWO.0 || depth * units < TWO.1 { 1 } else { 2 };
        let all = power((depth / LEAST).clamp(least, LEAVES));
        let shares = power(threads.min(all));
        let count = all / shares;
        (0..shares).map(|share| Self { depth, all, first: share * count, count }).collect()
    }

    /// Where a leaf begins; the one behind the last begins at the end.
    fn start(&self, leaf: usize) -> usize {
        if leaf == self.all { self.depth } else { leaf * self.depth / self.all / 4 * 4 }
    }

    /// The rows of the kernel that it covers.
    pub(crate) fn rows(&self) -> Range<usize> {
        self.start(self.first)..self.start(self.first + self.count)
    }

    pub(super) fn leaves(&self) -> usize {
        self.count
    }

    /// The depths of a leaf, counted from the first of the share.
    #[inline(always)]
    pub(super) fn leaf(&self, leaf: usize) -> Range<usize> {
        let (first, leaf) = (self.start(self.first), self.first + leaf);
        self.start(leaf) - first..self.start(leaf + 1) - first
    }
}

#[cfg(test)]
mod tests {
    use super::Share;

    #[test]
    fn shares_cover_the_depth_with_the_same_leaves_for_any_number_of_threads() {
        let depths = [1, 10, 95, 191, 192, 200, 256, 400, 512, 784, 3000];
        for (depth, units) in depths.into_iter().flat_map(|depth| [(depth, 10), (depth, 100), (depth, 8192)]) {
            let leaves = |threads| {
                let shares = Share::cut(depth, units, threads);
                assert!(shares.len() <= threads && shares.len().is_power_of_two());
                assert!(shares.iter().all(|share| !share.rows().is_empty()));
                let of = |share: &Share| {
                    let first = share.rows().start;
                    (0..share.leaves()).map(|leaf| share.leaf(leaf).start + first).collect::<Vec<_>>()
                };
                assert_eq!(shares.iter().flat_map(Share::rows).collect::<Vec<_>>(), (0..depth).collect::<Vec<_>>());
                shares.iter().flat_map(of).collect::<Vec<_>>()
            };
            assert!((2..12).all(|threads| leaves(threads) == leaves(1)), "{depth} × {units}");
        }
    }
}
