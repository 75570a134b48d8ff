use super::callback::{Callbacks, Flow, Place as Progressed, Training};
use super::diverging::{GROWN, diverged, grown, not_finite};
use super::options::{Fit, Plan};
use super::progress::Progress;
use crate::data::Dataset;
use crate::fused::{Fused, Moment};
use crate::history::History;
use crate::model::{Means, Measured, Model};
use crate::notebook::ensure_one_candle;
use crate::random::{Place, Purpose, stream};
use crate::{ErrorKind, Result, stop};
use rand::seq::SliceRandom;
use std::time::{Duration, Instant};

impl Model {
    /// Trains the model on `data` and returns what each epoch measured. Semantics and defaults are Keras's `fit`.
    ///
    /// A second fit goes on where the first ended: with the parameters, the optimizer's memory and the random streams as
    /// they are then, so that two fits of 5 epochs give what one of 10 gives. The same seed, data and options give the
    /// same history, for any number of threads.
    ///
    /// Warns, in a line of the page, of what is most likely a mistake: training data of one class or of one number,
    /// validation data with classes that training never sees or on another scale, a metric that does not fit the targets.
    ///
    /// Errors where the model is not compiled, an option is out of range, the data does not fit the model or holds NaN, a
    /// batch does not fit in memory, a callback fails, or the loss stops being a finite number; the model then stays as it
    /// was before the step that failed, unless a callback gives it the parameters of its best epoch. See
    /// [`Fit::terminate_on_nan`] for what else ends it. The epochs before it are not lost: [`Model::history`] has them.
    ///
    /// Where the user presses *stop* in a notebook of the tealight kernel, the fit ends after the step that runs, with what
    /// it has: [`History::interrupted`] says so, callbacks end as after a last epoch, and the model keeps what it learned.
    /// The epoch that was cut short is not in the history nor in [`Model::epochs_trained`]; another fit begins it anew. A
    /// fit that begins while the stop lasts, as in a loop over trainings, returns at once with a history without epochs.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let x = Tensor::new(&[[0f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], &Device::Cpu)?;
    /// let data = Dataset::from_tensors(&x, &Tensor::new(&[0u32, 1, 1, 0], &Device::Cpu)?)?;
    /// let network = Sequential::new([2]).add(Dense::new(8).activation(Tanh)).add(Dense::new(2).activation(Softmax));
    /// let mut model = network.build(1)?;
    /// model.compile(Adam::new().learning_rate(0.05), SparseCategoricalCrossentropy::new(), [Accuracy])?;
    /// let history = model.fit(&data, Fit::new().epochs(200).verbose(Verbose::Silent))?;
    /// assert_eq!(history.last("accuracy")?, 1.0);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn fit(&mut self, data: &Dataset, options: Fit) -> Result<History> {
        ensure_one_candle()?;
        let plan = options.check(self, data)?;
        if stop::is_asked() {
            let mut history = History::new();
            history.interrupt(0);
            Progress::new(options.verbose, plan.epochs, 1).end(&history, false);
            return Ok(history);
        }
        let compiled = self.compiled()?;
        self.learned_from = Some(plan.warn(&compiled.objective, &compiled.metrics, options.validation_split.is_some()));
        // On a thread of the pool: from any other, each product would wake the pool and wait for it anew.
        rayon::scope(move |_| self.train(&plan, options))
    }

    /// The epochs, between the beginning and the end that the callbacks see.
    fn train(&mut self, plan: &Plan, mut options: Fit) -> Result<History> {
        let mut callbacks = std::mem::take(&mut options.callbacks);
        let names = self.names(plan, &options, &callbacks)?;
        let mut run = Run::new(plan, &options, &names);
        let mut history = History::new();
        let result = self.epochs(plan, &options, &mut run, &mut callbacks, &mut history);
        let result = result.or_else(|error| match error.kind() {
            ErrorKind::Interrupted => {
                history.interrupt(run.steps);
                Ok(())
            }
            _ => {
                history.stop(error.to_string());
                Err(error)
            }
        });
        self.history = history.clone();
        run.progress.end(&history, result.is_err());
        // Whoever ended the training, and be it an error: what a callback keeps until the end comes to its right.
        let last = history.values(history.epochs().saturating_sub(1));
        let end = callbacks.each(run.seen(self, &history, &last), |callback, training| {
            callback.on_train_end(training).map(|()| Flow::Continue)
        });
        result.and(end.map(|_| ()))?;
        Ok(history)
    }

    /// Epoch by epoch, batch by batch.
    fn epochs(
        &mut self,
        plan: &Plan,
        options: &Fit,
        run: &mut Run<'_>,
        callbacks: &mut Callbacks,
        history: &mut History,
    ) -> Result<()> {
        let &Plan { training: ref data, epochs, batch_size, .. } = plan;
        let seed = options.seed.unwrap_or(self.seed);
        let metrics = self.compiled()?.metrics.clone();
        let first_rate = self.learning_rate()?;
        let mut fused = self.fused()?;
        let mut first_loss = None;

        let mut flow = callbacks.each(run.seen(self, history, &[]), |callback, t| callback.on_train_begin(t))?;
        for epoch in 0..epochs {
            (run.place.epoch, run.place.batch, run.steps) = (epoch, 0, 0);
            if flow == Flow::Continue {
                flow = callbacks.each(run.seen(self, history, &[]), |callback, t| callback.on_epoch_begin(t))?;
            }
            if let Flow::Stop(reason) = flow {
                history.stop(reason);
                break;
            }
            let start = Instant::now();
            let (mut means, mut penalty) = (Means::new(&metrics, plan.reading), Mean::default());
            let order = order(data, options.shuffle, seed, self.epochs);
            // A callback has the model in its hands, and may have put another in its place.
            if fused.as_ref().is_none_or(|fused| !fused.is_of(&self.layers)) {
                fused = self.fused()?;
            }
            for (step, indices) in order.chunks(batch_size).enumerate() {
                run.check_stop()?;
                let moment = Moment { seed, epoch: self.epochs, batch: step as u64 };
                let found = self.step(fused.as_mut(), data, indices, moment, !options.terminate_on_nan)?;
                if options.terminate_on_nan && !found.loss.is_finite() {
                    return Err(not_finite(found.loss, epoch, step, run.place.batches));
                }
                first_loss.get_or_insert(found.loss);
                means.add(found.loss, &found.outputs, &found.answers)?;
                penalty.add(found.penalty, indices.len());
                (run.place.batch, run.steps) = (step, step + 1);
                run.progress.step(epoch, step + 1, || named("", means.values(), penalty.mean()));
                if !callbacks.0.is_empty() {
                    let values = named("", means.values(), penalty.mean());
                    flow = callbacks.each(run.seen(self, history, &values), |callback, t| callback.on_batch_end(t))?;
                    if flow != Flow::Continue {
                        break;
                    }
                }
            }
            if options.terminate_on_nan
                && let Some((name, number)) = self.parameter_not_finite()?
            {
                return Err(diverged(&name, number, epoch));
            }
            let training = start.elapsed();
            let mut values = named("", means.values(), penalty.mean());
            if let (true, Some((_, loss))) = (options.terminate_on_nan, values.first())
                && *loss > GROWN * first_loss.unwrap_or(f64::INFINITY).max(1.0)
            {
                return Err(grown(*loss, first_loss, epoch));
            }
            if options.evaluate_training {
                values.extend(self.measured("train_", fused.as_mut(), data, run)?);
            }
            if let Some(validation) = &plan.validation {
                values.extend(self.measured("val_", fused.as_mut(), validation, run)?);
            }
            self.epochs += 1;
            run.steps = 0;
            let rate = self.learning_rate()?;
            if rate != first_rate || callbacks.set_learning_rate() || self.compiled()?.state.has_schedule() {
                history.fill("learning_rate", first_rate);
                values.push(("learning_rate".to_owned(), rate));
            }
            values.sort_by(|(a, _), (b, _)| a.cmp(b));
            let total = start.elapsed();
            history.record(total.as_secs_f64(), values.iter().cloned());
            run.progress.epoch(history, total, training, &values);
            let next = callbacks.each(run.seen(self, history, &values), |callback, t| callback.on_epoch_end(t))?;
            flow = if flow == Flow::Continue { next } else { flow };
            if let Flow::Stop(reason) = &flow {
                history.stop(reason.clone());
                break;
            }
        }
        Ok(())
    }

    /// What `data` measure now, each name after `prefix`.
    fn measured(
        &self,
        prefix: &str,
        fused: Option<&mut Fused>,
        data: &Dataset,
        run: &mut Run<'_>,
    ) -> Result<Vec<(String, f64)>> {
        let (mut done, epoch) = (0, run.place.epoch);
        let watch = |examples| {
            done += examples;
            run.progress.validating(epoch, done as f64 / data.len() as f64);
            run.check_stop()
        };
        let Measured { evaluation, penalty } = self.measure_by(fused, data, watch)?;
        let metrics = evaluation.metrics.iter().map(|(name, value)| (name.as_str(), *value));
        Ok(named(prefix, std::iter::once(("loss", evaluation.loss)).chain(metrics), penalty))
    }

    /// The names of what each epoch will measure, as far as that is known before the first.
    fn names(&self, plan: &Plan, options: &Fit, callbacks: &Callbacks) -> Result<Vec<String>> {
        let compiled = self.compiled()?;
        let values = || std::iter::once("loss").chain(compiled.metrics.iter().map(|metric| metric.name()));
        let mut prefixes = vec![""];
        prefixes.extend(options.evaluate_training.then_some("train_"));
        prefixes.extend(plan.validation.is_some().then_some("val_"));
        let names = prefixes.into_iter().flat_map(|prefix| values().map(move |name| format!("{prefix}{name}")));
        let rate = callbacks.set_learning_rate() || compiled.state.has_schedule();
        let mut names = names.chain(rate.then(|| "learning_rate".to_owned())).collect::<Vec<_>>();
        names.sort();
        Ok(names)
    }
}

/// Values under their full names; the loss without the penalty and the penalty apart, where there is one.
fn named<'a>(prefix: &str, values: impl Iterator<Item = (&'a str, f64)>, penalty: f64) -> Vec<(String, f64)> {
    let mut named = values.map(|(name, value)| (format!("{prefix}{name}"), value)).collect::<Vec<_>>();
    if penalty != 0.0 {
        // The loss stands first.
        let loss = named.first().map_or(f64::NAN, |(_, loss)| *loss);
        named.push((format!("{prefix}data_loss"), loss - penalty));
        // At an epoch's end it is the same for all data.
        named.extend(prefix.is_empty().then(|| ("penalty".to_owned(), penalty)));
    }
    named
}

/// What stays the same through a fit, and how far it is.
struct Run<'a> {
    progress: Progress,
    place: Progressed<'a>,
    start: Instant,
    /// How many steps of this epoch are done, as long as the history has not recorded it.
    steps: usize,
}

impl<'a> Run<'a> {
    fn new(plan: &Plan, options: &Fit, names: &'a [String]) -> Self {
        let (epochs, batches) = (plan.epochs, plan.training.len().div_ceil(plan.batch_size));
        let progress = Progress::new(options.verbose, epochs, batches);
        let place = Progressed { epoch: 0, epochs, batch: 0, batches, elapsed: Duration::ZERO, names };
        Self { progress, place, start: Instant::now(), steps: 0 }
    }

    /// An error where the user wants the training to stop.
    fn check_stop(&self) -> Result<()> {
        match stop::is_asked() {
            true => Err(stop::interrupted("Model::fit", format_args!("in epoch {}", self.place.epoch + 1))),
            false => Ok(()),
        }
    }

    /// The training, for the callbacks.
    fn seen<'b>(&'b self, model: &'b mut Model, history: &'b History, values: &'b [(String, f64)]) -> Training<'b>
    where
        'a: 'b,
    {
        let place = Progressed { elapsed: self.start.elapsed(), ..self.place };
        Training { model, history, values, place, progress: &self.progress }
    }
}

/// A mean over the examples of several batches.
#[derive(Default)]
struct Mean {
    sum: f64,
    examples: f64,
}

impl Mean {
    fn add(&mut self, value: f64, examples: usize) {
        self.sum += value * examples as f64;
        self.examples += examples as f64;
    }

    fn mean(&self) -> f64 {
        self.sum / self.examples
    }
}

/// The examples of one epoch in the order in which they are taken.
fn order(data: &Dataset, shuffle: bool, seed: u64, epoch: u64) -> Vec<usize> {
    let mut order = (0..data.len()).collect::<Vec<_>>();
    if shuffle {
        order.shuffle(&mut stream(seed, Purpose::Shuffle, Place { epoch, ..Place::default() }));
    }
    order
}
