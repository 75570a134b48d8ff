//! Saving the model during training.

use super::monitor::{Monitor, monitor_setters};
use crate::training::callback::{Callback, Flow, Training, unknown_value};
use crate::{Error, ErrorKind, Result};
use std::path::PathBuf;

/// Saves the whole model after each epoch, or after each epoch that is better than all before. Like Keras's
/// `ModelCheckpoint`.
///
/// [`Model::load`](crate::Model::load) reads the file, which includes the history of this fit so far. With
/// [`save_weights_only`](ModelCheckpoint::save_weights_only), [`Model::load_weights`](crate::Model::load_weights) reads it.
/// A model with a custom loss, metric or layer can only be saved with that option; without it, the fit ends with an error
/// before its first epoch.
///
/// In the path, `{epoch}` is the number of the epoch, counted from 1, and the name of a value, such as `{val_loss}`, is that
/// value. `{epoch:03}` pads with zeros and `{val_loss:.2}` rounds, in Rust's syntax or in Python's (`{epoch:03d}`,
/// `{val_loss:.2f}`). Missing folders are created.
///
/// ```
/// use tealight::prelude::*;
///
/// let best = ModelCheckpoint::new("runs/best.safetensors").save_best_only(true);
/// let how = Fit::new().epochs(20).validation_split(0.2).callback(best);
/// # let _ = how;
/// ```
#[derive(Clone, Debug)]
pub struct ModelCheckpoint {
    path: PathBuf,
    monitor: Monitor,
    save_best_only: bool,
    save_weights_only: bool,
    initial_value_threshold: Option<f64>,
    best: Option<f64>,
}

impl ModelCheckpoint {
    /// Saves to `path` after each epoch, replacing an existing file.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            monitor: Monitor::new(0.0),
            save_best_only: false,
            save_weights_only: false,
            initial_value_threshold: None,
            best: None,
        }
    }

    monitor_setters!("0");

    /// Whether to save only after an epoch whose monitored value is better than all before. Default: false.
    #[must_use]
    pub fn save_best_only(mut self, save_best_only: bool) -> Self {
        self.save_best_only = save_best_only;
        self
    }

    /// Whether to save only the parameters, as [`Model::save_weights`](crate::Model::save_weights) does, instead of the whole
    /// model. Default: false.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("best.safetensors");
    /// let x = Tensor::new(&[[0f32], [1.0], [2.0], [3.0]], &Device::Cpu)?;
    /// let data = Dataset::from_tensors(&x, &Tensor::new(&[1f32, 3.0, 5.0, 7.0], &Device::Cpu)?)?;
    /// let squares = Loss::custom("squares", |targets, predictions| Ok((predictions - targets)?.sqr()?));
    /// let mut model = Sequential::new([1]).add(Dense::new(1)).build(1)?;
    /// model.compile(SGD::new(), squares, [MeanAbsoluteError])?;
    /// let checkpoint = ModelCheckpoint::new(&path).save_weights_only(true);
    /// model.fit(&data, Fit::new().epochs(3).callback(checkpoint).verbose(Verbose::Silent))?;
    ///
    /// let mut again = model.network().build(1)?;
    /// again.load_weights(&path)?;
    /// # assert_eq!(again.predict(&data)?.to_vec2::<f32>()?, model.predict(&data)?.to_vec2::<f32>()?);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use]
    pub fn save_weights_only(mut self, save_weights_only: bool) -> Self {
        self.save_weights_only = save_weights_only;
        self
    }

    /// With [`save_best_only`](Self::save_best_only), a value that the first saved model must beat. Default: none.
    #[must_use]
    pub fn initial_value_threshold(mut self, value: f64) -> Self {
        self.initial_value_threshold = Some(value);
        self
    }

    /// Decides whether to save the model after this epoch, and remembers the best value.
    pub(super) fn should_save(&mut self, training: &Training<'_>) -> Result<bool> {
        if !self.save_best_only {
            return Ok(true);
        }
        let value = self.monitor.value("ModelCheckpoint", training)?;
        let better = self.monitor.improves("ModelCheckpoint", value, self.best)?;
        if better {
            self.best = Some(value);
        }
        Ok(better)
    }

    /// Returns the path, filled in with the values of this epoch.
    fn path(&self, training: &Training<'_>) -> Result<PathBuf> {
        let text = self.path.to_string_lossy();
        // A path without braces is left as it is, even if it is not Unicode.
        let Some((start, rest)) = text.split_once('{') else { return Ok(self.path.clone()) };
        let mut filled = start.to_owned();
        for part in rest.split('{') {
            let Some((field, rest)) = part.split_once('}') else {
                let message = format!("ModelCheckpoint: \"{text}\" has a {{ without a }}.");
                return Err(Error::new(ErrorKind::Argument, message));
            };
            filled += &self.field(field, training)?;
            filled += rest;
        }
        Ok(filled.into())
    }

    /// Formats one field of the path, such as `epoch:03`.
    fn field(&self, field: &str, training: &Training<'_>) -> Result<String> {
        let (name, format) = field.split_once(':').unwrap_or((field, ""));
        let invalid = || {
            let message = format!(
                "ModelCheckpoint: cannot fill in {{{field}}}; expected such as {{epoch}}, {{epoch:03}} or \
                 {{val_loss:.4}}."
            );
            Error::new(ErrorKind::Argument, message)
        };
        // Wide enough for any number, and too narrow to exhaust the memory.
        let digits = |text: &str| text.parse::<usize>().ok().filter(|&digits| digits <= 64).ok_or_else(invalid);
        if name == "epoch" {
            let epoch = training.epoch() + 1;
            return match format.trim_end_matches('d') {
                "" => Ok(epoch.to_string()),
                width => Ok(format!("{epoch:0width$}", width = digits(width)?)),
            };
        }
        let known = || training.values().iter().map(|(known, _)| known.as_str()).collect::<Vec<_>>();
        let value = training.value(name).map_err(|_| unknown_value("ModelCheckpoint", name, &known()))?;
        match format.trim_end_matches('f').strip_prefix('.') {
            Some(places) => Ok(format!("{value:.places$}", places = digits(places)?)),
            None if format.is_empty() => Ok(value.to_string()),
            None => Err(invalid()),
        }
    }
}

impl Callback for ModelCheckpoint {
    fn on_train_begin(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        if !self.save_weights_only {
            let advice = "Save the weights alone: ModelCheckpoint::new(path).save_weights_only(true).";
            training.model().check_savable("ModelCheckpoint", advice)?;
        }
        self.best = self.initial_value_threshold;
        if self.save_best_only {
            self.monitor.check("ModelCheckpoint", training)?;
        }
        Ok(Flow::Continue)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        if self.should_save(training)? {
            let path = self.path(training)?;
            match self.save_weights_only {
                true => training.model().save_weights(path)?,
                false => training.model().save_with_history(path, training.history())?,
            }
        }
        Ok(Flow::Continue)
    }
}
