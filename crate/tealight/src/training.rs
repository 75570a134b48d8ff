//! Training: `fit`, its options, and the line that it prints for each epoch.

mod fit;
mod options;
mod progress;
mod step;

pub use options::{Fit, Verbose};
