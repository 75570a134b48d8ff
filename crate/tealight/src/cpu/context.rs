//! The CPU as a training uses it: a pool of threads and the SIMD instructions to run.

use pulp::WithSimd;
use spin_pool::SpinPool;

use super::simd_level::SimdLevel;
use crate::Result;

/// The number of multiply-adds in a step below which one thread alone is faster.
const MIN_PARALLEL_WORK: usize = 1 << 18;

/// A pool of threads, and the SIMD instructions that they use.
pub(crate) struct CpuContext {
    pool: SpinPool,
    simd_level: SimdLevel,
}

impl CpuContext {
    /// Creates a context with as many threads as rayon, and therefore candle, would use, and with the best SIMD instructions of
    /// this CPU or those that `TEALIGHT_SIMD` names.
    ///
    /// # Errors
    /// If `TEALIGHT_SIMD` names instructions that this CPU does not have.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self::with(rayon::current_num_threads(), SimdLevel::from_env()?))
    }

    pub(crate) fn with(threads: usize, simd_level: SimdLevel) -> Self {
        Self { pool: SpinPool::new(threads), simd_level }
    }

    /// Returns how many threads to use for a step of `multiply_adds` multiply-adds.
    pub(crate) fn threads(&self, multiply_adds: usize) -> usize {
        if multiply_adds < MIN_PARALLEL_WORK { 1 } else { self.pool.threads() }
    }

    /// Runs all of `tasks` in parallel. A task at a given position runs on the same thread in every call.
    pub(crate) fn run<W: WithSimd + Send>(&mut self, tasks: impl IntoIterator<Item = W>) {
        let simd_level = self.simd_level;
        self.pool.for_each(tasks, |task| {
            simd_level.run(task);
        });
    }
}
