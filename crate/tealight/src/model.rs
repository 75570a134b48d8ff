//! Networks: as a description, built with parameters, and summarized.

mod compile;
mod evaluate;
mod executor;
mod forward;
mod keras_file;
mod keras_weights;
mod layer_list;
mod limited_source;
mod memory_check;
mod metric_tracker;
mod predict;
mod save;
mod sequential;
mod summary;
mod tensor_file;
mod weights;

pub(crate) use compile::{Compiled, not_compiled};
pub(crate) use evaluate::EvalOutcome;
pub use evaluate::Evaluation;
pub(crate) use executor::Executor;
pub(crate) use metric_tracker::MetricTracker;
pub use sequential::Sequential;
pub use summary::Summary;

use crate::Result;
use crate::data::{Dataset, InputStats};
use crate::history::History;
use crate::layers::{BuiltLayer, LayerPlan, Parameter};
use crate::notebook::{Show, show_cell_result, show_in_notebook};
use crate::warning::warn;
use candle_core::Var;
use std::fmt;

/// A network with parameters, made by [`Sequential::build`].
///
/// [`compile`](Model::compile) configures the training, [`fit`](Model::fit) trains, and [`evaluate`](Model::evaluate) and
/// [`predict`](Model::predict) use the model. It displays as its summary, with how it is compiled and how many epochs it
/// was trained.
pub struct Model {
    pub(crate) spec: Sequential,
    pub(crate) layers: Vec<BuiltLayer>,
    summary: Summary,
    pub(crate) seed: u64,
    pub(crate) compiled: Option<Compiled>,
    /// Epochs trained since the model was built; the next fit continues from here.
    pub(crate) epochs: u64,
    /// What the last fit measured, even if it failed.
    pub(crate) history: History,
    /// The scale of the data of the last fit, or `None` if the model was not trained yet.
    pub(crate) learned_from: Option<InputStats>,
}

impl Model {
    fn new(spec: Sequential, plans: &[LayerPlan], seed: u64) -> Result<Self> {
        memory_check::check_parameters(plans)?;
        let layers = plans.iter().enumerate().map(|(index, plan)| BuiltLayer::new(plan, index, seed));
        let layers = layers.collect::<Result<Vec<_>>>()?;
        let (summary, history) = (Summary::new(plans), History::new());
        Ok(Self { spec, layers, summary, seed, compiled: None, epochs: 0, history, learned_from: None })
    }

    /// Warns if `data` is on another scale than the data that the model was trained on.
    fn warn_of_scale(&self, place: &str, data: &Dataset) {
        let Some(learned_from) = &self.learned_from else { return };
        let spread = data.input_stats();
        if learned_from.is_far_from(&spread) {
            warn(spread.far(place, "data", learned_from));
        }
    }

    /// The description that the model was built from.
    pub fn network(&self) -> &Sequential {
        &self.spec
    }

    /// Layers, output shapes and parameters.
    pub fn summary(&self) -> Summary {
        self.summary.clone()
    }

    /// The seed that the parameters were drawn from; shuffling and dropout use it too, unless a fit has a seed of its own.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many epochs the model has been trained since it was built, over all fits.
    pub fn epochs_trained(&self) -> u64 {
        self.epochs
    }

    /// What the last [`fit`](Model::fit) measured: the history that it returned or, if it ended with an error, that of the
    /// epochs before the error, with the error as [`History::stopped`]. Like Keras's `model.history`.
    ///
    /// Before the first fit it has no epochs, or those of the history that a loaded model was saved with.
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let x = Tensor::new(&[[0f32, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], &Device::Cpu)?;
    /// let data = Dataset::from_tensors(&x, &Tensor::new(&[0u32, 1, 1, 0], &Device::Cpu)?)?;
    /// let mut model = Sequential::new([2]).add(Dense::new(2).activation(Softmax)).build(1)?;
    /// model.compile(SGD::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
    /// let history = model.fit(&data, Fit::new().epochs(3).verbose(Verbose::Silent))?;
    /// assert_eq!(model.history(), &history);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn history(&self) -> &History {
        &self.history
    }

    /// The parameters in a fixed order, layer by layer and kernel before bias, named as in `"dense/kernel"`.
    ///
    /// They are candle's variables, shared with the model: changing one changes the model. For copies, see
    /// [`Model::weights`].
    pub fn parameters(&self) -> Vec<(String, Var)> {
        self.named_parameters().map(|parameter| (parameter.name.clone(), parameter.var.clone())).collect()
    }

    pub(crate) fn named_parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.layers.iter().flat_map(BuiltLayer::parameters)
    }

    /// Returns the parameters that the optimizer updates.
    pub(crate) fn trainable(&self) -> impl Iterator<Item = &Parameter> {
        self.named_parameters().filter(|parameter| parameter.trainable)
    }

    /// Returns what the regularizers of the parameters add to the loss.
    pub(crate) fn penalty(&self) -> Result<f64> {
        self.named_parameters().try_fold(0.0, |sum, parameter| {
            let Some(regularizer) = parameter.regularizer else { return Ok(sum) };
            Ok(sum
                + f64::from(regularizer.rates().penalty_of(&parameter.var.as_detached_tensor())?.to_scalar::<f32>()?))
        })
    }

    /// Returns how the model is compiled and trained.
    fn status(&self) -> String {
        let compiled = match &self.compiled {
            Some(compiled) => format!("Compiled with {compiled}."),
            None => "Not compiled: call model.compile(optimizer, loss, metrics)? before training.".to_owned(),
        };
        let epochs = if self.epochs == 1 { "epoch" } else { "epochs" };
        format!("{compiled}\nTrained for {} {epochs}; seed {}.", self.epochs, self.seed)
    }
}

impl Show for Model {
    fn show(&self) {
        let html = format!("{}<p>{}</p>", self.summary.html(), self.status().replace('\n', "<br>"));
        show_cell_result(&[("text/html", &html), ("text/plain", &self.to_string())]);
    }
}

show_in_notebook!(Model);

impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.summary, self.status())
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
