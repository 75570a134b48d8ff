use super::options::{Fit, Plan};
use super::progress::Progress;
use super::step::Step;
use crate::data::Dataset;
use crate::history::History;
use crate::model::{Means, Model};
use crate::notebook::ensure_one_candle;
use crate::random::{Place, Purpose, stream};
use crate::{Error, ErrorKind, Result};
use rand::seq::SliceRandom;
use std::time::Instant;

impl Model {
    /// Trains the model on `data` and returns what each epoch measured. Semantics and defaults are Keras's `fit`.
    ///
    /// A second fit goes on where the first ended: with the parameters, the optimizer's memory and the random streams as
    /// they are then, so that two fits of 5 epochs give what one of 10 gives. The same seed, data and options give the
    /// same history, for any number of threads.
    ///
    /// Errors where the model is not compiled, an option is out of range, the data does not fit the model, or the loss
    /// stops being a finite number; the model then stays as it was before the step that failed.
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
        // On a thread of the pool: from any other, each product would wake the pool and wait for it anew.
        rayon::scope(|_| self.train(&plan, &options))
    }

    /// Epoch by epoch, batch by batch.
    fn train(&mut self, plan: &Plan, options: &Fit) -> Result<History> {
        let &Plan { training: ref data, ref validation, epochs, batch_size } = plan;
        let seed = options.seed.unwrap_or(self.seed);
        let steps = data.len().div_ceil(batch_size);
        let progress = Progress::new(options.verbose, epochs, steps);
        let metrics = self.compiled()?.metrics.clone();
        let mut history = History::new();

        for epoch in 0..epochs {
            let start = Instant::now();
            let mut means = Means::new(&metrics);
            let order = order(data, options.shuffle, seed, self.epochs);
            for (step, indices) in order.chunks(batch_size).enumerate() {
                let batch = data.batch_of(indices)?;
                let Step { loss, outputs, .. } = self.step(&batch, seed, step as u64)?;
                if !loss.is_finite() {
                    return Err(not_finite(loss, epoch, step, steps));
                }
                means.add(loss, &outputs, &batch)?;
            }
            self.epochs += 1;

            let mut values = means.values().map(|(name, value)| (name.to_owned(), value)).collect::<Vec<_>>();
            let training = start.elapsed();
            if let Some(validation) = validation {
                let score = self.measure(validation)?.evaluation;
                values.push(("val_loss".to_owned(), score.loss));
                values.extend(score.metrics.into_iter().map(|(name, value)| (format!("val_{name}"), value)));
            }
            values.sort_by(|(a, _), (b, _)| a.cmp(b));
            progress.epoch(epoch, start.elapsed(), training, &values);
            history.record(start.elapsed().as_secs_f64(), values);
        }
        Ok(history)
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

fn not_finite(loss: f64, epoch: usize, step: usize, steps: usize) -> Error {
    let message = format!(
        "Model::fit: the loss became {loss} in epoch {}, batch {} of {steps}. Most often the steps are too long or the \
         inputs too large: try a smaller learning rate (Adam::new().learning_rate(1e-4)), inputs rescaled to [0, 1], and \
         check that the data holds no NaN. The parameters are as they were before this batch; build the model anew to \
         start afresh.",
        epoch + 1,
        step + 1
    );
    Error::new(ErrorKind::Numeric, message)
}
