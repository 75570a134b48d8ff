//! The acceptance tests: what a user does, through the real kernel. One program, so that it is linked once.

mod candle_across_cells;
mod kernels;
mod lab;
mod lesson_01;
mod run;
