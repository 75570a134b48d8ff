//! A fit whose options are checked against the model and the data.

use super::fit::Fit;
use crate::convert::to_usize;
use crate::data::Dataset;
use crate::losses::TaskKind;
use crate::metrics::Metric;
use crate::model::Model;
use crate::{Error, ErrorKind, Result};

/// The checked options of a fit, with its data.
pub(super) struct FitPlan {
    pub(super) training: Dataset,
    pub(super) validation: Option<Dataset>,
    /// What the outputs of the network mean.
    pub(super) task: TaskKind,
    pub(super) metrics: Vec<Metric>,
    pub(super) epochs: usize,
    pub(super) batch_size: usize,
    pub(super) shuffle: bool,
    pub(super) seed: u64,
    pub(super) evaluate_training: bool,
    pub(super) terminate_on_nan: bool,
    /// Whether the validation data is a part of the data that the fit was given.
    pub(super) is_split: bool,
}

impl FitPlan {
    /// Returns the names of the values that each epoch will measure, as far as they are known before the first.
    pub(super) fn value_names(&self, learning_rate_changes: bool) -> Vec<String> {
        let mut prefixes = vec![""];
        prefixes.extend(self.evaluate_training.then_some("train_"));
        prefixes.extend(self.validation.is_some().then_some("val_"));
        let values = || std::iter::once("loss").chain(self.metrics.iter().map(|metric| metric.name()));
        let names = prefixes.into_iter().flat_map(|prefix| values().map(move |name| format!("{prefix}{name}")));
        let mut names = names.chain(learning_rate_changes.then(|| "learning_rate".to_owned())).collect::<Vec<_>>();
        names.sort();
        names
    }
}

impl Fit {
    /// Checks that all options are in range and that the data fits the model.
    pub(super) fn plan(&self, model: &Model, data: &Dataset) -> Result<FitPlan> {
        let argument = |what: String| Error::new(ErrorKind::Argument, format!("Fit: {what}"));
        let epochs = to_usize(self.epochs).filter(|epochs| *epochs > 0).ok_or_else(|| {
            argument(format!("{} epochs; expected at least 1, such as Fit::new().epochs(20).", self.epochs))
        })?;
        let batch_size = to_usize(self.batch_size).filter(|size| *size > 0).ok_or_else(|| {
            argument(format!("batch_size {}; expected at least 1, such as Fit::new().batch_size(32).", self.batch_size))
        })?;
        let (training, validation) = self.split(data)?;
        let compiled = model.compiled()?;
        let objective = &compiled.objective;
        model.check_inputs(&training, "training data")?;
        let training = objective.prepare_targets(&training)?;
        let task = objective.task_kind(&training);
        let read = |validation: Dataset| {
            model.check_inputs(&validation, "validation data")?;
            objective.prepare_targets(&validation)
        };
        let validation = validation.map(read).transpose()?;
        if self.terminate_on_nan {
            training.check_finite("Model::fit", "training data")?;
            validation.as_ref().map_or(Ok(()), |data| data.check_finite("Model::fit", "validation data"))?;
        }
        model.check_step("Model::fit", batch_size.min(training.len()))?;
        let (training, validation) = self.weighted(data, task, training, validation)?;
        Ok(FitPlan {
            training,
            validation,
            task,
            metrics: compiled.metrics.clone(),
            epochs,
            batch_size,
            shuffle: self.shuffle,
            seed: self.seed.unwrap_or(model.seed),
            evaluate_training: self.evaluate_training,
            terminate_on_nan: self.terminate_on_nan,
            is_split: self.validation_split.is_some(),
        })
    }

    /// Returns the training data and the validation data.
    fn split(&self, data: &Dataset) -> Result<(Dataset, Option<Dataset>)> {
        match (self.validation_split, &self.validation_data) {
            (Some(_), Some(_)) => {
                let message = "Fit: both validation_split and validation_data are given. Keep one of them.";
                Err(Error::new(ErrorKind::Argument, message))
            }
            (Some(fraction), None) => {
                let (training, validation) = data.split(fraction)?;
                Ok((training, Some(validation)))
            }
            (None, given) => Ok((data.clone(), given.clone())),
        }
    }

    /// Returns `training` and `validation`, parts of `data`, with the weights of the fit.
    fn weighted(
        &self,
        data: &Dataset,
        task: TaskKind,
        training: Dataset,
        validation: Option<Dataset>,
    ) -> Result<(Dataset, Option<Dataset>)> {
        match (&self.sample_weight, self.class_weight.is_empty()) {
            (None, true) => Ok((training, validation)),
            (Some(_), false) => {
                let message = "Fit: both class_weight and sample_weight are given. Keep one of them.";
                Err(Error::new(ErrorKind::Argument, message))
            }
            (Some(weights), true) => {
                check_sample_weights(weights, data.len())?;
                let (own, rest) = weights.split_at(training.len());
                // The rest belongs to the part that was split off; separate validation data has no weights.
                let validation =
                    validation.map(|data| if rest.is_empty() { data } else { data.weighted(rest.to_vec()) });
                Ok((training.weighted(own.to_vec()), validation))
            }
            (None, false) => {
                self.check_class_weights(&training, task)?;
                let weight_of = |&label: &u32| {
                    let given = self.class_weight.iter().rev().find(|(class, _)| *class == i64::from(label));
                    given.map_or(1.0, |(_, weight)| *weight as f32)
                };
                let weights = training.row_classes().iter().map(weight_of).collect();
                Ok((training.weighted(weights), validation))
            }
        }
    }

    fn check_class_weights(&self, training: &Dataset, task: TaskKind) -> Result<()> {
        let argument = |what: String| Err(Error::new(ErrorKind::Argument, format!("Fit: {what}")));
        let why_not = match task {
            TaskKind::Multiclass | TaskKind::Binary => None,
            TaskKind::MultiLabel => {
                Some("the network answers several questions, so that an example does not have a single class")
            }
            TaskKind::Regression => Some("the targets are numbers to approximate"),
        };
        if let Some(why) = why_not {
            return argument(format!(
                "class_weight needs classes, but {why} ({}). Give each example its weight: .sample_weight(weights).",
                training.targets_in_words()
            ));
        }
        // A loss may take rows as classes even if they have no class names.
        let classes = training.class_names().len().max(training.row_width());
        for &(class, weight) in &self.class_weight {
            if to_usize(class).is_none_or(|class| class >= classes) {
                return argument(format!(
                    "class_weight for class {class}, but the data has {classes} classes, from 0 on."
                ));
            }
            if !is_weight(weight) {
                return argument(format!("class_weight {weight} for class {class}; expected a number of 0 or more."));
            }
        }
        Ok(())
    }
}

fn check_sample_weights(weights: &[f32], examples: usize) -> Result<()> {
    if weights.len() != examples {
        let given = weights.len();
        let message =
            format!("Fit: {given} numbers as sample_weight for {examples} examples. Give one for each example.");
        return Err(Error::new(ErrorKind::Shape, message));
    }
    match weights.iter().enumerate().find(|(_, weight)| !is_weight(f64::from(**weight))) {
        None => Ok(()),
        Some((index, weight)) => {
            let message = format!("Fit: sample_weight {weight} for example {index}; expected a number of 0 or more.");
            Err(Error::new(ErrorKind::Argument, message))
        }
    }
}

fn is_weight(weight: f64) -> bool {
    (weight as f32).is_finite() && weight >= 0.0
}
