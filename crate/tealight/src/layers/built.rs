//! Layers with their parameters, and the pass through one of them.

use super::batch_normalization::Normalization;
use super::gaussian_noise::add_noise;
use super::{Activation, Constraint, Conv2D, Custom, Dense, Layer, Planned, Regularizer};
use crate::Result;
use crate::kernels::{DropoutMask, Gradients, Pooling, Window, affine};
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
    Reshape(Vec<usize>),
    GaussianNoise { stddev: f64 },
    BatchNormalization(Normalization),
    Conv2D { kernel: Var, bias: Option<Var>, window: Window, activation: Activation },
    Pooling2D { window: Window, pooling: Pooling },
    GlobalAveragePooling2D,
    Custom(Custom),
}

/// Tells of a parameter: its name within the layer, what it costs, and its bound.
type Hold<'a> = dyn FnMut(&str, &Var, Option<Regularizer>, Option<Constraint>) + 'a;

/// The work of a dense layer at a place in the network, built with a seed.
fn dense(layer: &Dense, planned: &Planned, (index, seed): (usize, u64), hold: &mut Hold<'_>) -> Result<Work> {
    let (inputs, units) = (planned.input_shape.iter().product(), planned.output_shape.iter().product());
    let values = layer.kernel_initializer.draw(inputs * units, (inputs, units), (index, 0), seed);
    let kernel = Var::from_vec(values, (inputs, units), &Device::Cpu)?;
    hold("kernel", &kernel, layer.kernel_regularizer, layer.kernel_constraint);
    let mut bias = None;
    if layer.use_bias {
        let values = layer.bias_initializer.draw(units, (units, units), (index, 1), seed);
        let var = Var::from_vec(values, units, &Device::Cpu)?;
        hold("bias", &var, layer.bias_regularizer, None);
        bias = Some(var);
    }
    Ok(Work::Dense { kernel, bias, activation: layer.activation })
}

/// The work of a convolution at a place in the network, built with a seed.
fn conv2d(layer: &Conv2D, planned: &Planned, (index, seed): (usize, u64), hold: &mut Hold<'_>) -> Result<Work> {
    let window = layer.window(&planned.name, &planned.input_shape)?;
    let filters = planned.output_shape.iter().skip(2).product::<usize>();
    let ([height, width], channels) = (window.size, window.input[2]);
    let area = height * width;
    let (inputs, outputs) = (area * channels, area * filters);
    let values = layer.kernel_initializer.draw(inputs * filters, (inputs, outputs), (index, 0), seed);
    let kernel = Var::from_vec(values, (height, width, channels, filters), &Device::Cpu)?;
    hold("kernel", &kernel, layer.kernel_regularizer, layer.kernel_constraint);
    let mut bias = None;
    if layer.use_bias {
        let values = layer.bias_initializer.draw(filters, (filters, filters), (index, 1), seed);
        let var = Var::from_vec(values, filters, &Device::Cpu)?;
        hold("bias", &var, layer.bias_regularizer, None);
        bias = Some(var);
    }
    Ok(Work::Conv2D { kernel, bias, window, activation: layer.activation })
}

/// A parameter, and what training has to know of it.
pub(crate) struct Parameter {
    /// Such as `dense/kernel`.
    pub(crate) name: String,
    pub(crate) var: Var,
    pub(crate) regularizer: Option<Regularizer>,
    pub(crate) constraint: Option<Constraint>,
    /// Whether the optimizer moves it; else the layer does.
    pub(crate) trainable: bool,
}

/// What a pass through the network leaves beside its outputs.
#[derive(Default)]
pub(crate) struct Trace {
    /// What activity regularizers add to the loss: tensors of shape `[]`.
    pub(crate) penalties: Vec<Tensor>,
    /// What parameters that are not trained become after a training step.
    pub(crate) updates: Vec<(Var, Tensor)>,
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
            parameters.push(Parameter { name, var: var.clone(), regularizer, constraint, trainable: true });
        };
        let work = match &planned.layer {
            Layer::Flatten { .. } => Work::Flatten,
            Layer::Dropout(dropout) => Work::Dropout { rate: dropout.rate },
            Layer::Activation { activation, .. } => Work::Activation(*activation),
            Layer::Reshape(_) => Work::Reshape(planned.output_shape.clone()),
            Layer::GaussianNoise(noise) => Work::GaussianNoise { stddev: noise.stddev },
            Layer::GlobalAveragePooling2D { .. } => Work::GlobalAveragePooling2D,
            Layer::MaxPooling2D(layer) => {
                let window = layer.options.window(&planned.name, &planned.input_shape)?;
                Work::Pooling2D { window, pooling: Pooling::Max }
            }
            Layer::AveragePooling2D(layer) => {
                let window = layer.options.window(&planned.name, &planned.input_shape)?;
                Work::Pooling2D { window, pooling: Pooling::Average }
            }
            Layer::BatchNormalization(layer) => {
                let channels = planned.input_shape.last().copied().unwrap_or(1);
                let var = |value: f32| Var::from_vec(vec![value; channels], channels, &Device::Cpu);
                let (gamma, beta) = (layer.scale.then(|| var(1.0)), layer.center.then(|| var(0.0)));
                let (gamma, beta, mean, variance) = (gamma.transpose()?, beta.transpose()?, var(0.0)?, var(1.0)?);
                gamma.iter().for_each(|gamma| hold("gamma", gamma, None, None));
                beta.iter().for_each(|beta| hold("beta", beta, None, None));
                hold("moving_mean", &mean, None, None);
                hold("moving_variance", &variance, None, None);
                let (momentum, epsilon) = (layer.momentum, layer.epsilon);
                Work::BatchNormalization(Normalization { gamma, beta, mean, variance, momentum, epsilon })
            }
            Layer::Conv2D(layer) => {
                activity_regularizer = layer.activity_regularizer;
                conv2d(layer, planned, (index, seed), &mut hold)?
            }
            Layer::Custom(custom) => {
                custom.vars()?.iter().for_each(|(name, var)| hold(name, var, None, None));
                Work::Custom(custom.clone())
            }
            Layer::Dense(layer) => {
                activity_regularizer = layer.activity_regularizer;
                dense(layer, planned, (index, seed), &mut hold)?
            }
            Layer::MixtureDensity(head) => dense(&head.dense(), planned, (index, seed), &mut hold)?,
        };
        if matches!(work, Work::BatchNormalization(_)) {
            // The moving averages, the last two, are not for the optimizer.
            parameters.iter_mut().rev().take(2).for_each(|parameter| parameter.trainable = false);
        }
        Ok(Self { work, parameters, activity_regularizer })
    }

    /// Whether what it gives out costs something.
    pub(crate) fn has_activity_regularizer(&self) -> bool {
        self.activity_regularizer.is_some()
    }

    /// How many numbers its patches of one example are, where it is a convolution; none where they cannot be counted.
    pub(crate) fn patches(&self) -> Option<usize> {
        match &self.work {
            Work::Conv2D { window, .. } => window.patches_of_image(),
            _ => Some(0),
        }
    }

    /// The layer's parameters, the kernel first.
    pub(crate) fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The activation that the layer ends with.
    pub(crate) fn activation(&self) -> Option<Activation> {
        match self.work {
            Work::Dense { activation, .. } | Work::Conv2D { activation, .. } | Work::Activation(activation) => {
                Some(activation)
            }
            _ => None,
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
            Work::Reshape(shape) => x.reshape([&[x.dim(0)?], &**shape].concat())?,
            Work::GaussianNoise { stddev } => match pass {
                Pass::Training { seed, epoch, batch, .. } if *stddev > 0.0 => {
                    add_noise(x, *stddev, *seed, Place { epoch: *epoch, batch: *batch, layer: index as u64 })?
                }
                Pass::Training { .. } | Pass::Inference => x.clone(),
            },
            Work::BatchNormalization(layer) => match pass {
                Pass::Training { .. } => layer.train(x, trace)?,
                Pass::Inference => layer.infer(x)?,
            },
            Work::Conv2D { kernel, bias, window, .. } => {
                let filters = kernel.dim(3)?;
                let kernel = kernel.reshape(((), filters))?;
                let rows = affine(&window.patches(x)?, &kernel, bias.as_deref(), None)?;
                rows.reshape((x.dim(0)?, window.output[0], window.output[1], filters))?
            }
            Work::Pooling2D { window, pooling } => window.pool(x, *pooling)?,
            Work::GlobalAveragePooling2D => x.flatten(1, 2)?.mean(1)?,
            Work::Custom(custom) => custom.forward(x, matches!(pass, Pass::Training { .. }))?,
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
