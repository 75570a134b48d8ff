//! The options of a fit.

use super::callback::Callback;
use super::callback_list::CallbackList;
use super::verbose::{IntoVerbose, Verbose};
use crate::convert::IntoCount;
use crate::convert::IntoF64;
use crate::data::Dataset;
use std::sync::Arc;

/// How to train, with Keras's names and defaults: one epoch, batches of 32, shuffled, without validation.
///
/// ```
/// use tealight::prelude::*;
///
/// let how = Fit::new().epochs(20).batch_size(64).validation_split(0.2);
/// # let _ = how;
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Fit {
    pub(super) epochs: i64,
    pub(super) batch_size: i64,
    pub(super) validation_data: Option<Dataset>,
    pub(super) validation_split: Option<f64>,
    pub(super) class_weight: Vec<(i64, f64)>,
    pub(super) sample_weight: Option<Arc<[f32]>>,
    pub(super) shuffle: bool,
    pub(super) seed: Option<u64>,
    pub(super) verbose: Verbose,
    pub(super) callbacks: CallbackList,
    pub(super) evaluate_training: bool,
    pub(super) terminate_on_nan: bool,
}

impl Fit {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self {
            epochs: 1,
            batch_size: 32,
            validation_data: None,
            validation_split: None,
            class_weight: Vec::new(),
            sample_weight: None,
            shuffle: true,
            seed: None,
            verbose: Verbose::Auto,
            callbacks: CallbackList::default(),
            evaluate_training: false,
            terminate_on_nan: true,
        }
    }

    /// The number of passes over the training data; at least 1. Default: 1.
    #[must_use]
    pub fn epochs(mut self, epochs: impl IntoCount) -> Self {
        self.epochs = epochs.into_i64();
        self
    }

    /// The number of examples of each step; at least 1. The last batch of an epoch has the rest. Default: 32.
    #[must_use]
    pub fn batch_size(mut self, batch_size: impl IntoCount) -> Self {
        self.batch_size = batch_size.into_i64();
        self
    }

    /// Data to evaluate on at the end of each epoch; the model is not trained on it. Default: none.
    #[must_use]
    pub fn validation_data(mut self, data: &Dataset) -> Self {
        self.validation_data = Some(data.clone());
        self
    }

    /// Splits off the *last* fraction of the training data, above 0 and below 1, to evaluate on at the end of each epoch;
    /// see [`Dataset::split`]. Default: none.
    #[must_use]
    pub fn validation_split(mut self, fraction: f64) -> Self {
        self.validation_split = Some(fraction);
        self
    }

    /// The weights of the examples of each class in the training loss, such as `[(3, 2.0)]`; the examples of other classes
    /// weigh 1. Default: all weigh the same.
    ///
    /// As in Keras, the loss of an example is multiplied by its weight, and the sum is divided by the number of examples, not
    /// by the sum of the weights; metrics and validation ignore the weights. If the targets are one number for each example,
    /// the class is that number; if they are rows, it is the position of the row's largest element. Numbers that are not
    /// classes are an error of the fit, and so is a network that answers several questions with a sigmoid each.
    #[must_use]
    pub fn class_weight(mut self, weights: impl IntoIterator<Item = (impl IntoCount, impl IntoF64)>) -> Self {
        self.class_weight = weights.into_iter().map(|(class, weight)| (class.into_i64(), weight.into_f64())).collect();
        self
    }

    /// The weight of each example in the loss, in the order of the data. Default: all weigh the same.
    ///
    /// As [`Fit::class_weight`], and not together with it. With a validation split, the examples split off keep their
    /// weights.
    #[must_use]
    pub fn sample_weight(mut self, weights: impl IntoIterator<Item = impl IntoF64>) -> Self {
        self.sample_weight = Some(weights.into_iter().map(|weight| weight.into_f64() as f32).collect());
        self
    }

    /// Whether to reshuffle the examples in each epoch. Default: true.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// The seed of shuffling and dropout. Default: that of the model.
    #[must_use]
    pub fn seed(mut self, seed: impl IntoCount) -> Self {
        self.seed = Some(seed.into_seed());
        self
    }

    /// What to print about the progress. Default: a progress bar if the output supports it, otherwise a line for each epoch.
    #[must_use]
    pub fn verbose(mut self, verbose: impl IntoVerbose) -> Self {
        self.verbose = verbose.into_verbose();
        self
    }

    /// Adds a callback, such as [`EarlyStopping`](crate::EarlyStopping). Default: none.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let how = Fit::new()
    ///     .epochs(100)
    ///     .validation_split(0.2)
    ///     .callback(ReduceLROnPlateau::new().patience(2))
    ///     .callback(EarlyStopping::new().patience(5).restore_best_weights(true));
    /// # let _ = how;
    /// ```
    #[must_use]
    pub fn callback(mut self, callback: impl Callback + 'static) -> Self {
        self.callbacks.push(callback);
        self
    }

    /// Whether to evaluate the training data like the validation data: in inference mode, at the end of each epoch. Recorded
    /// as `train_loss`, `train_accuracy` and so on, beside the means over the epoch. Default: false.
    ///
    /// `loss` is measured with dropout and while the parameters still change; only `train_loss` is directly comparable with
    /// `val_loss`. It takes an additional pass over the training data in each epoch.
    #[must_use]
    pub fn evaluate_training(mut self, evaluate: bool) -> Self {
        self.evaluate_training = evaluate;
        self
    }

    /// Whether diverged numbers end the fit with an error that says where they are and what to try: NaN or infinity in the
    /// data before the fit, in the loss of a batch, or in the parameters at the end of an epoch; and a loss that has grown a
    /// million times, and beyond a million, since the first batch. [`Model::history`](crate::Model::history) has the epochs
    /// before it. Without it, the training continues as in Keras. Default: true.
    #[must_use]
    pub fn terminate_on_nan(mut self, terminate: bool) -> Self {
        self.terminate_on_nan = terminate;
        self
    }
}

impl Default for Fit {
    fn default() -> Self {
        Self::new()
    }
}
