//! What each epoch of a training measured: data, without behavior.

mod best;
mod display;
mod files;
mod nan_as_null;

use crate::notebook::{Show, show_cell_result, show_in_notebook};
use crate::{Error, ErrorKind, Result};
pub use files::Row;

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Losses and metrics by epoch, as [`Model::fit`](crate::Model::fit) returns them: named columns of one number an epoch.
///
/// The names are Keras's: `accuracy` and `loss` for the training data, `val_accuracy` and `val_loss` for the validation
/// data. Training values are means over the epoch, in training mode (with dropout), while the parameters move;
/// validation values are measured at the epoch's end, in inference mode. The seconds of each epoch are kept beside them.
///
/// Beyond Keras's, where there is something to record:
/// - `data_loss` and `penalty`, whose sum is `loss`, and `val_data_loss`: the loss without what the regularizers add;
/// - `train_loss`, `train_accuracy` and so on: the training data measured as the validation data are, at the epoch's end
///   and in inference mode; see [`Fit::evaluate_training`](crate::Fit::evaluate_training);
/// - `learning_rate`: that of the epoch's end, where a schedule, a callback or the user changes it.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    #[serde(with = "nan_as_null")]
    columns: BTreeMap<String, Vec<f64>>,
    seconds: Vec<f64>,
    #[serde(default)]
    stopped: Option<Stopped>,
}

/// When and why a training ended before its last epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Stopped {
    /// The number of the last epoch, counted from 1.
    pub epoch: usize,
    /// What stopped it, such as `"EarlyStopping: val_loss no better than 0.0712 for 3 epochs"`.
    pub reason: String,
    /// Whether it was the user.
    #[serde(default)]
    pub interrupted: bool,
    /// How many steps of the next epoch were taken all the same, where the user stopped it: the model keeps what it learned
    /// in them, and no row of the history tells of them.
    #[serde(default)]
    pub steps: usize,
}

impl History {
    /// A history without epochs, to [`append`](History::append) others to.
    pub fn new() -> Self {
        Self::default()
    }

    /// Records one more epoch.
    pub(crate) fn record(&mut self, seconds: f64, values: impl IntoIterator<Item = (String, f64)>) {
        for (name, value) in values {
            let before = self.seconds.len();
            // A column that begins late has no numbers for the epochs before.
            self.columns.entry(name).or_insert_with(|| vec![f64::NAN; before]).push(value);
        }
        self.seconds.push(seconds);
        for column in self.columns.values_mut() {
            column.resize(self.seconds.len(), f64::NAN);
        }
    }

    /// Sets the value of all epochs so far, for a column that turns out to be wanted.
    pub(crate) fn fill(&mut self, name: &str, value: f64) {
        self.columns.entry(name.to_owned()).or_insert_with(|| vec![value; self.seconds.len()]);
    }

    /// The epoch called by its index: names and values.
    pub(crate) fn values(&self, epoch: usize) -> Vec<(String, f64)> {
        let value = |(name, column): (&String, &Vec<f64>)| Some((name.clone(), *column.get(epoch)?));
        self.columns.iter().filter_map(value).collect()
    }

    pub(crate) fn stop(&mut self, reason: String) {
        self.stopped = Some(Stopped { epoch: self.epochs(), reason, interrupted: false, steps: 0 });
    }

    /// The user stopped the training, so many steps into an epoch.
    pub(crate) fn interrupt(&mut self, steps: usize) {
        let reason = "the user stopped it".to_owned();
        self.stopped = Some(Stopped { epoch: self.epochs(), reason, interrupted: true, steps });
    }

    /// Whether the user stopped the training before its last epoch. The epoch that was cut short is not in the history,
    /// though the model keeps what it learned in it; [`History::stopped`] says how far it was.
    ///
    /// A cell that asks this after a stop handles the stop itself: *Run All* goes on. See
    /// [`stop_requested`](crate::notebook::stop_requested).
    pub fn interrupted(&self) -> bool {
        let interrupted = self.stopped.as_ref().is_some_and(|stopped| stopped.interrupted);
        if interrupted {
            crate::stop::mark_handled();
        }
        interrupted
    }

    /// When and why the training ended before the last epoch it was asked for; none where it did not. Of histories that
    /// were appended, what is said of the last.
    pub fn stopped(&self) -> Option<&Stopped> {
        self.stopped.as_ref()
    }

    /// The number of epochs.
    pub fn epochs(&self) -> usize {
        self.seconds.len()
    }

    /// The names of the columns, in alphabetical order, as Keras prints them.
    pub fn names(&self) -> Vec<String> {
        self.columns.keys().cloned().collect()
    }

    /// The column called `name`, such as `"val_loss"`: one number for each epoch, NaN for an epoch that did not measure it.
    ///
    /// Errors where there is no such column, and names those there are.
    pub fn get(&self, name: &str) -> Result<&[f64]> {
        self.columns.get(name).map(Vec::as_slice).ok_or_else(|| {
            let known = self.columns.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            let known = if known.is_empty() { "nothing, for it has no epochs" } else { &known };
            let advice = match (name.strip_prefix("val_"), name.strip_prefix("train_")) {
                (Some(_), _) => "Give the fit validation_data or validation_split",
                (None, Some(_)) => "Give the fit evaluate_training(true)",
                (None, None) => "Compile the model with the metric",
            };
            Error::new(ErrorKind::Name, format!("History: no \"{name}\"; it has {known}. {advice}, then train again."))
        })
    }

    /// The last number of the column called `name`. Errors as [`History::get`] does, and where there is no epoch.
    pub fn last(&self, name: &str) -> Result<f64> {
        self.get(name)?.last().copied().ok_or_else(|| Error::new(ErrorKind::State, "History: it has no epochs."))
    }

    /// How long each epoch took, in seconds, with its validation.
    pub fn seconds(&self) -> &[f64] {
        &self.seconds
    }

    /// Adds the epochs of `other` behind these: for a training that went on in a second fit.
    ///
    /// A column that only one of them has holds NaN in the epochs of the other.
    pub fn append(&mut self, other: &History) {
        let before = self.epochs();
        self.stopped = other.stopped.clone().map(|stopped| Stopped { epoch: stopped.epoch + before, ..stopped });
        for (epoch, &seconds) in other.seconds.iter().enumerate() {
            let values = other.columns.iter().map(|(name, column)| (name.clone(), column[epoch]));
            self.record(seconds, values);
        }
    }
}

impl Show for History {
    fn show(&self) {
        show_cell_result(&[("text/html", &self.html()), ("text/plain", &self.to_string())]);
    }
}

show_in_notebook!(History);
