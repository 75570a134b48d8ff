use super::{Compiled, Sequential, Summary};
use crate::data::{Dataset, Spread};
use crate::format::thousands;
use crate::history::History;
use crate::layers::{Activation, Built, Parameter, Pass, Planned, Trace};
use crate::memory::need_numbers;
use crate::model::summary::memory;
use crate::notebook::{Show, show_cell_result, show_in_notebook};
use crate::notice::warn;
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, ModuleT, Tensor, Var};
use std::fmt;

/// Parameters beyond this are refused before anything is allocated: Adam needs four times as much to train them.
const LARGEST: usize = 8 << 30;

/// A network with parameters, made by [`Sequential::build`].
///
/// [`compile`](Model::compile) says how to train it, [`fit`](Model::fit) trains it, [`evaluate`](Model::evaluate) and
/// [`predict`](Model::predict) use it. It shows itself as its summary, with how it is compiled and how far it is trained.
pub struct Model {
    pub(crate) spec: Sequential,
    pub(crate) layers: Vec<Built>,
    pub(super) summary: Summary,
    pub(crate) seed: u64,
    pub(crate) compiled: Option<Compiled>,
    /// Epochs trained since the model was built; the next fit goes on from here.
    pub(crate) epochs: u64,
    /// What the last fit measured, and be it one that failed.
    pub(crate) history: History,
    /// On what scale the data of the last fit were; none where the model was not trained yet.
    pub(crate) learned_from: Option<Spread>,
}

impl Model {
    pub(super) fn new(spec: Sequential, plan: &[Planned], seed: u64) -> Result<Self> {
        let total = plan.iter().try_fold(0_usize, |total, planned| total.checked_add(planned.parameters));
        let bytes = total.and_then(|total| total.checked_mul(size_of::<f32>()));
        // There is a layer, or the plan would be an error.
        let Some(largest) = plan.iter().max_by_key(|planned| planned.parameters) else {
            return Err(Error::new(ErrorKind::State, "Sequential: the network has no layers."));
        };
        if bytes.is_none_or(|bytes| bytes > LARGEST) {
            let message = format!(
                "{} \"{}\": {} parameters ({}) for inputs of shape {:?}; tealight builds networks of up to {} of \
                 parameters. Give the layer fewer units or a smaller input.",
                largest.layer.kind(),
                largest.name,
                thousands(largest.parameters),
                memory(largest.parameters),
                largest.input_shape,
                memory(LARGEST / size_of::<f32>()),
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let what = || {
            let (kind, name) = (largest.layer.kind(), &largest.name);
            format!(
                "Sequential: a network of {} parameters, most of them in {kind} \"{name}\",",
                thousands(total.unwrap_or(0))
            )
        };
        need_numbers(total, what, "Give that layer fewer units or a smaller input.")?;
        let layers = plan.iter().enumerate().map(|(index, planned)| Built::new(planned, index, seed));
        let layers = layers.collect::<Result<Vec<_>>>()?;
        let (summary, history) = (Summary::new(plan), History::new());
        Ok(Self { spec, layers, summary, seed, compiled: None, epochs: 0, history, learned_from: None })
    }

    /// Warns where `data` can't be on the scale of what the model was trained on.
    pub(super) fn warn_of_scale(&self, place: &str, data: &Dataset) {
        let Some(learned_from) = &self.learned_from else { return };
        let spread = data.spread();
        if learned_from.is_far_from(&spread) {
            warn(spread.far(place, "data", learned_from));
        }
    }

    /// The recipe that the model was built from.
    pub fn network(&self) -> &Sequential {
        &self.spec
    }

    /// Layers, output shapes and parameters.
    pub fn summary(&self) -> Summary {
        self.summary.clone()
    }

    /// The seed that the parameters were drawn from; shuffling and dropout use it too, unless a fit brings its own.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// How many epochs the model has been trained since it was built, over all fits.
    pub fn epochs_trained(&self) -> u64 {
        self.epochs
    }

    /// What the last [`fit`](Model::fit) measured: the history that it returned or, where it ended with an error, that of
    /// the epochs before it, with the error as [`History::stopped`]. Like Keras's `model.history`.
    ///
    /// Before the first fit it has no epochs, or those of the history that a loaded model was saved with.
    ///
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

    /// The parameters in a fixed order, layer after layer and kernel before bias, named as in `"dense/kernel"`.
    ///
    /// They are candle's variables, shared with the model: what changes one changes the model. For copies, see
    /// [`Model::weights`].
    pub fn parameters(&self) -> Vec<(String, Var)> {
        self.named_parameters().map(|parameter| (parameter.name.clone(), parameter.var.clone())).collect()
    }

    pub(crate) fn named_parameters(&self) -> impl Iterator<Item = &Parameter> {
        self.layers.iter().flat_map(Built::parameters)
    }

    /// The parameters that the optimizer moves.
    pub(crate) fn trainable(&self) -> impl Iterator<Item = &Parameter> {
        self.named_parameters().filter(|parameter| parameter.trainable)
    }

    /// What the regularizers of the parameters add to the loss.
    pub(crate) fn penalty(&self) -> Result<f64> {
        self.named_parameters().try_fold(0.0, |sum, parameter| {
            let Some(regularizer) = parameter.regularizer else { return Ok(sum) };
            Ok(sum + f64::from(regularizer.rates().of(&parameter.var.as_detached_tensor())?.to_scalar::<f32>()?))
        })
    }

    /// The outputs `[batch, ..]` for inputs `[batch, ..input_shape]` of type `f32`; candle's autograd follows it.
    ///
    /// With `training`, batch normalization uses the statistics of the batch, but leaves its moving averages to
    /// [`Model::fit`]; and dropout layers drop: with the masks that the first batch of the next epoch would get, so that
    /// the same call gives the same numbers.
    pub fn forward(&self, inputs: &Tensor, training: bool) -> Result<Tensor> {
        let pass = match training {
            true => Pass::Training { seed: self.seed, epoch: self.epochs, batch: 0, gradients: None },
            false => Pass::Inference,
        };
        self.run(inputs, &pass)
    }

    /// The outputs for a batch.
    pub(crate) fn run(&self, inputs: &Tensor, pass: &Pass) -> Result<Tensor> {
        self.run_traced(inputs, pass, None, &mut Trace::default())
    }

    /// The outputs for a batch, without the activation `skip` where the network ends with it; and what the pass leaves
    /// beside them.
    pub(crate) fn run_traced(
        &self,
        inputs: &Tensor,
        pass: &Pass,
        skip: Option<Activation>,
        trace: &mut Trace,
    ) -> Result<Tensor> {
        let expected = self.spec.input_shape();
        if inputs.dims().split_first().is_none_or(|(_, shape)| shape != expected) {
            let advice = if inputs.dims() == expected {
                " This is one example without the batch: give inputs.unsqueeze(0)?, a batch of one."
            } else {
                ""
            };
            let message = format!(
                "Model: expected inputs of shape [batch, ..] with {expected:?} for each example, got {:?}.{advice}",
                inputs.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        if inputs.dtype() != DType::F32 {
            let message = format!(
                "Model: expected inputs of type f32, got {}. Convert them: inputs.to_dtype(DType::F32)?.",
                inputs.dtype().as_str()
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let last = self.layers.len() - 1;
        let mut x = inputs.contiguous()?;
        for (index, layer) in self.layers.iter().enumerate() {
            let skip = index == last && skip.is_some() && layer.activation() == skip;
            x = layer.forward(&x, index, pass, !skip, trace)?;
        }
        Ok(x)
    }

    /// How the model is compiled and trained.
    fn status(&self) -> String {
        let compiled = match &self.compiled {
            Some(compiled) => format!("Compiled with {compiled}."),
            None => "Not compiled: call model.compile(optimizer, loss, metrics)? before training.".to_owned(),
        };
        let epochs = if self.epochs == 1 { "epoch" } else { "epochs" };
        format!("{compiled}\nTrained for {} {epochs}; seed {}.", self.epochs, self.seed)
    }
}

/// candle's own word for a network that trains and predicts: [`Model::forward`].
impl ModuleT for Model {
    fn forward_t(&self, inputs: &Tensor, train: bool) -> candle_core::Result<Tensor> {
        Ok(self.forward(inputs, train)?)
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
