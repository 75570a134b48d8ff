//! The backward half of the fused step: from the gradient of the outputs to updated parameters.

use super::FusedNetwork;
use super::fused_dense::{FusedDense, ParamSlot};
use super::workspace::LayerBuffers;
use crate::Result;
use crate::cpu::{
    CpuContext, DenseBackward, GradientSink, MaskedColumns, Matrix, MatrixMut, OptimizerStep, PreviousLayer,
    column_sums, transpose,
};
use crate::layers::dropout_scale;
use crate::optimizers::OptimizerState;
use candle_core::{Device, Tensor, Var};
use std::cell::RefCell;

impl FusedNetwork {
    /// Updates the parameters by the gradient of the loss with respect to the outputs that [`FusedNetwork::forward`] just
    /// computed, before the last activation: `[batch, units]`.
    pub(crate) fn backward(&mut self, gradient: &[f32], optimizer: &mut OptimizerState) -> Result<()> {
        // If gradients are scaled by their norm, all of them have to be known before any parameter is updated.
        let elementwise_step = optimizer.begin_elementwise_step();
        let mut stored: Vec<(&ParamSlot, Tensor)> = Vec::new();
        let batch_size = self.workspace.batch_size;
        let mut transposed = vec![0.0; gradient.len()];
        transpose(Matrix::new(gradient, gradient.len() / batch_size), &mut MatrixMut::new(&mut transposed, batch_size));
        let (mut gradient, mut transposed) = (gradient, &*transposed);
        for (index, (layer, buffers)) in self.layers.iter().zip(&mut self.workspace.layers).enumerate().rev() {
            let backward = LayerBackward {
                context: &mut self.context,
                layer,
                previous: index.checked_sub(1).and_then(|previous| self.layers.get(previous)),
                gradient: Matrix::new(gradient, layer.units),
                transposed: Matrix::new(transposed, batch_size),
            };
            let bias_gradient = bias_gradient(layer, gradient)?;
            match elementwise_step {
                Some((rule, transform)) => {
                    let slots = optimizer.parameter_slots(layer.kernel.index);
                    backward.run(buffers, GradientSink::Apply { rule, transform, slots })?;
                    if let Some((bias, gradient)) = bias_gradient {
                        let slots = RefCell::new(optimizer.parameter_slots(bias.index));
                        bias.var.inplace_op2(&gradient, &OptimizerStep { rule, transform, slots })?;
                    }
                }
                None => {
                    let mut kernel_gradient = vec![0.0; layer.inputs * layer.units];
                    backward.run(buffers, GradientSink::Store(&mut kernel_gradient))?;
                    let shape = (layer.inputs, layer.units);
                    // The order is reversed at the end: the kernel comes before the bias.
                    stored.extend(bias_gradient);
                    stored.push((&layer.kernel, Tensor::from_vec(kernel_gradient, shape, &Device::Cpu)?));
                }
            }
            (gradient, transposed) = (&buffers.gradient, &buffers.transposed);
        }
        if elementwise_step.is_none() {
            stored.reverse();
            apply_stored(&stored, optimizer)?;
        }
        for slot in self.layers.iter().flat_map(|layer| std::iter::once(&layer.kernel).chain(&layer.bias)) {
            slot.constraint.map_or(Ok(()), |constraint| constraint.apply(&slot.var))?;
        }
        Ok(())
    }
}

/// The backward pass of one layer.
struct LayerBackward<'a> {
    context: &'a mut CpuContext,
    layer: &'a FusedDense,
    previous: Option<&'a FusedDense>,
    /// The gradient of the layer's sums, `[batch, units]`.
    gradient: Matrix<'a>,
    /// The same, transposed.
    transposed: Matrix<'a>,
}

impl LayerBackward<'_> {
    /// Computes the gradient of the kernel for `target`, and that of the previous layer's sums for `buffers`.
    fn run(self, buffers: &mut LayerBuffers, sink: GradientSink<'_>) -> Result<()> {
        let Self { context, layer, previous, gradient, transposed } = self;
        if previous.is_some() {
            buffers.gradient.resize(buffers.inputs.len(), 0.0);
            buffers.transposed.resize(buffers.inputs.len(), 0.0);
        }
        let operation = DenseBackward {
            context: RefCell::new(context),
            partitions: &buffers.partitions,
            inputs: &buffers.inputs,
            sparsity: &buffers.sparsity,
            gradient,
            penalty: layer.kernel.penalty,
            sink: RefCell::new(sink),
            previous: RefCell::new(previous.map(|previous| PreviousLayer {
                dropout: layer.dropout.map(|dropout| MaskedColumns {
                    keep: &buffers.keep,
                    scale: dropout_scale(dropout.rate),
                    first: 0,
                    stride: layer.inputs,
                }),
                activation: previous.activation.map(|activation| {
                    let values = if activation.has_slope_from_result() { &buffers.inputs } else { &buffers.sums };
                    (activation, &**values)
                }),
                transposed_gradient: transposed,
                result: &mut buffers.gradient,
                transposed: &mut buffers.transposed,
            })),
        };
        Ok(layer.kernel.var.inplace_op1(&operation)?)
    }
}

/// Returns the gradient of a layer's bias with its penalty, if the layer has a bias.
fn bias_gradient<'a>(layer: &'a FusedDense, gradient: &[f32]) -> Result<Option<(&'a ParamSlot, Tensor)>> {
    let Some(bias) = &layer.bias else { return Ok(None) };
    let sums = Tensor::from_vec(column_sums(gradient, layer.units), layer.units, &Device::Cpu)?;
    let gradient = match bias.penalty {
        Some(rates) => rates.add_gradient(&sums, &bias.var)?,
        None => sums,
    };
    Ok(Some((bias, gradient)))
}

/// Updates the parameters by gradients that are known for all of them.
fn apply_stored(stored: &[(&ParamSlot, Tensor)], optimizer: &mut OptimizerState) -> Result<()> {
    let vars = stored.iter().map(|(slot, _)| &slot.var).collect::<Vec<&Var>>();
    optimizer.step(&vars, |var| {
        let own = stored.iter().find(|(slot, _)| slot.var.id() == var.id());
        Ok(own.map(|(_, gradient)| gradient.clone()))
    })
}
