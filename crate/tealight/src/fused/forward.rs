//! From examples to outputs.

use super::{Dropping, Fused};
use crate::Result;
use crate::data::Dataset;
use crate::kernels::{
    Contribution, DRAWN, Dropped, Elementwise, Forward, Matrix, MatrixMut, Share, Source, Sparse, cut, draw_mask,
    dropout_scale, numbers,
};
use crate::layers::Activation;
use crate::random::Place;
use candle_core::{Device, Tensor};
use pulp::{Simd, WithSimd};
use std::ops::Range;

/// Where a training is: the seed, the epoch and the batch, which name the dropout masks.
#[derive(Clone, Copy)]
pub(crate) struct Moment {
    pub(crate) seed: u64,
    pub(crate) epoch: u64,
    pub(crate) batch: u64,
}

/// The numbers of one batch on their way; kept from one to the next.
#[derive(Default)]
pub(super) struct Space {
    pub(super) batch: usize,
    pub(super) stages: Vec<Passed>,
    outputs: Vec<f32>,
}

/// What passes through a stage.
#[derive(Default)]
pub(super) struct Passed {
    /// Which rows of the kernel each thread has.
    pub(super) shares: Vec<Share>,
    /// `[batch, inputs]`, after dropout: for each share, one after the other, the block of its columns. The halves of one
    /// row would be neighbours, and the prefetchers of the cores would tear them from each other.
    pub(super) inputs: Vec<f32>,
    /// What the activation that made the inputs was applied to, where its slope needs that.
    pub(super) sums: Vec<f32>,
    /// Which of the inputs live on, where some are dropped.
    pub(super) keep: Vec<bool>,
    /// Where the inputs are not 0, for each thread; for the examples only.
    pub(super) sparse: Vec<Sparse>,
    /// `[batch, units]` for each thread: what it contributes to the sums of the units.
    contributions: Vec<f32>,
    /// On the way back, the gradient of what made the inputs, `[batch, inputs]`, and the same transposed.
    pub(super) gradient: Vec<f32>,
    pub(super) turned: Vec<f32>,
}

impl Fused {
    /// The outputs for the examples of `data` at `indices`, before the last activation: `[batch, units]`. At a moment of a
    /// training with dropout, else without.
    pub(crate) fn forward(&mut self, data: &Dataset, indices: &[usize], moment: Option<Moment>) -> Result<Tensor> {
        data.check_indices(indices)?;
        self.prepare(indices.len());
        if let Some(moment) = moment {
            self.draw(moment);
        }
        let Self { processor, stages, space, .. } = self;
        let Space { batch, stages: passed, outputs } = space;
        let (batch, mut passed) = (*batch, passed.iter_mut());
        // What the stage before left.
        let mut from: &[f32] = &[];
        for index in 0..=stages.len() {
            let before = index.checked_sub(1).and_then(|before| stages.get(before));
            let bias = before.and_then(|before| before.bias.as_ref()).map(|bias| bias.var.storage_and_layout());
            let bias = bias.as_ref().map(numbers).transpose()?;
            let Some((stage, passed)) = stages.get(index).zip(passed.next()) else {
                // Behind the last stage: its sums are the outputs.
                let units = before.map_or(0, |before| before.units);
                let contributions = from.chunks_exact(batch * units).map(|part| Matrix::new(part, units)).collect();
                let source = Source::Sums { contributions, bias, activation: None, kept: None };
                let inputs = MatrixMut::new(outputs, units);
                processor.run([Forward { source, dropped: None, inputs, nonzero: None, returns: false, layer: None }]);
                break;
            };
            let kernel = stage.kernel.var.storage_and_layout();
            let kernel = Matrix::new(numbers(&kernel)?, stage.units);
            let rows = passed.shares.iter().map(Share::rows).collect::<Vec<_>>();
            let inputs = blocks(&mut passed.inputs, &rows, batch);
            let mut kept =
                (moment.is_some() && !passed.sums.is_empty()).then(|| blocks(&mut passed.sums, &rows, batch));
            let dropping = moment.and(stage.dropping);
            let mut sparse = passed.sparse.iter_mut();
            let works = rows
                .iter()
                .zip(&passed.shares)
                .zip(inputs)
                .zip(passed.contributions.chunks_exact_mut(batch * stage.units));
            let works = works.map(|(((rows, share), inputs), out)| Forward {
                source: match before {
                    None => Source::Examples { data, indices, features: rows.clone() },
                    Some(before) => {
                        let parts = from.chunks_exact(batch * before.units);
                        let part = |part| Matrix::new(part, before.units).some_columns(rows.clone());
                        Source::Sums {
                            contributions: parts.map(part).collect(),
                            bias: bias.map(|bias| &bias[rows.clone()]),
                            activation: before.activation,
                            kept: kept.as_mut().and_then(Iterator::next),
                        }
                    }
                },
                dropped: dropping.map(|dropping| Dropped {
                    keep: &passed.keep,
                    scale: dropout_scale(dropping.rate),
                    first: rows.start,
                    stride: stage.inputs,
                }),
                inputs,
                nonzero: sparse.next(),
                returns: moment.is_some(),
                layer: Some(Contribution {
                    kernel: kernel.some_rows(rows.clone()),
                    share: *share,
                    out: MatrixMut::new(out, stage.units),
                }),
            });
            processor.run(works);
            from = &passed.contributions;
        }
        Ok(Tensor::from_slice(outputs, (batch, outputs.len() / batch), &Device::Cpu)?)
    }

    /// The outputs as the network gives them, from those of [`Fused::forward`]; without the last activation where it is
    /// the one to `skip`.
    pub(crate) fn end(&self, outputs: &Tensor, skip: Option<Activation>) -> Result<Tensor> {
        let outputs = if skip == Some(self.ending) { outputs.clone() } else { self.ending.apply(outputs)? };
        Ok(outputs.reshape([&[outputs.dim(0)?], &*self.output_shape].concat())?)
    }

    /// Makes room for a batch, and shares the work out.
    fn prepare(&mut self, batch: usize) {
        let Self { processor, stages, space, .. } = self;
        if space.batch == batch {
            return;
        }
        space.batch = batch;
        let work = stages.iter().map(|stage| batch * stage.inputs * stage.units).sum();
        let threads = processor.threads(work);
        space.stages.resize_with(stages.len(), Passed::default);
        let mut activation: Option<Elementwise> = None;
        for (stage, passed) in stages.iter().zip(&mut space.stages) {
            let count = batch * stage.inputs;
            let hidden = activation.is_some_and(|activation| !activation.shows_slope());
            passed.shares = Share::cut(stage.inputs, stage.units, threads);
            passed.inputs.resize(count, 0.0);
            passed.sums.resize(if hidden { count } else { 0 }, 0.0);
            passed.keep.resize(if stage.dropping.is_some() { count } else { 0 }, false);
            passed.contributions.resize(passed.shares.len() * batch * stage.units, 0.0);
            activation = stage.activation;
        }
        if let Some(first) = space.stages.first_mut() {
            first.sparse.resize_with(first.shares.len(), Sparse::default);
        }
        space.outputs.resize(batch * stages.last().map_or(0, |stage| stage.units), 0.0);
    }

    /// Draws the masks of a moment, on all threads.
    fn draw(&mut self, moment: Moment) {
        let Self { processor, stages, space, .. } = self;
        let count = space.stages.iter().map(|passed| passed.keep.len()).sum::<usize>();
        // To draw a number takes about as long as 32 multiply-adds.
        let threads = processor.threads(32 * count);
        let mut works = (0..threads).map(|_| Draw(Vec::new())).collect::<Vec<_>>();
        for (stage, passed) in stages.iter().zip(&mut space.stages) {
            let Some(dropping) = stage.dropping else { continue };
            let each = passed.keep.len().div_ceil(threads).next_multiple_of(DRAWN);
            for (part, (keep, work)) in passed.keep.chunks_mut(each).zip(&mut works).enumerate() {
                work.0.push(Mask::new(dropping, moment, part * each, keep));
            }
        }
        if count > 0 {
            processor.run(works);
        }
    }
}

/// The columns of each share, which lie in a block of their own.
fn blocks<'a>(values: &'a mut [f32], rows: &[Range<usize>], batch: usize) -> impl Iterator<Item = MatrixMut<'a>> {
    let parts = cut(values, rows, batch);
    parts.zip(rows).map(|(part, rows)| MatrixMut::new(part, rows.len()))
}

/// What one thread draws.
struct Draw<'a>(Vec<Mask<'a>>);

impl WithSimd for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        for Mask { rate, seed, place, first, keep } in self.0 {
            draw_mask(keep, first, rate, seed, place);
        }
    }
}

/// A part of a mask.
struct Mask<'a> {
    rate: f64,
    seed: u64,
    place: Place,
    first: usize,
    keep: &'a mut [bool],
}

impl<'a> Mask<'a> {
    fn new(dropping: Dropping, moment: Moment, first: usize, keep: &'a mut [bool]) -> Self {
        let place = Place { epoch: moment.epoch, batch: moment.batch, layer: dropping.layer };
        Self { rate: dropping.rate, seed: moment.seed, place, first, keep }
    }
}
