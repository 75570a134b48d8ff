//! What the numbers of a dataset are, and checks of them.

mod check_finite;
mod correlation;
mod degenerate;
mod input_stats;
mod rescale;

pub(crate) use input_stats::InputStats;
