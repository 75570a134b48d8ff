//! The training loop: epoch by epoch, batch by batch.

use super::callback::{Flow, Training, TrainingPosition};
use super::callback_list::CallbackList;
use super::divergence;
use super::fit_plan::FitPlan;
use super::fit_progress::FitProgress;
use super::measured_values::{EpochMeans, evaluation_values};
use super::verbose::Verbose;
use crate::data::Dataset;
use crate::history::History;
use crate::model::{Executor, Model};
use crate::random::{Purpose, StreamKey, stream};
use crate::step_id::StepId;
use crate::{ErrorKind, Result, stop};
use rand::seq::SliceRandom;
use std::time::{Duration, Instant};

/// A fit in progress.
pub(super) struct Trainer<'a> {
    plan: &'a FitPlan,
    executor: Executor,
    callbacks: CallbackList,
    state: FitState<'a>,
    /// The learning rate before the first epoch.
    first_rate: f64,
    /// The loss of the first batch.
    first_loss: Option<f64>,
}

/// The part of a fit that callbacks see.
struct FitState<'a> {
    model: &'a mut Model,
    history: History,
    progress: FitProgress,
    start: Instant,
    /// The names of the values that each epoch will have, as far as they are known before the first.
    value_names: Vec<String>,
    epochs: usize,
    batches: usize,
    epoch: usize,
    batch: usize,
    /// The steps done in this epoch, until the history records the epoch.
    steps_done: usize,
}

impl<'a> Trainer<'a> {
    pub(super) fn new(
        model: &'a mut Model,
        plan: &'a FitPlan,
        callbacks: CallbackList,
        verbose: Verbose,
    ) -> Result<Self> {
        let first_rate = model.learning_rate()?;
        let has_schedule = model.compiled()?.state.has_schedule();
        let value_names = plan.value_names(callbacks.sets_learning_rate() || has_schedule);
        let batches = plan.training.len().div_ceil(plan.batch_size);
        let state = FitState {
            model,
            history: History::new(),
            progress: FitProgress::new(verbose, plan.epochs, batches),
            start: Instant::now(),
            value_names,
            epochs: plan.epochs,
            batches,
            epoch: 0,
            batch: 0,
            steps_done: 0,
        };
        // Each epoch replaces the executor if it is not the one for the model.
        Ok(Self { plan, executor: Executor::Autograd, callbacks, state, first_rate, first_loss: None })
    }

    /// Trains the model and returns the history.
    pub(super) fn run(mut self) -> Result<History> {
        let result = self.run_epochs().or_else(|error| match error.kind() {
            ErrorKind::Interrupted => {
                self.state.history.interrupt(self.state.steps_done);
                Ok(())
            }
            _ => {
                self.state.history.stop(error.to_string());
                Err(error)
            }
        });
        let Self { mut callbacks, mut state, .. } = self;
        state.model.history = state.history.clone();
        state.progress.end(&state.history, result.is_err());
        // Run `on_train_end` even after an error, so that callbacks can restore what they saved.
        let last_values = state.history.values(state.history.epochs().saturating_sub(1));
        let ended = callbacks.on_train_end(state.context(&last_values));
        result.and(ended)?;
        Ok(state.history)
    }

    fn run_epochs(&mut self) -> Result<()> {
        let mut flow = self.callbacks.on_train_begin(self.state.context(&[]))?;
        for epoch in 0..self.plan.epochs {
            self.state.begin_epoch(epoch);
            if flow == Flow::Continue {
                flow = self.callbacks.on_epoch_begin(self.state.context(&[]))?;
            }
            if flow == Flow::Continue {
                flow = self.run_epoch()?;
            }
            if let Flow::Stop(reason) = flow {
                self.state.history.stop(reason);
                break;
            }
        }
        Ok(())
    }

    fn run_epoch(&mut self) -> Result<Flow> {
        // A callback can change the model, and may have put another in its place.
        if !self.executor.is_fused_for(self.state.model) {
            self.executor = Executor::new(self.state.model)?;
        }
        let start = Instant::now();
        let mut means = EpochMeans::new(&self.plan.metrics, self.plan.task);
        let flow = self.run_batches(&mut means)?;
        if self.plan.terminate_on_nan {
            self.check_divergence(means.loss())?;
        }
        let training_time = start.elapsed();
        let mut values = means.values();
        if self.plan.evaluate_training {
            values.extend(self.evaluate("train_", &self.plan.training)?);
        }
        if let Some(validation) = &self.plan.validation {
            values.extend(self.evaluate("val_", validation)?);
        }
        self.record_epoch(&mut values, start, training_time)?;
        Ok(flow.or(self.callbacks.on_epoch_end(self.state.context(&values))?))
    }

    fn run_batches(&mut self, means: &mut EpochMeans<'_>) -> Result<Flow> {
        let FitPlan { training, batch_size, seed, terminate_on_nan, .. } = self.plan;
        let order = self.example_order();
        for (batch, indices) in order.chunks(*batch_size).enumerate() {
            check_stop(self.state.epoch)?;
            let step = StepId { seed: *seed, epoch: self.state.model.epochs, batch: batch as u64 };
            let outcome = self.executor.train_step(self.state.model, training, indices, step, !terminate_on_nan)?;
            if *terminate_on_nan && !outcome.loss.is_finite() {
                return Err(divergence::loss_not_finite(outcome.loss, self.state.epoch, batch, self.state.batches));
            }
            self.first_loss.get_or_insert(outcome.loss);
            means.add(&outcome, indices.len())?;
            (self.state.batch, self.state.steps_done) = (batch, batch + 1);
            self.state.progress.step(self.state.epoch, batch + 1, || means.values());
            if !self.callbacks.is_empty() {
                let flow = self.callbacks.on_batch_end(self.state.context(&means.values()))?;
                if flow != Flow::Continue {
                    return Ok(flow);
                }
            }
        }
        Ok(Flow::Continue)
    }

    /// Returns the indices of the training examples in the order of this epoch.
    fn example_order(&self) -> Vec<usize> {
        let mut order = (0..self.plan.training.len()).collect::<Vec<_>>();
        if self.plan.shuffle {
            let key = StreamKey { epoch: self.state.model.epochs, ..StreamKey::default() };
            order.shuffle(&mut stream(self.plan.seed, Purpose::Shuffle, key));
        }
        order
    }

    /// Checks that the parameters are finite and that the mean loss of the epoch has not exploded.
    fn check_divergence(&self, loss: f64) -> Result<()> {
        if let Some((name, number)) = self.state.model.parameter_not_finite()? {
            return Err(divergence::parameter_not_finite(&name, number, self.state.epoch));
        }
        match self.first_loss {
            Some(first) => divergence::check_loss(loss, first, self.state.epoch),
            None => Ok(()),
        }
    }

    /// Evaluates `data` and returns the values, each name after `prefix`.
    fn evaluate(&mut self, prefix: &str, data: &Dataset) -> Result<Vec<(String, f64)>> {
        let Self { executor, state: FitState { model, progress, epoch, .. }, .. } = self;
        let mut done = 0;
        let on_batch = |examples| {
            done += examples;
            progress.validating(*epoch, done as f64 / data.len() as f64);
            check_stop(*epoch)
        };
        Ok(evaluation_values(prefix, &model.evaluate_with(executor, data, on_batch)?))
    }

    /// Adds the learning rate to `values` if it may change, sorts them, and records them in the history.
    fn record_epoch(&mut self, values: &mut Vec<(String, f64)>, start: Instant, training_time: Duration) -> Result<()> {
        let FitState { model, history, progress, steps_done, .. } = &mut self.state;
        model.epochs += 1;
        *steps_done = 0;
        let rate = model.learning_rate()?;
        if rate != self.first_rate || self.callbacks.sets_learning_rate() || model.compiled()?.state.has_schedule() {
            history.fill("learning_rate", self.first_rate);
            values.push(("learning_rate".to_owned(), rate));
        }
        values.sort_by(|(a, _), (b, _)| a.cmp(b));
        let total_time = start.elapsed();
        history.record(total_time.as_secs_f64(), values.iter().cloned());
        progress.epoch(history, total_time, training_time, values);
        Ok(())
    }
}

impl FitState<'_> {
    fn begin_epoch(&mut self, epoch: usize) {
        (self.epoch, self.batch, self.steps_done) = (epoch, 0, 0);
    }

    /// Returns the training as callbacks see it, with these values.
    fn context<'b>(&'b mut self, values: &'b [(String, f64)]) -> Training<'b> {
        let position = TrainingPosition {
            epoch: self.epoch,
            epochs: self.epochs,
            batch: self.batch,
            batches: self.batches,
            elapsed: self.start.elapsed(),
        };
        let (history, value_names, progress) = (&self.history, &self.value_names, &self.progress);
        Training { model: self.model, history, values, value_names, position, progress }
    }
}

/// Checks whether the user has stopped the training.
///
/// # Errors
///
/// If so, of kind [`ErrorKind::Interrupted`].
fn check_stop(epoch: usize) -> Result<()> {
    match stop::is_requested() {
        true => Err(stop::interrupted("Model::fit", format_args!("in epoch {}", epoch + 1))),
        false => Ok(()),
    }
}
