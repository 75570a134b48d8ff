//! A network's layers, put together in stages of one dense layer each.

use crate::kernels::{Elementwise, PenaltyRates};
use crate::layers::{Activation, Built, Constraint, Parameter, Work};
use candle_core::Var;

/// A dense layer with what comes before and after it: `activation(dropout(x) · kernel + bias)`.
pub(super) struct Stage {
    pub(super) dropping: Option<Dropping>,
    pub(super) kernel: Held,
    pub(super) bias: Option<Held>,
    pub(super) inputs: usize,
    pub(super) units: usize,
    /// None too for the last stage, whose activation is left to the loss or the caller.
    pub(super) activation: Option<Elementwise>,
}

/// A parameter, and what its step needs.
pub(super) struct Held {
    pub(super) var: Var,
    /// Its number among the parameters that the optimizer moves.
    pub(super) number: usize,
    pub(super) penalty: Option<PenaltyRates>,
    pub(super) constraint: Option<Constraint>,
}

/// A dropout layer: its rate and its place in the network.
#[derive(Clone, Copy)]
pub(super) struct Dropping {
    pub(super) rate: f64,
    pub(super) layer: u64,
}

/// The stages, and the activation of the last; none where the layers are not of this form.
pub(super) fn stages(layers: &[Built]) -> Option<(Vec<Stage>, Activation)> {
    let (mut stages, mut ending, mut dropping) = (Vec::<Stage>::new(), Activation::Linear, None);
    let mut number = 0;
    for (index, layer) in layers.iter().enumerate() {
        if layer.has_activity_regularizer() {
            return None;
        }
        match &layer.work {
            Work::Flatten | Work::Reshape(_) => {}
            Work::Dense { kernel, bias, activation } => {
                if let Some(stage) = stages.last_mut() {
                    stage.activation = of_single_numbers(ending)?;
                }
                ending = *activation;
                let mut held = layer.parameters().iter().map(|parameter| {
                    number += 1;
                    Held::new(parameter, number - 1)
                });
                let (inputs, units) = kernel.dims2().ok()?;
                let kernel = held.next()?;
                let bias = bias.as_ref().and_then(|_| held.next());
                stages.push(Stage { dropping: dropping.take(), kernel, bias, inputs, units, activation: None });
            }
            // A layer of its own after a dense layer that has none.
            Work::Activation(activation) => {
                if stages.is_empty() || dropping.is_some() || ending != Activation::Linear {
                    return None;
                }
                ending = *activation;
            }
            Work::Dropout { rate } if *rate > 0.0 => {
                if dropping.replace(Dropping { rate: *rate, layer: index as u64 }).is_some() {
                    return None;
                }
            }
            Work::Dropout { .. } => {}
            Work::GaussianNoise { .. }
            | Work::BatchNormalization(_)
            | Work::Conv2D { .. }
            | Work::Pooling2D { .. }
            | Work::GlobalAveragePooling2D
            | Work::Custom(_) => return None,
        }
    }
    // Dropout of the outputs themselves is not worth a way of its own.
    (dropping.is_none() && !stages.is_empty()).then_some((stages, ending))
}

/// The activation of a stage between others, none for none; nothing where it is not one of single numbers.
fn of_single_numbers(activation: Activation) -> Option<Option<Elementwise>> {
    match activation {
        Activation::Linear => Some(None),
        _ => activation.elementwise().map(Some),
    }
}

impl Held {
    fn new(parameter: &Parameter, number: usize) -> Self {
        let penalty = parameter.regularizer.map(|regularizer| regularizer.rates());
        Self { var: parameter.var.clone(), number, penalty, constraint: parameter.constraint }
    }
}
