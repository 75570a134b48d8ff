//! From the gradient of the outputs to moved parameters.

use super::Fused;
use super::stages::Held;
use crate::Result;
use crate::kernels::{
    DenseBackward, Dropped, KernelTarget, LayerBefore, Matrix, MatrixMut, Update, column_sums, dropout_scale, turn,
};
use crate::optimizers::OptimizerState;
use candle_core::{Device, Tensor, Var};
use std::cell::RefCell;

impl Fused {
    /// Moves the parameters by the gradient of the loss with respect to what [`Fused::forward`] just computed, before
    /// the last activation: `[batch, units]`.
    pub(crate) fn backward(&mut self, gradient: &[f32], optimizer: &mut OptimizerState) -> Result<()> {
        // Where a gradient is scaled by its length, all of it has to be known before anything moves.
        let moves = optimizer.moves();
        let mut stored: Vec<(&Held, Tensor)> = Vec::new();
        let batch = self.space.batch;
        let mut turned = vec![0.0; gradient.len()];
        turn(Matrix::new(gradient, gradient.len() / batch), &mut MatrixMut::new(&mut turned, batch));
        let (mut gradient, mut turned) = (gradient, &*turned);
        for (index, (stage, passed)) in self.stages.iter().zip(&mut self.space.stages).enumerate().rev() {
            let before = index.checked_sub(1).and_then(|before| self.stages.get(before));
            if before.is_some() {
                passed.gradient.resize(passed.inputs.len(), 0.0);
                passed.turned.resize(passed.inputs.len(), 0.0);
            }
            let of_bias = match &stage.bias {
                Some(bias) => {
                    let sums = Tensor::from_vec(column_sums(gradient, stage.units), stage.units, &Device::Cpu)?;
                    Some((bias, bias.penalty.map_or(Ok(sums.clone()), |rates| rates.add_gradient(&sums, &bias.var))?))
                }
                None => None,
            };
            let mut of_kernel = Vec::new();
            let target = match moves {
                Some((rule, before)) => {
                    KernelTarget::Step { rule, before, memory: optimizer.memory(stage.kernel.number) }
                }
                None => {
                    of_kernel.resize(stage.inputs * stage.units, 0.0);
                    KernelTarget::Stored(&mut of_kernel)
                }
            };
            let backward = DenseBackward {
                processor: &self.processor,
                shares: &passed.shares,
                inputs: &passed.inputs,
                sparse: &passed.sparse,
                gradient: Matrix::new(gradient, stage.units),
                penalty: stage.kernel.penalty,
                target: RefCell::new(target),
                before: RefCell::new(before.map(|before| LayerBefore {
                    dropped: stage.dropping.map(|dropping| Dropped {
                        keep: &passed.keep,
                        scale: dropout_scale(dropping.rate),
                        first: 0,
                        stride: stage.inputs,
                    }),
                    activation: before.activation.map(|activation| {
                        let values = if activation.shows_slope() { &passed.inputs } else { &passed.sums };
                        (activation, &**values)
                    }),
                    turned_gradient: Matrix::new(turned, batch),
                    result: &mut passed.gradient,
                    turned: &mut passed.turned,
                })),
            };
            stage.kernel.var.inplace_op1(&backward)?;
            match (moves, of_bias) {
                (Some((rule, before)), Some((bias, of_bias))) => {
                    let memory = RefCell::new(optimizer.memory(bias.number));
                    bias.var.inplace_op2(&of_bias, &Update { rule, before, memory })?;
                }
                (Some(_), None) => {}
                (None, of_bias) => {
                    // In the end it is turned round, and the kernel comes first.
                    stored.extend(of_bias);
                    let of_kernel = Tensor::from_vec(of_kernel, (stage.inputs, stage.units), &Device::Cpu)?;
                    stored.push((&stage.kernel, of_kernel));
                }
            }
            (gradient, turned) = (&passed.gradient, &passed.turned);
        }
        if moves.is_none() {
            stored.reverse();
            let vars = stored.iter().map(|(held, _)| &held.var).collect::<Vec<&Var>>();
            optimizer.step(&vars, |var| {
                let own = stored.iter().find(|(held, _)| held.var.id() == var.id());
                Ok(own.map(|(_, gradient)| gradient.clone()))
            })?;
        }
        for held in self.stages.iter().flat_map(|stage| std::iter::once(&stage.kernel).chain(&stage.bias)) {
            held.constraint.map_or(Ok(()), |constraint| constraint.apply(&held.var))?;
        }
        Ok(())
    }
}
