//! Training: `fit`, its options, what watches it, and the line that it prints for each epoch.

mod callback;
mod callbacks;
mod diverging;
mod fit;
mod options;
mod progress;
mod step;
mod suspect;

pub use callback::{Callback, CloneCallback, Flow, Training};
pub(crate) use callbacks::better_upwards;
pub use callbacks::{
    CSVLogger, EarlyStopping, LearningRateScheduler, Mode, ModelCheckpoint, ReduceLROnPlateau, TimeLimit,
};
pub use options::{Fit, Verbose};
