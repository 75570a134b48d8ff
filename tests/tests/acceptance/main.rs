//! The acceptance tests: they do what a user does, with the real kernel. They are one program, so that it is linked once.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod candle_across_cells;
mod kernels;
mod lab;
mod lessons;
mod licenses;
mod offline;
mod plain_rust;
mod run_command;
mod values;
