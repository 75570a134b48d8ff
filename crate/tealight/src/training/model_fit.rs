//! `Model::fit`.

use super::fit::Fit;
use super::fit_progress::FitProgress;
use super::trainer::Trainer;
use crate::data::Dataset;
use crate::history::History;
use crate::model::Model;
use crate::notebook::ensure_one_candle;
use crate::{Result, stop};

impl Model {
    /// Trains the model on `data` and returns the measured values of each epoch. Semantics and defaults are those of Keras's
    /// `fit`.
    ///
    /// A second fit continues where the first ended, with the parameters, the optimizer's state and the random streams of
    /// that moment, so that two fits of 5 epochs give the same as one of 10. The same seed, data and options give the same
    /// history, for any number of threads.
    ///
    /// Warns about probable mistakes: training data of a single class or number, validation data with classes that the
    /// training data lacks or on another scale, and metrics that do not fit the targets.
    ///
    /// If the user presses *stop* in a notebook of the tealight kernel, the fit ends after the current step:
    /// [`History::interrupted`] is set, callbacks end as after a last epoch, and the model keeps what it has learned. The
    /// unfinished epoch is neither in the history nor in [`Model::epochs_trained`]; another fit repeats it. A fit that begins
    /// while the stop is in effect, as in a loop over trainings, returns at once with a history without epochs.
    ///
    /// # Errors
    ///
    /// If the model is not compiled, an option is out of range, the data does not fit the model or holds NaN, a batch does
    /// not fit in memory, a callback fails, or the loss is no longer a finite number; the model then stays as it was before
    /// the step that failed, unless a callback restores the parameters of its best epoch. See [`Fit::terminate_on_nan`] for
    /// further reasons. [`Model::history`] has the epochs before the error.
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
    pub fn fit(&mut self, data: &Dataset, mut options: Fit) -> Result<History> {
        ensure_one_candle()?;
        let plan = options.plan(self, data)?;
        if stop::is_requested() {
            let mut history = History::new();
            history.interrupt(0);
            FitProgress::new(options.verbose, plan.epochs, 1).end(&history, false);
            return Ok(history);
        }
        self.learned_from = Some(plan.warn_of_mistakes(&self.compiled()?.objective));
        let (callbacks, verbose) = (std::mem::take(&mut options.callbacks), options.verbose);
        // On a thread of the pool: from any other thread, each matrix product would have to wake the pool and wait for it.
        rayon::scope(move |_| Trainer::new(self, &plan, callbacks, verbose)?.run())
    }
}
