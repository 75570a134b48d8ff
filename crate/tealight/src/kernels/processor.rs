//! The machine that kernels run on: its threads and its instructions.

use super::instructions::Instructions;
use super::team::Team;
use crate::Result;
use pulp::WithSimd;

/// Multiply-adds in a step below which one thread alone is faster.
const WORTH: usize = 1 << 18;

/// Threads that stand ready, and the instructions they use.
pub(crate) struct Processor {
    team: Team,
    instructions: Instructions,
}

impl Processor {
    /// As many threads as rayon, and so candle, would use; the best instructions, or those asked for.
    pub(crate) fn new() -> Result<Self> {
        Ok(Self::with(rayon::current_num_threads(), Instructions::chosen()?))
    }

    pub(crate) fn with(threads: usize, instructions: Instructions) -> Self {
        Self { team: Team::new(threads), instructions }
    }

    /// How many threads to use for a step of so many multiply-adds.
    pub(crate) fn threads(&self, work: usize) -> usize {
        if work < WORTH { 1 } else { self.team.size() }
    }

    /// Does all of `works` at the same time: at most as many as there are threads, each always on the same one.
    pub(crate) fn run<W: WithSimd + Send>(&self, works: impl IntoIterator<Item = W>) {
        self.team.each(works, |work| {
            self.instructions.run(work);
        });
    }
}
