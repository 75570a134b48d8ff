//! A network as plain data.

use super::{Model, Summary};
use crate::Result;
use crate::arguments::IntoShape;
use crate::convert::IntoCount;
use crate::layers::layer_arguments::IntoLayer;
use crate::layers::{Layer, LayerPlan, infer_shapes};
use crate::notebook::{Show, ensure_one_candle, show_cell_result, show_in_notebook};
use crate::warning::warn;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A network as plain data: the shape of one example, and the layers that it passes through in order.
///
/// It is cheap to clone, and [`Sequential::build`] makes a new model from it each time, so that one description serves many
/// trainings. Like Keras's `Sequential`, with the shape of the input given at the start.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28])
///     .add(Flatten)
///     .add(Dense::new(128).activation(Relu))
///     .add(Dropout::new(0.2))
///     .add(Dense::new(10).activation(Softmax));
/// assert_eq!(network.summary()?.total_params(), 101_770);
/// let model = network.build(42)?;
/// # let _ = model;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Sequential {
    input_shape: Vec<usize>,
    #[serde(deserialize_with = "super::layer_list::deserialize")]
    layers: Vec<Layer>,
}

impl Sequential {
    /// A network without layers, for examples of this shape, such as `[28, 28]`, or `4` for `[4]`; the batch is not part
    /// of it.
    pub fn new(input_shape: impl IntoShape) -> Self {
        Self { input_shape: input_shape.into_shape(), layers: Vec::new() }
    }

    /// The same network with one more layer at its end.
    ///
    /// [`Sequential::summary`] and [`Sequential::build`] check whether the layer fits; their errors name it.
    #[must_use]
    #[allow(clippy::should_implement_trait, reason = "Keras's name; a network is not a number")]
    pub fn add(mut self, layer: impl IntoLayer) -> Self {
        self.layers.push(layer.into_layer());
        self
    }

    /// The shape of one example.
    pub fn input_shape(&self) -> &[usize] {
        &self.input_shape
    }

    /// The layers in order.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// Layers, output shapes and parameters, without building anything.
    ///
    /// # Errors
    ///
    /// If the layers do not fit together.
    pub fn summary(&self) -> Result<Summary> {
        Ok(Summary::new(&self.plan()?))
    }

    /// Builds a model with parameters drawn from `seed`: the same seed gives the same model.
    ///
    /// Like Keras, warns about a softmax over one unit, which is always 1.
    ///
    /// # Errors
    ///
    /// If the layers do not fit together, or if their parameters need more than 8 GiB, or more memory than Linux reports as
    /// free in the machine, the container or the address space. Other systems are not queried.
    pub fn build(&self, seed: impl IntoCount) -> Result<Model> {
        self.built(seed.into_seed())
    }

    fn built(&self, seed: u64) -> Result<Model> {
        ensure_one_candle()?;
        let plans = self.plan()?;
        for plan in plans.iter().filter(|plan| plan.is_softmax_of_one()) {
            warn(format!(
                "{} \"{}\": a softmax over one unit always gives 1, whatever the network learns. For one output that means yes or \
                 no, use .activation(Sigmoid) with BinaryCrossentropy; for a number leave the activation out; for classes give \
                 the layer a unit for each.",
                plan.layer.kind(),
                plan.name
            ));
        }
        Model::new(self.clone(), &plans, seed)
    }

    pub(super) fn plan(&self) -> Result<Vec<LayerPlan>> {
        infer_shapes(&self.input_shape, &self.layers)
    }
}

/// Shows the summary, or why there is none.
impl Show for Sequential {
    fn show(&self) {
        match self.summary() {
            Ok(summary) => summary.show(),
            Err(_) => show_cell_result(&[("text/plain", &self.to_string())]),
        }
    }
}

show_in_notebook!(Sequential);

impl fmt::Display for Sequential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.summary() {
            Ok(summary) => write!(f, "{summary}"),
            Err(error) => write!(f, "A network that cannot be built yet. {error}"),
        }
    }
}

impl fmt::Debug for Sequential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
