//! The built-in callbacks.

mod csv_logger;
mod early_stopping;
mod learning_rate_scheduler;
mod model_checkpoint;
mod monitor;
mod reduce_lr_on_plateau;
mod time_limit;

pub use csv_logger::CSVLogger;
pub use early_stopping::EarlyStopping;
pub use learning_rate_scheduler::LearningRateScheduler;
pub use model_checkpoint::ModelCheckpoint;
pub use monitor::{IntoMode, Mode};
pub use reduce_lr_on_plateau::ReduceLROnPlateau;
pub use time_limit::TimeLimit;

#[cfg(test)]
mod tests;
