//! The acceptance tests: what a user does, through the real kernel. One program, so that it is linked once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod candle_across_cells;
mod kernels;
mod lab;
mod lessons;
mod licences;
mod offline;
mod run;
mod values;
