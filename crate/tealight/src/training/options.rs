use super::callback::{Callback, Callbacks};
use crate::data::Dataset;
use crate::model::Model;
use crate::whole::{Whole, count};
use crate::{Error, ErrorKind, Result};

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
    epochs: i64,
    batch_size: i64,
    pub(super) validation_data: Option<Dataset>,
    pub(super) validation_split: Option<f64>,
    pub(super) shuffle: bool,
    pub(super) seed: Option<u64>,
    pub(super) verbose: Verbose,
    pub(super) callbacks: Callbacks,
    pub(super) evaluate_training: bool,
    pub(super) terminate_on_nan: bool,
}

/// What a fit prints.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verbose {
    /// Nothing.
    Silent,
    /// A line for each epoch, as soon as it ends. The default.
    #[default]
    Lines,
}

impl Fit {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self {
            epochs: 1,
            batch_size: 32,
            validation_data: None,
            validation_split: None,
            shuffle: true,
            seed: None,
            verbose: Verbose::Lines,
            callbacks: Callbacks::default(),
            evaluate_training: false,
            terminate_on_nan: true,
        }
    }

    /// How often to go through the training data; at least 1. Default: 1.
    #[must_use]
    pub fn epochs(mut self, epochs: impl Whole) -> Self {
        self.epochs = epochs.whole();
        self
    }

    /// How many examples each step takes; at least 1. The last batch of an epoch takes what is left. Default: 32.
    #[must_use]
    pub fn batch_size(mut self, batch_size: impl Whole) -> Self {
        self.batch_size = batch_size.whole();
        self
    }

    /// Data to evaluate on at the end of each epoch; the model is not trained on it. Default: none.
    #[must_use]
    pub fn validation_data(mut self, data: &Dataset) -> Self {
        self.validation_data = Some(data.clone());
        self
    }

    /// Keeps the *last* fraction of the training data, above 0 and below 1, to evaluate on at the end of each epoch; see
    /// [`Dataset::split`]. Default: none.
    #[must_use]
    pub fn validation_split(mut self, fraction: f64) -> Self {
        self.validation_split = Some(fraction);
        self
    }

    /// Whether each epoch takes the examples in a new order. Default: true.
    #[must_use]
    pub fn shuffle(mut self, shuffle: bool) -> Self {
        self.shuffle = shuffle;
        self
    }

    /// The seed of the order and of dropout. Default: that of the model.
    #[must_use]
    pub fn seed(mut self, seed: impl Whole) -> Self {
        self.seed = Some(seed.seed());
        self
    }

    /// What to print. Default: a line for each epoch.
    #[must_use]
    pub fn verbose(mut self, verbose: Verbose) -> Self {
        self.verbose = verbose;
        self
    }

    /// Watches the training with a callback, such as [`EarlyStopping`](crate::EarlyStopping), beside those given before.
    /// Default: none.
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
        self.callbacks.0.push(Box::new(callback));
        self
    }

    /// Whether to measure the training data, too, as the validation data are: in inference mode, at the end of each epoch.
    /// Recorded as `train_loss`, `train_accuracy` and so on, beside the means over the epoch. Default: false.
    ///
    /// What `loss` says of the training data is measured with dropout and while the parameters still move; only this can
    /// be compared with `val_loss` number for number. It takes a pass over the training data each epoch.
    #[must_use]
    pub fn evaluate_training(mut self, evaluate: bool) -> Self {
        self.evaluate_training = evaluate;
        self
    }

    /// Whether a loss that is not a finite number ends the fit with an error that names the epoch, the batch and what to
    /// try. Without it, the training goes on as in Keras, and everything becomes NaN. Default: true.
    #[must_use]
    pub fn terminate_on_nan(mut self, terminate: bool) -> Self {
        self.terminate_on_nan = terminate;
        self
    }

    /// What to do, when all options are in range and the data fits the model.
    pub(super) fn check(&self, model: &Model, data: &Dataset) -> Result<Plan> {
        let error = |what: &str| Error::new(ErrorKind::Argument, format!("Fit: {what}"));
        let argument = |what: &str| Err(error(what));
        let epochs = count(self.epochs).filter(|epochs| *epochs > 0).ok_or_else(|| {
            error(&format!("{} epochs; expected at least 1, such as Fit::new().epochs(20).", self.epochs))
        })?;
        let batch_size = count(self.batch_size).filter(|size| *size > 0).ok_or_else(|| {
            error(&format!("batch_size {}; expected at least 1, such as Fit::new().batch_size(32).", self.batch_size))
        })?;
        let (training, validation) = match (self.validation_split, &self.validation_data) {
            (Some(_), Some(_)) => {
                return argument("both validation_split and validation_data are given. Keep one of them.");
            }
            (Some(fraction), None) => {
                let (training, validation) = data.split(fraction)?;
                (training, Some(validation))
            }
            (None, given) => (data.clone(), given.clone()),
        };
        let objective = &model.compiled()?.objective;
        model.check_inputs(&training, "training data")?;
        objective.check(&training)?;
        if let Some(validation) = &validation {
            model.check_inputs(validation, "validation data")?;
            objective.check(validation)?;
        }
        Ok(Plan { training, validation, epochs, batch_size })
    }
}

/// The options of a fit, checked.
pub(super) struct Plan {
    pub(super) training: Dataset,
    pub(super) validation: Option<Dataset>,
    pub(super) epochs: usize,
    pub(super) batch_size: usize,
}

impl Default for Fit {
    fn default() -> Self {
        Self::new()
    }
}
