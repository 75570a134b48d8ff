use super::callback::{Callback, Callbacks};
use crate::arguments::IntoVerbose;
use crate::data::Dataset;
use crate::losses::Reading;
use crate::model::Model;
use crate::number::Number;
use crate::whole::{Whole, count};
use crate::{Error, ErrorKind, Result};
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
    epochs: i64,
    batch_size: i64,
    pub(super) validation_data: Option<Dataset>,
    pub(super) validation_split: Option<f64>,
    class_weight: Vec<(i64, f64)>,
    sample_weight: Option<Arc<[f32]>>,
    pub(super) shuffle: bool,
    pub(super) seed: Option<u64>,
    pub(super) verbose: Verbose,
    pub(super) callbacks: Callbacks,
    pub(super) evaluate_training: bool,
    pub(super) terminate_on_nan: bool,
}

/// What a fit says of how it goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verbose {
    /// [`Live`](Self::Live) where the place can show it, and else [`Lines`](Self::Lines). The default.
    #[default]
    Auto,
    /// Nothing.
    Silent,
    /// A line for each epoch, as soon as it ends.
    Lines,
    /// A bar that moves. In a notebook of the tealight kernel, with the curves of accuracy and loss, which grow with every
    /// epoch; what stays at the end is the finished curves and the last epoch's values. In a terminal, with a line for each epoch
    /// above it. On the stock evcxr kernel, which can't change what it has shown, and in a file: [`Lines`](Self::Lines).
    ///
    /// It is drawn at most five times a second, in a hundredth of the training's time at most.
    Live,
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

    /// How much the examples of a class count in the training loss, such as `[(3, 2.0)]`; those of classes not named count
    /// 1. Default: all count the same.
    ///
    /// As in Keras, the loss of an example is multiplied by its weight and the sum divided by the number of examples, not by
    /// that of the weights; metrics and the validation take no notice. Where the targets are one number for each example, in
    /// a column or not, the class is that number; where they are rows, it is that of the row's largest element. Errors for
    /// numbers that are no classes, and for several sigmoids with a question each.
    #[must_use]
    pub fn class_weight(mut self, weights: impl IntoIterator<Item = (impl Whole, impl Number)>) -> Self {
        self.class_weight = weights.into_iter().map(|(class, weight)| (class.whole(), weight.number())).collect();
        self
    }

    /// How much each example of the data counts in the loss, in the order of the data. Default: all count the same.
    ///
    /// As with [`Fit::class_weight`], and not together with it. With a validation split, the examples split off keep their
    /// weights.
    #[must_use]
    pub fn sample_weight(mut self, weights: impl IntoIterator<Item = impl Number>) -> Self {
        self.sample_weight = Some(weights.into_iter().map(|weight| weight.number() as f32).collect());
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

    /// What to say of how it goes. Default: a bar that moves, where the place can show it, and else a line for each epoch.
    #[must_use]
    pub fn verbose(mut self, verbose: impl IntoVerbose) -> Self {
        self.verbose = verbose.into_verbose();
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

    /// Whether numbers from which nothing can be learned end the fit with an error that says where they are and what to try:
    /// NaN or infinity among the data, before it begins; in the loss of a batch, or in the parameters at the end of an
    /// epoch; and a loss that has grown a million times, beyond a million, since the first batch. [`Model::history`] has the
    /// epochs before it. Without it, the training goes on as in Keras, whatever becomes of it. Default: true.
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
        let training = objective.read(&training)?;
        let reading = objective.reading(&training);
        let read = |validation: Dataset| {
            model.check_inputs(&validation, "validation data")?;
            objective.read(&validation)
        };
        let validation = validation.map(read).transpose()?;
        if self.terminate_on_nan {
            training.check_finite("Model::fit", "training data")?;
            validation.as_ref().map_or(Ok(()), |data| data.check_finite("Model::fit", "validation data"))?;
        }
        model.check_step("Model::fit", batch_size.min(training.len()))?;
        let (training, validation) = self.weighted(data, reading, training, validation)?;
        Ok(Plan { training, validation, reading, epochs, batch_size })
    }

    /// `training` and `validation`, parts of `data`, with the weights that were given.
    fn weighted(
        &self,
        data: &Dataset,
        reading: Reading,
        training: Dataset,
        validation: Option<Dataset>,
    ) -> Result<(Dataset, Option<Dataset>)> {
        let error = |kind, what: String| Err(Error::new(kind, format!("Fit: {what}")));
        let good = |weight: f64| (weight as f32).is_finite() && weight >= 0.0;
        match (&self.sample_weight, self.class_weight.is_empty()) {
            (None, true) => Ok((training, validation)),
            (Some(_), false) => error(
                ErrorKind::Argument,
                "both class_weight and sample_weight are given. Keep one of them.".to_owned(),
            ),
            (Some(weights), true) => {
                if weights.len() != data.len() {
                    let (given, examples) = (weights.len(), data.len());
                    return error(
                        ErrorKind::Shape,
                        format!("{given} numbers as sample_weight for {examples} examples. Give one for each example."),
                    );
                }
                if let Some((index, weight)) = weights.iter().enumerate().find(|(_, weight)| !good(f64::from(**weight)))
                {
                    let what = format!("sample_weight {weight} for example {index}; expected a number of 0 or more.");
                    return error(ErrorKind::Argument, what);
                }
                let (own, rest) = weights.split_at(training.len());
                // Only what was split off has weights left; validation data of its own has none.
                let validation =
                    validation.map(|data| if rest.is_empty() { data } else { data.weighted(rest.to_vec()) });
                Ok((training.weighted(own.to_vec()), validation))
            }
            (None, false) => {
                let without_classes = match reading {
                    Reading::OneOfClasses | Reading::YesOrNo => None,
                    Reading::SeveralYesOrNo => {
                        Some("the network answers several questions, so that an example is of no one class")
                    }
                    Reading::Numbers => Some("the targets are numbers to come close to"),
                };
                if let Some(why) = without_classes {
                    let what = format!(
                        "class_weight needs classes, but {why} ({}). Give each example its weight: \
                         .sample_weight(weights).",
                        training.targets_in_words()
                    );
                    return error(ErrorKind::Argument, what);
                }
                // Rows that a loss takes for classes may not look like it by themselves.
                let classes = training.class_names().len().max(training.row_width());
                for &(class, weight) in &self.class_weight {
                    if count(class).is_none_or(|class| class >= classes) {
                        let what =
                            format!("class_weight for class {class}, but the data has {classes} classes, from 0 on.");
                        return error(ErrorKind::Argument, what);
                    }
                    if !good(weight) {
                        let what = format!("class_weight {weight} for class {class}; expected a number of 0 or more.");
                        return error(ErrorKind::Argument, what);
                    }
                }
                let of = |&label: &u32| {
                    let given = self.class_weight.iter().rev().find(|(class, _)| *class == i64::from(label));
                    given.map_or(1.0, |(_, weight)| *weight as f32)
                };
                let weights = training.row_classes().iter().map(of).collect();
                Ok((training.weighted(weights), validation))
            }
        }
    }
}

/// The options of a fit, checked.
pub(super) struct Plan {
    pub(super) training: Dataset,
    pub(super) validation: Option<Dataset>,
    /// What the network's outputs mean.
    pub(super) reading: Reading,
    pub(super) epochs: usize,
    pub(super) batch_size: usize,
}

impl Default for Fit {
    fn default() -> Self {
        Self::new()
    }
}
