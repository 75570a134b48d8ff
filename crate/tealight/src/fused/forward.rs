//! The forward half of the fused step: from examples to outputs.

use super::FusedNetwork;
use super::fused_dense::{DropoutSpec, FusedDense};
use super::workspace::{LayerBuffers, Workspace};
use crate::Result;
use crate::cpu::{
    CpuContext, DenseForward, InputSource, MaskedColumns, Matrix, MatrixMut, PartialSums, RowPartition, f32_slice,
    split_rows,
};
use crate::data::Dataset;
use crate::layers::{Activation, MASK_BLOCK_LEN, draw_dropout_mask, dropout_scale};
use crate::step_id::StepId;
use candle_core::{Device, Tensor};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// The examples of a batch.
#[derive(Clone, Copy)]
struct Batch<'a> {
    data: &'a Dataset,
    indices: &'a [usize],
    /// Whether a backward pass follows.
    is_training: bool,
}

/// The previous layer, and what its threads have contributed to the sums of its units.
#[derive(Clone, Copy)]
struct Previous<'a> {
    layer: &'a FusedDense,
    partial_sums: &'a [f32],
}

impl FusedNetwork {
    /// Returns the outputs for the examples of `data` at `indices`, before the last activation: `[batch, units]`. With
    /// dropout in a training step, without in inference.
    #[expect(clippy::expect_used, reason = "the network has at least one layer")]
    pub(crate) fn forward(&mut self, data: &Dataset, indices: &[usize], step: Option<StepId>) -> Result<Tensor> {
        data.check_indices(indices)?;
        self.workspace.prepare(&self.layers, &self.context, indices.len());
        if let Some(step) = step {
            self.draw_dropout_masks(step);
        }
        let Self { context, layers, workspace, .. } = self;
        let Workspace { batch_size, layers: buffers, outputs } = workspace;
        let batch = Batch { data, indices, is_training: step.is_some() };
        let mut previous = None;
        for (layer, buffers) in layers.iter().zip(buffers) {
            forward_layer(context, layer, buffers, previous, batch)?;
            previous = Some(Previous { layer, partial_sums: &buffers.partial_sums });
        }
        sum_outputs(context, previous.expect("the network has at least one layer"), *batch_size, outputs)?;
        Ok(Tensor::from_slice(outputs, (*batch_size, outputs.len() / *batch_size), &Device::Cpu)?)
    }

    /// Returns the outputs as the network gives them, from those of [`FusedNetwork::forward`], without the last activation
    /// if it is `skip`.
    pub(crate) fn finish(&self, outputs: &Tensor, skip: Option<Activation>) -> Result<Tensor> {
        let activation = self.output_activation;
        let outputs = if skip == Some(activation) { outputs.clone() } else { activation.apply(outputs)? };
        Ok(outputs.reshape([&[outputs.dim(0)?], &*self.output_shape].concat())?)
    }

    /// Draws the dropout masks of a step, on all threads.
    fn draw_dropout_masks(&mut self, step: StepId) {
        let Self { context, layers, workspace, .. } = self;
        let count = workspace.layers.iter().map(|buffers| buffers.keep.len()).sum::<usize>();
        // Drawing a number takes about as long as 32 multiply-adds.
        let threads = context.threads(32 * count);
        let mut tasks = (0..threads).map(|_| DrawMasks(Vec::new())).collect::<Vec<_>>();
        for (layer, buffers) in layers.iter().zip(&mut workspace.layers) {
            let Some(dropout) = layer.dropout else { continue };
            let chunk = buffers.keep.len().div_ceil(threads).next_multiple_of(MASK_BLOCK_LEN);
            for (part, (keep, task)) in buffers.keep.chunks_mut(chunk).zip(&mut tasks).enumerate() {
                task.0.push(MaskChunk { dropout, step, first: part * chunk, keep });
            }
        }
        if count > 0 {
            context.run(tasks);
        }
    }
}

/// Computes the inputs of a layer, and each thread's contribution to the sums of its units.
fn forward_layer(
    context: &mut CpuContext,
    layer: &FusedDense,
    buffers: &mut LayerBuffers,
    previous: Option<Previous<'_>>,
    batch: Batch<'_>,
) -> Result<()> {
    let Batch { data, indices, is_training } = batch;
    let batch_size = indices.len();
    let bias = previous.and_then(|previous| previous.layer.bias.as_ref()).map(|bias| bias.var.storage_and_layout());
    let bias = bias.as_ref().map(f32_slice).transpose()?;
    let kernel = layer.kernel.var.storage_and_layout();
    let kernel = Matrix::new(f32_slice(&kernel)?, layer.units);
    let rows = buffers.partitions.iter().map(RowPartition::rows).collect::<Vec<_>>();
    let inputs = blocks(&mut buffers.inputs, &rows, batch_size);
    let mut kept = (is_training && !buffers.sums.is_empty()).then(|| blocks(&mut buffers.sums, &rows, batch_size));
    let dropout = layer.dropout.filter(|_| is_training);
    let mut sparsity = buffers.sparsity.iter_mut();
    let outs = buffers.partial_sums.chunks_exact_mut(batch_size * layer.units);
    let tasks = rows.iter().zip(&buffers.partitions).zip(inputs).zip(outs).map(|(((rows, partition), inputs), out)| {
        DenseForward {
            source: match previous {
                None => InputSource::Examples { data, indices, features: rows.clone() },
                Some(Previous { layer, partial_sums }) => {
                    let parts = partial_sums.chunks_exact(batch_size * layer.units);
                    let part = |part| Matrix::new(part, layer.units).some_columns(rows.clone());
                    InputSource::PreviousLayer {
                        partial_sums: parts.map(part).collect(),
                        bias: bias.map(|bias| &bias[rows.clone()]),
                        activation: layer.activation,
                        pre_activation: kept.as_mut().and_then(Iterator::next),
                    }
                }
            },
            dropout: dropout.map(|dropout| MaskedColumns {
                keep: &buffers.keep,
                scale: dropout_scale(dropout.rate),
                first: rows.start,
                stride: layer.inputs,
            }),
            inputs,
            sparsity: sparsity.next(),
            has_backward: is_training,
            output: Some(PartialSums {
                weight: kernel.some_rows(rows.clone()),
                partition: *partition,
                out: MatrixMut::new(out, layer.units),
            }),
        }
    });
    context.run(tasks);
    Ok(())
}

/// Adds up what the threads have contributed to the sums of the last layer.
fn sum_outputs(context: &mut CpuContext, last: Previous<'_>, batch_size: usize, outputs: &mut [f32]) -> Result<()> {
    let units = last.layer.units;
    let bias = last.layer.bias.as_ref().map(|bias| bias.var.storage_and_layout());
    let bias = bias.as_ref().map(f32_slice).transpose()?;
    let partial_sums = last.partial_sums.chunks_exact(batch_size * units).map(|part| Matrix::new(part, units));
    let source = InputSource::PreviousLayer {
        partial_sums: partial_sums.collect(),
        bias,
        activation: None,
        pre_activation: None,
    };
    let inputs = MatrixMut::new(outputs, units);
    context.run([DenseForward { source, dropout: None, inputs, sparsity: None, has_backward: false, output: None }]);
    Ok(())
}

/// Returns the blocks that hold the columns of each partition.
fn blocks<'a>(values: &'a mut [f32], rows: &[Range<usize>], batch_size: usize) -> impl Iterator<Item = MatrixMut<'a>> {
    let parts = split_rows(values, rows, batch_size);
    parts.zip(rows).map(|(part, rows)| MatrixMut::new(part, rows.len()))
}

/// The dropout masks that one thread draws.
struct DrawMasks<'a>(Vec<MaskChunk<'a>>);

impl WithSimd for DrawMasks<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for MaskChunk { dropout: DropoutSpec { rate, layer_index }, step, first, keep } in self.0 {
            draw_dropout_mask(keep, first, rate, step, layer_index);
        }
    }
}

/// A part of a layer's dropout mask.
struct MaskChunk<'a> {
    dropout: DropoutSpec,
    step: StepId,
    /// The number of the part's first element.
    first: usize,
    keep: &'a mut [bool],
}
