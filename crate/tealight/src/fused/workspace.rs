//! The buffers of the fused step, kept from one batch to the next.

use super::fused_dense::FusedDense;
use crate::cpu::{CpuContext, Elementwise, RowPartition, Sparsity};

/// The buffers for a batch.
#[derive(Default)]
pub(super) struct Workspace {
    pub(super) batch_size: usize,
    pub(super) layers: Vec<LayerBuffers>,
    /// `[batch, units]` of the last layer.
    pub(super) outputs: Vec<f32>,
}

/// The buffers of one layer for a batch.
#[derive(Default)]
pub(super) struct LayerBuffers {
    /// The rows of the kernel that each thread has.
    pub(super) partitions: Vec<RowPartition>,
    /// `[batch, inputs]` after dropout, with the columns of each partition in a block of their own, one after the other: if
    /// rows were shared, the prefetchers of the cores would cause false sharing between adjacent halves.
    pub(super) inputs: Vec<f32>,
    /// The sums that the activation of the previous layer was applied to, if its slope depends on them.
    pub(super) sums: Vec<f32>,
    /// Which of the inputs dropout keeps, if there is dropout.
    pub(super) keep: Vec<bool>,
    /// Where the inputs are not 0, for each thread; for the first layer only.
    pub(super) sparsity: Vec<Sparsity>,
    /// `[batch, units]` for each thread: its contribution to the sums of the units.
    pub(super) partial_sums: Vec<f32>,
    /// In the backward pass: the gradient of the previous layer's sums, `[batch, inputs]`.
    pub(super) gradient: Vec<f32>,
    /// The same, transposed.
    pub(super) transposed: Vec<f32>,
}

impl Workspace {
    /// Allocates the buffers for a batch of this size and partitions the work among the threads.
    pub(super) fn prepare(&mut self, layers: &[FusedDense], context: &CpuContext, batch_size: usize) {
        if self.batch_size == batch_size {
            return;
        }
        self.batch_size = batch_size;
        let work = layers.iter().map(|layer| batch_size * layer.inputs * layer.units).sum();
        let threads = context.threads(work);
        self.layers.resize_with(layers.len(), LayerBuffers::default);
        let mut activation: Option<Elementwise> = None;
        for (layer, buffers) in layers.iter().zip(&mut self.layers) {
            let count = batch_size * layer.inputs;
            let needs_sums = activation.is_some_and(|activation| !activation.has_slope_from_result());
            buffers.partitions = RowPartition::split(layer.inputs, layer.units, threads);
            buffers.inputs.resize(count, 0.0);
            buffers.sums.resize(if needs_sums { count } else { 0 }, 0.0);
            buffers.keep.resize(if layer.dropout.is_some() { count } else { 0 }, false);
            buffers.partial_sums.resize(buffers.partitions.len() * batch_size * layer.units, 0.0);
            activation = layer.activation;
        }
        if let Some(first) = self.layers.first_mut() {
            first.sparsity.resize_with(first.partitions.len(), Sparsity::default);
        }
        self.outputs.resize(batch_size * layers.last().map_or(0, |layer| layer.units), 0.0);
    }
}
