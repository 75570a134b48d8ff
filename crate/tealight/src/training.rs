//! Training: `fit` with its options, the training loop, callbacks, and the progress that it shows.

mod callback;
mod callback_list;
mod callbacks;
mod divergence;
mod fit;
mod fit_plan;
mod fit_progress;
mod measured_values;
mod mistake_warnings;
mod model_fit;
mod train_step;
mod trainer;
mod verbose;

pub use callback::{Callback, CloneCallback, Flow, Training};
pub use callbacks::{
    CSVLogger, EarlyStopping, IntoMode, LearningRateScheduler, Mode, ModelCheckpoint, ReduceLROnPlateau, TimeLimit,
};
pub use fit::Fit;
pub use verbose::{IntoVerbose, Verbose};
