//! The callbacks that come with the library.

mod checkpoint;
mod csv_logger;
mod early_stopping;
mod monitor;
mod plateau;
mod scheduler;
mod time_limit;

pub use checkpoint::ModelCheckpoint;
pub use csv_logger::CSVLogger;
pub use early_stopping::EarlyStopping;
pub use monitor::Mode;
pub(crate) use monitor::better_upwards;
pub use plateau::ReduceLROnPlateau;
pub use scheduler::LearningRateScheduler;
pub use time_limit::TimeLimit;

#[cfg(test)]
mod tests;
