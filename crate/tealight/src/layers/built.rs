//! Layers with their parameters, and the pass through one of them.

use super::{Activation, Layer, Planned};
use crate::Result;
use crate::kernels::{DropoutMask, Gradients, affine};
use crate::random::{Place, Purpose, stream};
use candle_core::{Device, Tensor, Var};
use rand_chacha::rand_core::Rng;
use std::sync::Arc;

/// A layer ready to work.
pub(crate) struct Built {
    pub(crate) name: String,
    pub(crate) work: Work,
}

/// What a layer does, with the parameters that it does it with.
pub(crate) enum Work {
    Flatten,
    Dense { kernel: Var, bias: Option<Var>, activation: Activation },
    Dropout { rate: f64 },
    Activation(Activation),
}

/// A named parameter: `dense/kernel`.
pub(crate) struct Parameter<'a> {
    pub(crate) name: String,
    pub(crate) var: &'a Var,
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
        let work = match &planned.layer {
            Layer::Flatten { .. } => Work::Flatten,
            Layer::Dropout(dropout) => Work::Dropout { rate: dropout.rate },
            Layer::Activation { activation, .. } => Work::Activation(*activation),
            Layer::Dense(dense) => {
                let (inputs, units) = (planned.input_shape.iter().product(), planned.output_shape.iter().product());
                let kernel = Var::from_vec(glorot_uniform(inputs, units, index, seed), (inputs, units), &Device::Cpu)?;
                let bias = match dense.use_bias {
                    true => Some(Var::from_vec(vec![0_f32; units], units, &Device::Cpu)?),
                    false => None,
                };
                Work::Dense { kernel, bias, activation: dense.activation }
            }
        };
        Ok(Self { name: planned.name.clone(), work })
    }

    /// The layer's parameters, the kernel first.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = Parameter<'_>> {
        let (kernel, bias) = match &self.work {
            Work::Dense { kernel, bias, .. } => (Some(kernel), bias.as_ref()),
            Work::Flatten | Work::Dropout { .. } | Work::Activation(_) => (None, None),
        };
        let named = [("kernel", kernel), ("bias", bias)].into_iter();
        named.filter_map(|(name, var)| Some(Parameter { name: format!("{}/{name}", self.name), var: var? }))
    }

    /// The activation that the layer ends with.
    pub(crate) fn activation(&self) -> Option<Activation> {
        match self.work {
            Work::Dense { activation, .. } | Work::Activation(activation) => Some(activation),
            Work::Flatten | Work::Dropout { .. } => None,
        }
    }

    /// The layer's output for a batch, with or without the activation at its end; `index` is its place in the network.
    pub(crate) fn forward(&self, x: &Tensor, index: usize, pass: &Pass, activate: bool) -> Result<Tensor> {
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
        match self.activation() {
            Some(activation) if activate => Ok(activation.apply(&x)?),
            _ => Ok(x),
        }
    }
}

/// Numbers drawn evenly from ±√(6 / (inputs + units)).
fn glorot_uniform(inputs: usize, units: usize, index: usize, seed: u64) -> Vec<f32> {
    let limit = (6.0 / (inputs as f64 + units as f64)).sqrt();
    let mut stream = stream(seed, Purpose::Init, Place { layer: index as u64, ..Place::default() });
    // 24 bits are as many as f32 tells apart in [0, 1).
    let mut even = || f64::from(stream.next_u32() >> 8) / f64::from(1_u32 << 24);
    (0..inputs * units).map(|_| ((2.0 * even() - 1.0) * limit) as f32).collect()
}
