//! The machine that kernels run on: its threads and its instructions.

use super::simd_level::SimdLevel;
use super::spin_pool::SpinPool;
use crate::Result;
use pulp::WithSimd;

/// Multiply-adds in a step below which one thread alone is faster.
const MIN_PARALLEL_WORK: usize = 1 << 18;

/// Threads that stand ready, and the instructions they use.
pub(crate) struct CpuContext {
    pool: SpinPool,
    simd_level: SimdLevel,
}

impl CpuContext {
    /// As many threads as rayon, and so candle, would use; the best instructions, or those asked for.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self::with(rayon::current_num_threads(), SimdLevel::from_env()?))
    }

    pub(crate) fn with(threads: usize, simd_level: SimdLevel) -> Self {
        Self { pool: SpinPool::new(threads), simd_level }
    }

    /// How many threads to use for a step of so many multiply-adds.
    pub(crate) fn threads(&self, task: usize) -> usize {
        if task < MIN_PARALLEL_WORK { 1 } else { self.pool.size() }
    }

    /// Does all of `works` at the same time: at most as many as there are threads, each always on the same one.
    pub(crate) fn run<W: WithSimd + Send>(&self, tasks: impl IntoIterator<Item = W>) {
        self.pool.for_each(tasks, |task| {
            self.simd_level.run(task);
        });
    }
}
