//! Compilation: the optimizer, the loss and the metrics of a model.

use super::Model;
use crate::data::Dataset;
use crate::layers::{Activation, BuiltLayer};
use crate::losses::{IntoLoss, Loss, Objective};
use crate::metrics::{IntoMetrics, Metric};
use crate::optimizers::{IntoOptimizer, Optimizer, OptimizerState};
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use std::fmt;

/// Optimizer, loss and metrics, checked against the model, with the optimizer's state.
pub(crate) struct Compiled {
    pub(crate) state: OptimizerState,
    pub(crate) objective: Objective,
    pub(crate) metrics: Vec<Metric>,
}

impl Model {
    /// Configures the training: the optimizer, the loss, and metrics to report beside it, such as `[Accuracy]`.
    ///
    /// Compiling again keeps the parameters and resets the optimizer. Write metrics of several types in parentheses,
    /// `(Accuracy, TopKAccuracy::new(3))`, and no metrics as `()`.
    ///
    /// # Errors
    ///
    /// If an option is out of range, or the loss does not fit the network's outputs.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let mut model = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10).activation(Softmax)).build(42)?;
    /// model.compile(Adam::new().learning_rate(3e-4), SparseCategoricalCrossentropy::new(), [Accuracy])?;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn compile(
        &mut self,
        optimizer: impl IntoOptimizer,
        loss: impl IntoLoss,
        metrics: impl IntoMetrics,
    ) -> Result<()> {
        self.compile_with(optimizer.into_optimizer(), loss.into_loss(), metrics.into_metrics())
    }

    fn compile_with(&mut self, optimizer: Optimizer, loss: Loss, metrics: Vec<Metric>) -> Result<()> {
        let last = self.layers.iter().rev().find_map(BuiltLayer::activation).unwrap_or_default();
        let output_shape = self.summary.output_shape();
        let objective = Objective::new(loss, output_shape, self.output_activation(), last)?;
        let mut chosen: Vec<Metric> = Vec::new();
        for metric in metrics {
            metric.check(output_shape)?;
            let of_same_name = chosen.iter().find(|other| other.name() == metric.name());
            if of_same_name.is_some_and(|other| *other != metric) {
                let message = format!(
                    "Model::compile: two metrics are called \"{}\". Give each a name of its own.",
                    metric.name()
                );
                return Err(Error::new(ErrorKind::Argument, message));
            }
            if of_same_name.is_none() {
                chosen.push(metric);
            }
        }
        let parameters = self.trainable().map(|parameter| &parameter.var).collect::<Vec<_>>();
        let state = OptimizerState::new(optimizer, &parameters)?;
        self.compiled = Some(Compiled { state, objective, metrics: chosen });
        Ok(())
    }

    /// The learning rate of the next step.
    ///
    /// # Errors
    ///
    /// If the model is not compiled.
    pub fn learning_rate(&self) -> Result<f64> {
        Ok(self.compiled()?.state.learning_rate())
    }

    /// Sets the learning rate of all further steps, and keeps the rest of the optimizer's state.
    ///
    /// # Errors
    ///
    /// If it is not above 0, the learning rate follows a schedule, or the model is not compiled.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let mut model = Sequential::new([2]).add(Dense::new(2).activation(Softmax)).build(42)?;
    /// model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
    /// model.set_learning_rate(1e-4)?;
    /// assert_eq!(model.learning_rate()?, 1e-4);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn set_learning_rate(&mut self, learning_rate: f64) -> Result<()> {
        self.compiled.as_mut().ok_or_else(not_compiled)?.state.set_learning_rate(learning_rate)
    }

    /// Returns the activation of the last layer, if it has one.
    pub(crate) fn output_activation(&self) -> Option<Activation> {
        self.layers.last().and_then(BuiltLayer::activation)
    }

    /// Converts the outputs that a loss is computed from into what metrics take: probabilities, if it matters to them.
    pub(crate) fn for_metrics(&self, outputs: &Tensor) -> Result<Tensor> {
        let compiled = self.compiled()?;
        let outputs = outputs.detach();
        match compiled.objective.fused_activation() {
            Some(link) if link == Activation::Sigmoid || compiled.metrics.iter().any(Metric::needs_values) => {
                Ok(link.apply(&outputs)?)
            }
            _ => Ok(outputs),
        }
    }

    pub(crate) fn compiled(&self) -> Result<&Compiled> {
        self.compiled.as_ref().ok_or_else(not_compiled)
    }

    /// Checks that the examples of `data` have the model's input shape; `role` names the data in the error.
    pub(crate) fn check_inputs(&self, data: &Dataset, role: &str) -> Result<()> {
        let (expected, given) = (self.spec.input_shape(), data.input_shape());
        if expected == given {
            return Ok(());
        }
        let (numbers, needed) = (given.iter().product::<usize>(), expected.iter().product::<usize>());
        let image = |shape: &[usize]| matches!(shape, [_, _] | [_, _, 3]);
        let advice = if image(given) && image(expected) && self.epochs > 0 {
            let color = if expected.len() == 2 { ".grayscale()" } else { "" };
            let [height, width] = [expected[0], expected[1]];
            format!(
                "The network was trained on images of that size: load these with ImageLoader::new([{height}, {width}]){color}\
                 .load(path)?."
            )
        } else if numbers == needed && expected.len() == 1 {
            format!("Both hold {numbers} numbers: begin the network with Sequential::new({given:?}).add(Flatten).")
        } else {
            format!("Begin the network with Sequential::new({given:?}), or give data of shape {expected:?}.")
        };
        let message =
            format!("Model: expected examples of shape {expected:?}, but those of the {role} have {given:?}. {advice}");
        Err(Error::new(ErrorKind::Shape, message))
    }
}

pub(crate) fn not_compiled() -> Error {
    let message = "Model: not compiled yet. Say how to train first: \
                   model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?.";
    Error::new(ErrorKind::State, message)
}

impl fmt::Display for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.state.optimizer(), self.objective.name())?;
        self.metrics.iter().try_for_each(|metric| write!(f, ", {}", metric.name()))
    }
}
