//! A network's layers, grouped into dense layers with the dropout before and the activation after each.

use crate::cpu::{Elementwise, PenaltyRates};
use crate::layers::{Activation, BuiltLayer, Constraint, FusedPart, Parameter};
use candle_core::Var;

/// A dense layer with what precedes and follows it: `activation(dropout(x) · kernel + bias)`.
pub(super) struct FusedDense {
    pub(super) dropout: Option<DropoutSpec>,
    pub(super) kernel: ParamSlot,
    pub(super) bias: Option<ParamSlot>,
    pub(super) inputs: usize,
    pub(super) units: usize,
    /// Also `None` for the last layer, whose activation is left to the loss or the caller.
    pub(super) activation: Option<Elementwise>,
}

/// A parameter, and what its update needs.
pub(super) struct ParamSlot {
    pub(super) var: Var,
    /// Its number among the parameters that the optimizer updates.
    pub(super) index: usize,
    pub(super) penalty: Option<PenaltyRates>,
    pub(super) constraint: Option<Constraint>,
}

impl ParamSlot {
    fn new(parameter: &Parameter, index: usize) -> Self {
        let penalty = parameter.regularizer.map(|regularizer| regularizer.rates());
        Self { var: parameter.var.clone(), index, penalty, constraint: parameter.constraint }
    }
}

/// A dropout layer: its rate and its position in the network.
#[derive(Clone, Copy)]
pub(super) struct DropoutSpec {
    pub(super) rate: f64,
    pub(super) layer_index: usize,
}

/// Returns the dense layers of a network and the activation of the last, or `None` if the network cannot be fused.
#[expect(clippy::expect_used, reason = "the parts of a layer and its parameters come from the same description")]
pub(super) fn fuse_layers(layers: &[BuiltLayer]) -> Option<(Vec<FusedDense>, Activation)> {
    let (mut fused, mut last_activation) = (Vec::<FusedDense>::new(), Activation::Linear);
    let mut dropout = None;
    let mut index = 0;
    for (layer_index, layer) in layers.iter().enumerate() {
        match layer.fuse()? {
            FusedPart::Reshape => {}
            FusedPart::Dense { kernel, bias } => {
                if let Some(previous) = fused.last_mut() {
                    previous.activation = elementwise(last_activation)?;
                }
                last_activation = layer.activation().unwrap_or(Activation::Linear);
                let mut slots = layer.parameters().iter().map(|parameter| {
                    index += 1;
                    ParamSlot::new(parameter, index - 1)
                });
                let (inputs, units) = kernel.dims2().expect("the kernel of a dense layer is a matrix");
                let kernel = slots.next().expect("a dense layer has a kernel");
                let bias = bias.map(|_| slots.next().expect("a dense layer with a bias has two parameters"));
                let dropout = dropout.take();
                fused.push(FusedDense { dropout, kernel, bias, inputs, units, activation: None });
            }
            // An activation as a separate layer has to follow a dense layer without one.
            FusedPart::Activation => {
                if fused.is_empty() || dropout.is_some() || last_activation != Activation::Linear {
                    return None;
                }
                last_activation = layer.activation().unwrap_or(Activation::Linear);
            }
            FusedPart::Dropout { rate } if rate > 0.0 => {
                if dropout.replace(DropoutSpec { rate, layer_index }).is_some() {
                    return None;
                }
            }
            FusedPart::Dropout { .. } => {}
        }
    }
    // Dropout of the outputs themselves is too rare to be fused.
    (dropout.is_none() && !fused.is_empty()).then_some((fused, last_activation))
}

/// Returns the function of an activation between two layers, `Some(None)` for the identity, or `None` for a function of
/// whole rows, which cannot be fused there.
fn elementwise(activation: Activation) -> Option<Option<Elementwise>> {
    match activation {
        Activation::Linear => Some(None),
        _ => activation.elementwise().map(Some),
    }
}
