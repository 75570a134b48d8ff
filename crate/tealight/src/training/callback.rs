//! What can watch a training, change it and stop it.

use super::progress::Progress;
use crate::history::History;
use crate::model::Model;
use crate::{Error, ErrorKind, Result};
use std::fmt;
use std::time::Duration;

/// What a callback wants of the training.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Flow {
    /// To go on.
    Continue,
    /// To end, and why. Within an epoch, the epoch still ends in order: with its means over the batches so far, its
    /// validation and its [`Callback::on_epoch_end`].
    Stop(String),
}

/// Watches a training, and may change it or stop it: given to a fit with [`Fit::callback`](crate::Fit::callback).
///
/// Each hook does nothing unless it is written. Hooks of several callbacks run in the order in which these were given;
/// all of them run, also where the first has asked to stop. An error from a hook ends the fit with that error. A fit
/// works with a clone of the callback, so that the same [`Fit`](crate::Fit) can be used again; to take something out of a
/// training, keep it in an `Arc`. Like Keras's `Callback`.
///
/// ```
/// use tealight::prelude::*;
///
/// /// Stops where the validation accuracy is good enough.
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
    /// The name that stands in messages. Default: that of the type.
    fn name(&self) -> String {
        let path = std::any::type_name::<Self>();
        path.rsplit("::").next().unwrap_or(path).to_owned()
    }

    /// Whether the callback sets the learning rate; the history then records it. Default: false.
    fn sets_learning_rate(&self) -> bool {
        false
    }

    /// Before the first epoch. A callback that keeps anything starts afresh here.
    fn on_train_begin(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// Before each epoch.
    fn on_epoch_begin(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// After each batch: [`Training::values`] are the means over the epoch so far.
    fn on_batch_end(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// After each epoch and its validation: [`Training::values`] are what the history has recorded for it.
    fn on_epoch_end(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        Ok(Flow::Continue)
    }

    /// After the last epoch, whoever ended the training, and also where it ends with an error.
    fn on_train_end(&mut self, _training: &mut Training<'_>) -> Result<()> {
        Ok(())
    }
}

/// Lets a boxed [`Callback`] be cloned: every callback that is `Clone` has it.
pub trait CloneCallback {
    /// A clone in a box.
    fn clone_callback(&self) -> Box<dyn Callback>;
}

impl<T: Callback + Clone + 'static> CloneCallback for T {
    fn clone_callback(&self) -> Box<dyn Callback> {
        Box::new(self.clone())
    }
}

/// A training, as a [`Callback`] sees it: how far it is, what it measured, and the model.
pub struct Training<'a> {
    pub(super) model: &'a mut Model,
    pub(super) history: &'a History,
    pub(super) values: &'a [(String, f64)],
    pub(super) place: Place<'a>,
    pub(super) progress: &'a Progress,
}

/// How far a training is.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) epoch: usize,
    pub(super) epochs: usize,
    pub(super) batch: usize,
    pub(super) batches: usize,
    pub(super) elapsed: Duration,
    /// The names that an epoch's values will have, as far as they are known before the first.
    pub(super) names: &'a [String],
}

impl Training<'_> {
    /// The epoch of this fit, counted from 0 as in Keras.
    pub fn epoch(&self) -> usize {
        self.place.epoch
    }

    /// How many epochs the fit was asked for.
    pub fn epochs(&self) -> usize {
        self.place.epochs
    }

    /// The batch of this epoch, counted from 0.
    pub fn batch(&self) -> usize {
        self.place.batch
    }

    /// How many batches an epoch has.
    pub fn batches(&self) -> usize {
        self.place.batches
    }

    /// The time since the fit began.
    pub fn elapsed(&self) -> Duration {
        self.place.elapsed
    }

    /// What was measured, by name: after a batch the means so far, after an epoch what the history recorded. Nothing
    /// before the first batch.
    pub fn values(&self) -> &[(String, f64)] {
        self.values
    }

    /// The value called `name`, such as `"val_loss"`. Errors where it is not measured, and names those that are.
    pub fn value(&self, name: &str) -> Result<f64> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| *value).ok_or_else(|| {
            let known = self.values.iter().map(|(known, _)| known.as_str()).collect::<Vec<_>>();
            unknown("Training", name, &known)
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
    pub fn learning_rate(&self) -> Result<f64> {
        self.model.learning_rate()
    }

    /// Sets the learning rate; as [`Model::set_learning_rate`](crate::Model::set_learning_rate).
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<()> {
        self.model.set_learning_rate(learning_rate)
    }

    /// Prints a line, unless the fit is to be silent.
    pub fn say(&self, text: impl fmt::Display) {
        self.progress.say(&text);
    }
}

/// No value of that name is measured.
pub(super) fn unknown(place: &str, name: &str, known: &[&str]) -> Error {
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

/// The callbacks of a fit.
#[derive(Default)]
pub(super) struct Callbacks(pub(super) Vec<Box<dyn Callback>>);

impl Callbacks {
    /// Runs a hook of each of them: the first reason to stop, if there is one.
    pub(super) fn each(
        &mut self,
        mut training: Training<'_>,
        mut hook: impl FnMut(&mut dyn Callback, &mut Training<'_>) -> Result<Flow>,
    ) -> Result<Flow> {
        self.0.iter_mut().try_fold(Flow::Continue, |flow, callback| {
            let next = hook(callback.as_mut(), &mut training)?;
            Ok(if flow == Flow::Continue { next } else { flow })
        })
    }

    pub(super) fn set_learning_rate(&self) -> bool {
        self.0.iter().any(|callback| callback.sets_learning_rate())
    }
}

impl Clone for Callbacks {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|callback| callback.clone_callback()).collect())
    }
}

impl fmt::Debug for Callbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|callback| callback.name())).finish()
    }
}
