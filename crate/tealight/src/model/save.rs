//! Saving a whole model to one file, and loading it.
//!
//! The file is a safetensors file. Its tensors are the parameters, named as candle's `VarBuilder` names them
//! (`dense.kernel`), and the optimizer's slots of each (`optimizer/momentum/dense.kernel`). The entry `tealight` of its
//! metadata has everything else as JSON.

use super::{Model, Sequential};
use crate::data::InputStats;
use crate::history::History;
use crate::layers::Layer;
use crate::losses::Loss;
use crate::metrics::Metric;
use crate::model::tensor_file::{NamedTensor, TensorFile, key};
use crate::notebook::ensure_one_candle;
use crate::optimizers::Optimizer;
use crate::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The version of the format. A change that older versions of tealight could not read takes the next number.
const FORMAT_VERSION: u64 = 2;
/// The name of the entry in the metadata.
const METADATA_ENTRY: &str = "tealight";
/// How many more parameters a network may have than its file has numbers, before the file is rejected.
const EXTRA_NUMBERS: usize = 1 << 20;

/// The maximum number of epochs or steps in a file: more than any training has, and few enough that counting on cannot
/// overflow.
const MAX_STEPS: u64 = 1 << 60;

/// The part of the description that every version has.
#[derive(Deserialize)]
struct Header {
    version: u64,
}

#[derive(Serialize, Deserialize)]
struct Description {
    version: u64,
    network: Sequential,
    seed: u64,
    epochs: u64,
    training: Option<Training>,
    history: History,
    /// The minimum, maximum and standard deviation of the data that the model was trained on.
    #[serde(default)]
    learned_from: Option<[f64; 3]>,
}

/// How the model is compiled.
#[derive(Serialize, Deserialize)]
struct Training {
    optimizer: Optimizer,
    loss: Loss,
    metrics: Vec<Metric>,
    steps: u64,
}

impl Model {
    /// Writes the whole model to one file, from which [`Model::load`] restores it: the network, the parameters, how it is
    /// compiled, the optimizer's state, how many epochs it was trained, and its seed.
    ///
    /// Training that is stopped, saved, loaded and continued gives the same numbers as uninterrupted training. The file is in
    /// the safetensors format, which other programs read too. It is written beside `path` and renamed at the end, so that an
    /// existing file stays intact until then. Missing folders are created.
    ///
    /// # Errors
    ///
    /// If the file cannot be written, or the network, the loss or a metric is custom code
    /// ([`Layer::custom`](crate::Layer::custom), [`Loss::custom`], [`Metric::custom`]), which a file cannot hold: use
    /// [`Model::save_weights`] for those.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
    /// # let path = folder.path().join("model.safetensors");
    /// let model = Sequential::new([4]).add(Dense::new(3).activation(Softmax)).build(1)?;
    /// model.save(&path)?;
    /// let again = Model::load(&path)?;
    /// assert_eq!(again.network(), model.network());
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.save_with_history(path, &History::new())
    }

    /// [`Model::save`] with the history of the training, which [`Model::load_with_history`] returns.
    ///
    /// # Errors
    ///
    /// See [`Model::save`].
    pub fn save_with_history(&self, path: impl AsRef<Path>, history: &History) -> Result<()> {
        self.write(path.as_ref(), history)
    }

    /// Checks that the model has no custom code, which cannot be saved. `advice` ends the error and says how to save the
    /// parameters alone.
    pub(crate) fn check_savable(&self, place: &str, advice: &str) -> Result<()> {
        let layer = self.spec.layers().iter().find_map(|layer| match layer {
            Layer::Custom(custom) => Some(format!("the layer \"{}\" is a module", custom.name)),
            _ => None,
        });
        let loss = || match self.compiled.as_ref()?.objective.loss() {
            Loss::Custom(function) => Some(format!("the loss \"{}\" is a function", function.name())),
            _ => None,
        };
        let metric = || {
            self.compiled.as_ref()?.metrics.iter().find_map(|metric| match metric {
                Metric::Custom(function) => Some(format!("the metric \"{}\" is a function", function.name())),
                _ => None,
            })
        };
        match layer.or_else(loss).or_else(metric) {
            None => Ok(()),
            Some(what) => {
                let message = format!("{place}: {what} of your own, and code cannot be saved in a file. {advice}");
                Err(Error::new(ErrorKind::State, message))
            }
        }
    }

    fn write(&self, path: &Path, history: &History) -> Result<()> {
        let place = "Model::save";
        self.check_savable(
            place,
            "Save the weights alone: model.save_weights(path)?. To load them, build and compile the model again, then \
             model.load_weights(path)?.",
        )?;
        let training = self.compiled.as_ref().map(|compiled| Training {
            optimizer: compiled.state.optimizer().clone(),
            loss: compiled.objective.loss(),
            metrics: compiled.metrics.clone(),
            steps: compiled.state.steps(),
        });
        let description = Description {
            version: FORMAT_VERSION,
            network: self.spec.clone(),
            seed: self.seed,
            epochs: self.epochs,
            training,
            history: history.clone(),
            learned_from: self.learned_from.as_ref().and_then(InputStats::to_numbers),
        };
        let description = serde_json::to_string(&description)
            .map_err(|error| Error::new(ErrorKind::State, format!("{place}: {error}")).caused_by(error))?;
        let weights = self.weight_tensors();
        let mut tensors =
            weights.iter().map(|(name, weight)| NamedTensor::tensor(name.clone(), weight)).collect::<Vec<_>>();
        if let Some(compiled) = &self.compiled {
            for (slot, of_parameters) in compiled.state.slots() {
                for (parameter, values) in self.trainable().zip(of_parameters) {
                    let name = slot_key(slot, &parameter.name);
                    tensors.push(NamedTensor::slice(name, parameter.var.dims(), values));
                }
            }
        }
        TensorFile::write(path, place, tensors, Some((METADATA_ENTRY, description)))
    }

    /// Loads a model that [`Model::save`] wrote: it predicts, evaluates and continues training as the saved one would.
    ///
    /// # Errors
    ///
    /// If the file is missing, truncated or damaged, is not a model of tealight's or is one of a later version, or if a
    /// parameter does not fit the network or is not finite; the message names the file, and the first such parameter.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Ok(Self::load_with_history(path)?.0)
    }

    /// [`Model::load`] with the history that the model was saved with, which has no epochs if it was saved without one.
    ///
    /// # Errors
    ///
    /// See [`Model::load`].
    pub fn load_with_history(path: impl AsRef<Path>) -> Result<(Self, History)> {
        Self::read(path.as_ref())
    }

    fn read(path: &Path) -> Result<(Self, History)> {
        ensure_one_candle()?;
        let file = TensorFile::read(path, "Model::load")?;
        let fail = |what: String| Error::new(ErrorKind::Data, format!("Model::load: {}: {what}", path.display()));
        let Some(text) = file.entry(METADATA_ENTRY) else {
            return Err(fail(
                "is a safetensors file, but not a model that tealight saved: it has no description. For weights alone, \
                 build the network, then use model.load_weights(path)."
                    .to_owned(),
            ));
        };
        let unreadable = |error: serde_json::Error| {
            fail(format!("its description cannot be read: {error}. Save the model again.")).caused_by(error)
        };
        let Header { version } = serde_json::from_str(text).map_err(unreadable)?;
        if version > FORMAT_VERSION {
            return Err(fail(format!(
                "was saved by a later version of tealight, in format {version}; this one reads formats up to {FORMAT_VERSION}. \
                 Update tealight."
            )));
        }
        let description: Description = serde_json::from_str(text).map_err(unreadable)?;

        let Description { history, epochs, .. } = &description;
        let is_complete = |name: &String| history.get(name).is_ok_and(|column| column.len() == history.epochs());
        if *epochs > MAX_STEPS || !history.names().iter().all(is_complete) {
            let advice = "Save the model again.";
            return Err(fail(format!("its history has columns of several lengths, or its epochs no end. {advice}")));
        }

        let plans = description.network.plan().map_err(|error| fail(error.to_string()))?;
        // Before memory is allocated for the parameters of a network that the file does not contain.
        let limit = file.len_f32().saturating_add(EXTRA_NUMBERS);
        let too_large = plans.iter().try_fold(limit, |left, plan| left.checked_sub(plan.param_count()).ok_or(plan));
        if let Err(plan) = too_large {
            return Err(fail(format!(
                "{} \"{}\" has {} parameters, but the whole file holds {} numbers. Save the model again.",
                plan.layer.kind(),
                plan.name,
                plan.param_count(),
                file.len_f32()
            )));
        }
        let mut model = Self::new(description.network, &plans, description.seed)?;
        model.epochs = description.epochs;
        model.learned_from = description.learned_from.map(InputStats::from_numbers);
        model.set_weights_from(&file)?;
        if let Some(training) = description.training {
            model
                .compile(training.optimizer, training.loss, training.metrics)
                .map_err(|error| fail(error.to_string()))?;
            model.set_slots_from(&file, training.steps)?;
        }
        model.history = description.history.clone();
        Ok((model, description.history))
    }

    /// Restores the optimizer's slots.
    fn set_slots_from(&mut self, file: &TensorFile, steps: u64) -> Result<()> {
        let parameters =
            self.trainable().map(|parameter| (parameter.name.clone(), parameter.var.clone())).collect::<Vec<_>>();
        let Some(compiled) = &mut self.compiled else { return Ok(()) };
        compiled.state.set_steps(steps.min(MAX_STEPS));
        for (slot, of_parameters) in compiled.state.slots_mut() {
            for ((name, var), values) in parameters.iter().zip(of_parameters) {
                let saved = file.tensor(&slot_key(slot, name), &format!("{slot} of \"{name}\""), var.dims())?;
                values.copy_from_slice(&saved.flatten_all()?.to_vec1::<f32>()?);
            }
        }
        Ok(())
    }
}

/// Returns the name in the file for an optimizer's slot of a parameter. No layer's name has a `/`.
fn slot_key(slot: &str, parameter: &str) -> String {
    format!("optimizer/{slot}/{}", key(parameter))
}
