//! Callbacks: the trait, and the training as a callback sees it.

use super::fit_progress::FitProgress;
use crate::history::History;
use crate::model::Model;
use crate::{Error, ErrorKind, Result};
use std::fmt;
use std::time::Duration;

/// Whether a training goes on, as a callback decides.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Flow {
    /// Continue.
    Continue,
    /// Stop, for this reason. Within an epoch, the epoch still ends regularly: with its means over the batches so far, its
    /// validation and its [`Callback::on_epoch_end`].
    Stop(String),
}

impl Flow {
    /// Returns the first request to stop of the two, if there is one.
    pub(super) fn or(self, next: Self) -> Self {
        if self == Self::Continue { next } else { self }
    }
}

/// Observes a training, and may change it or stop it; see [`Fit::callback`](crate::Fit::callback). Like Keras's
/// `Callback`.
///
/// The default hooks do nothing. Several callbacks run in the order in which they were given, and all of them run, even if
/// the first requests a stop. An error from a hook ends the fit with that error. A fit works with a clone of the callback,
/// so that the same [`Fit`](crate::Fit) can be used again; to get something out of a training, keep it in an `Arc`.
///
/// ```
/// use tealight::prelude::*;
///
/// /// Stops when the validation accuracy is good enough.
/// #[derive(Clone)]
/// struct GoodEnough(f64);
///
/// impl Callback for GoodEnough {
///     fn on_epoch_end(&mut self, training: &mut Training) -> Result<Flow> {
///         let accuracy = training.value("val_accuracy")?;
///         Ok(if accuracy >= self.0 { Flow::Stop(format!("accuracy {accuracy}")) } else { Flow::Continue })
///     }
/// }
///
/// let how = Fit::new().epochs(100).validation_split(0.2).callback(GoodEnough(0.97));
/// # let _ = how;
/// ```
pub trait Callback: CloneCallback + Send + Sync {
    /// The name used in messages. Default: that of the type.
    fn name(&self) -> String {
        let path = std::any::type_name::<Self>();
        path.rsplit("::").next().unwrap_or(path).to_owned()
    }

    /// Whether the callback sets the learning rate; the history then records it. Default: false.
    fn sets_learning_rate(&self) -> bool {
        false
    }

    /// Called before the first epoch. A callback with state resets it here.
    fn on_train_begin(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// Called before each epoch.
    fn on_epoch_begin(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// Called after each batch: [`Training::values`] are the means over the epoch so far.
    fn on_batch_end(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// Called after each epoch and its validation: [`Training::values`] are what the history has recorded for it.
    fn on_epoch_end(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// Called after the last epoch, whatever ended the training, even an error.
    fn on_train_end(&mut self, _training: &mut Training<'_>) -> Result<()> {
        Ok(())
    }
}

/// Clones a boxed [`Callback`]: implemented for every callback that is `Clone`.
pub trait CloneCallback {
    /// Returns a boxed clone.
    fn clone_callback(&self) -> Box<dyn Callback>;
}

impl<T: Callback + Clone + 'static> CloneCallback for T {
    fn clone_callback(&self) -> Box<dyn Callback> {
        Box::new(self.clone())
    }
}

/// A training as a [`Callback`] sees it: its position, its measured values, and the model.
pub struct Training<'a> {
    pub(super) model: &'a mut Model,
    pub(super) history: &'a History,
    pub(super) values: &'a [(String, f64)],
    /// The names that the values of an epoch will have, as far as they are known before the first.
    pub(super) value_names: &'a [String],
    pub(super) position: TrainingPosition,
    pub(super) progress: &'a FitProgress,
}

/// The position of a training.
#[derive(Clone, Copy)]
pub(super) struct TrainingPosition {
    pub(super) epoch: usize,
    pub(super) epochs: usize,
    pub(super) batch: usize,
    pub(super) batches: usize,
    pub(super) elapsed: Duration,
}

impl Training<'_> {
    /// The epoch of this fit, counted from 0 as in Keras.
    pub fn epoch(&self) -> usize {
        self.position.epoch
    }

    /// The number of epochs of the fit.
    pub fn epochs(&self) -> usize {
        self.position.epochs
    }

    /// The batch of this epoch, counted from 0.
    pub fn batch(&self) -> usize {
        self.position.batch
    }

    /// The number of batches of an epoch.
    pub fn batches(&self) -> usize {
        self.position.batches
    }

    /// The time since the start of the fit.
    pub fn elapsed(&self) -> Duration {
        self.position.elapsed
    }

    /// The measured values by name: after a batch the means so far, after an epoch what the history recorded. Empty before
    /// the first batch.
    pub fn values(&self) -> &[(String, f64)] {
        self.values
    }

    /// The value called `name`, such as `"val_loss"`.
    ///
    /// # Errors
    ///
    /// If it is not measured; the message lists the values that are.
    pub fn value(&self, name: &str) -> Result<f64> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let known = self.values.iter().map(|(known, _)| known.as_str()).collect::<Vec<_>>();
            unknown_value("Training", name, &known)
        })
    }

    /// The epochs of this fit so far.
    pub fn history(&self) -> &History {
        self.history
    }

    /// The model as it is now.
    pub fn model(&self) -> &Model {
        self.model
    }

    /// The model, to change its parameters.
    pub fn model_mut(&mut self) -> &mut Model {
        self.model
    }

    /// The learning rate of the next step.
    ///
    /// # Errors
    ///
    /// If the model is not compiled.
    pub fn learning_rate(&self) -> Result<f64> {
        self.model.learning_rate()
    }

    /// Sets the learning rate of all further steps.
    ///
    /// # Errors
    ///
    /// See [`Model::set_learning_rate`](crate::Model::set_learning_rate).
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<()> {
        self.model.set_learning_rate(learning_rate)
    }

    /// Prints a line, unless the fit is silent.
    pub fn log(&self, text: impl fmt::Display) {
        self.progress.log(&text);
    }
}

/// Returns the error for a value that is not measured.
pub(super) fn unknown_value(place: &str, name: &str, known: &[&str]) -> Error {
    let advice = match (name.strip_prefix("val_"), name.strip_prefix("train_")) {
        (Some(_), _) if known.iter().any(|known| known.starts_with("val_")) => "Compile the model with the metric",
        (Some(_), _) => "Give the fit validation_data or validation_split",
        (None, Some(_)) => "Give the fit evaluate_training(true)",
        (None, None) => "Compile the model with the metric",
    };
    let known = if known.is_empty() { "nothing yet".to_owned() } else { known.join(", ") };
    let message = format!("{place}: no \"{name}\"; this training measures {known}. {advice}, or use one of those.");
    Error::new(ErrorKind::Name, message)
}
