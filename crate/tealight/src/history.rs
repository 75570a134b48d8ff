//! What each epoch of a training measured: data, without behaviour.

mod display;
mod numbers;

use crate::{Error, ErrorKind, Result};
pub(crate) use numbers::number;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Losses and metrics by epoch, as [`Model::fit`](crate::Model::fit) returns them: named columns of one number an epoch.
///
/// The names are Keras's: `accuracy` and `loss` for the training data, `val_accuracy` and `val_loss` for the validation
/// data. Training values are means over the epoch, in training mode (with dropout), while the parameters move;
/// validation values are measured at the epoch's end, in inference mode. The seconds of each epoch are kept beside them.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct History {
    #[serde(with = "numbers")]
    columns: BTreeMap<String, Vec<f64>>,
    seconds: Vec<f64>,
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
            let advice = match name.strip_prefix("val_") {
                Some(_) => "Give the fit validation_data or validation_split",
                None => "Compile the model with the metric",
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
        for (epoch, &seconds) in other.seconds.iter().enumerate() {
            let values = other.columns.iter().map(|(name, column)| (name.clone(), column[epoch]));
            self.record(seconds, values);
        }
    }

    /// Shows the history in a notebook: what the last line of a cell does with it.
    pub fn evcxr_display(&self) {
        crate::notebook::display(&[("text/html", &self.html()), ("text/plain", &self.to_string())]);
    }
}
