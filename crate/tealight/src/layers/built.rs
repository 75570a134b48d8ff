//! Layers with their parameters, and the pass through one of them.

use super::{Activation, Constraint, Layer, Planned, Regularizer};
use crate::Result;
use crate::kernels::{DropoutMask, Gradients, affine};
use crate::random::Place;
use candle_core::{Device, Tensor, Var};
use std::sync::Arc;

/// A layer ready to work.
pub(crate) struct Built {
    pub(crate) work: Work,
    parameters: Vec<Parameter>,
    activity_regularizer: Option<Regularizer>,
}

/// What a layer does, with the parameters that it does it with.
pub(crate) enum Work {
    Flatten,
    Dense { kernel: Var, bias: Option<Var>, activation: Activation },
    Dropout { rate: f64 },
    Activation(Activation),
}

/// A parameter, and what training has to know of it.
pub(crate) struct Parameter {
    /// Such as `dense/kernel`.
    pub(crate) name: String,
    pub(crate) var: Var,
    pub(crate) regularizer: Option<Regularizer>,
    pub(crate) constraint: Option<Constraint>,
}

/// What a pass through the network leaves beside its outputs.
#[derive(Default)]
pub(crate) struct Trace {
    /// What activity regularizers add to the loss: tensors of shape `[]`.
    pub(crate) penalties: Vec<Tensor>,
}

impl Trace {
    /// The sum of the penalties.
    pub(crate) fn penalty(&self) -> Result<f64> {
        self.penalties.iter().try_fold(0.0, |sum, penalty| Ok(sum + f64::from(penalty.to_scalar::<f32>()?)))
    }
}

/// Why the network runs: to predict, or to train, and then where the training is, which picks the dropout masks.
#[derive(Clone)]
pub(crate) enum Pass {
    Inference,
    Training {
        seed: u64,
        epoch: u64,
        batch: u64,
        /// Where the gradients of the parameters are wanted, if not in candle's store.
        gradients: Option<Arc<Gradients>>,
    },
}

impl Built {
    /// Allocates the layer's parameters and draws their first values; `index` is its place in the network.
    pub(crate) fn new(planned: &Planned, index: usize, seed: u64) -> Result<Self> {
        let mut parameters = Vec::new();
        let mut activity_regularizer = None;
        let mut hold = |name: &str, var: &Var, regularizer, constraint| {
            let name = format!("{}/{name}", planned.name);
            parameters.push(Parameter { name, var: var.clone(), regularizer, constraint });
        };
        let work = match &planned.layer {
            Layer::Flatten { .. } => Work::Flatten,
            Layer::Dropout(dropout) => Work::Dropout { rate: dropout.rate },
            Layer::Activation { activation, .. } => Work::Activation(*activation),
            Layer::Dense(dense) => {
                let (inputs, units) = (planned.input_shape.iter().product(), planned.output_shape.iter().product());
                let values = dense.kernel_initializer.draw(inputs * units, (inputs, units), (index, 0), seed);
                let kernel = Var::from_vec(values, (inputs, units), &Device::Cpu)?;
                hold("kernel", &kernel, dense.kernel_regularizer, dense.kernel_constraint);
                let bias = match dense.use_bias {
                    true => {
                        let values = dense.bias_initializer.draw(units, (units, units), (index, 1), seed);
                        let bias = Var::from_vec(values, units, &Device::Cpu)?;
                        hold("bias", &bias, dense.bias_regularizer, None);
                        Some(bias)
                    }
                    false => None,
                };
                activity_regularizer = dense.activity_regularizer;
                Work::Dense { kernel, bias, activation: dense.activation }
            }
        };
        Ok(Self { work, parameters, activity_regularizer })
    }

    /// The layer's parameters, the kernel first.
    pub(crate) fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The activation that the layer ends with.
    pub(crate) fn activation(&self) -> Option<Activation> {
        match self.work {
            Work::Dense { activation, .. } | Work::Activation(activation) => Some(activation),
            Work::Flatten | Work::Dropout { .. } => None,
        }
    }

    /// The layer's output for a batch, with or without the activation at its end; `index` is its place in the network.
    pub(crate) fn forward(
        &self,
        x: &Tensor,
        index: usize,
        pass: &Pass,
        activate: bool,
        trace: &mut Trace,
    ) -> Result<Tensor> {
        let x = match &self.work {
            Work::Flatten => x.flatten_from(1)?,
            Work::Dense { kernel, bias, .. } => {
                let gradients = match pass {
                    Pass::Training { gradients, .. } => gradients.clone(),
                    Pass::Inference => None,
                };
                affine(x, kernel, bias.as_deref(), gradients)?
            }
            Work::Activation(_) => x.clone(),
            Work::Dropout { rate } => match pass {
                Pass::Training { seed, epoch, batch, .. } if *rate > 0.0 => {
                    let place = Place { epoch: *epoch, batch: *batch, layer: index as u64 };
                    DropoutMask::new(*rate, x.elem_count(), *seed, place).apply(x)?
                }
                Pass::Training { .. } | Pass::Inference => x.clone(),
            },
        };
        if self.activity_regularizer.is_none() && !activate {
            return Ok(x);
        }
        let activated = match self.activation() {
            Some(activation) => activation.apply(&x)?,
            None => x.clone(),
        };
        if let Some(regularizer) = self.activity_regularizer {
            let examples = activated.dim(0)?.max(1) as f64;
            trace.penalties.push((regularizer.rates().of(&activated)? / examples)?);
        }
        Ok(if activate { activated } else { x })
    }
}
