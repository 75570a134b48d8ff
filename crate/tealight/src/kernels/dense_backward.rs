//! A dense layer backward, for a thread's rows of the kernel.

use super::Elementwise;
use super::dense_forward::Sparse;
use super::dropout::Dropped;
use super::kernel_gradient::{KernelGradient, Target};
use super::matrix::{Matrix, MatrixMut};
use super::penalty::PenaltyRates;
use super::processor::Processor;
use super::product::{Left, Product};
use super::real::parameter;
use super::share::Share;
use super::update::{Before, MOST, Rule};
use candle_core::{CpuStorage, InplaceOp1, Layout, Result, bail};
use pulp::{Simd, WithSimd};
use std::cell::RefCell;
use std::ops::Range;

/// A layer's way back: the gradient of its inputs, and with that of its kernel a step of it.
pub(crate) struct DenseBackward<'a> {
    pub(crate) processor: &'a Processor,
    pub(crate) shares: &'a [Share],
    /// For each share, one after the other, its inputs: `[batch, rows]`.
    pub(crate) inputs: &'a [f32],
    /// Where the inputs are not 0, for each share, where it pays to know.
    pub(crate) sparse: &'a [Sparse],
    /// `[batch, units]`, of the layer's sums.
    pub(crate) gradient: Matrix<'a>,
    pub(crate) penalty: Option<PenaltyRates>,
    pub(crate) target: RefCell<KernelTarget<'a>>,
    /// What the inputs came from, if not from the examples.
    pub(crate) before: RefCell<Option<LayerBefore<'a>>>,
}

/// What is done with the gradient of the kernel.
pub(crate) enum KernelTarget<'a> {
    /// The optimizer moves the kernel by it, and remembers blocks of numbers as long as the kernel.
    Step { rule: Rule, before: Before, memory: &'a mut [Vec<f32>] },
    /// It is stored here; the kernel stays as it is.
    Stored(&'a mut [f32]),
}

/// How the inputs were made, and the gradient of the sums that they were made of.
pub(crate) struct LayerBefore<'a> {
    pub(crate) dropped: Option<Dropped<'a>>,
    /// The function, and what it was applied to (or, for a function whose slope its result tells, the result), in blocks
    /// as the inputs.
    pub(crate) activation: Option<(Elementwise, &'a [f32])>,
    /// The gradient of this layer's sums transposed: `[units, batch]`.
    pub(crate) turned_gradient: Matrix<'a>,
    /// The result, `[batch, inputs]`, and the same transposed.
    pub(crate) result: &'a mut [f32],
    pub(crate) turned: &'a mut [f32],
}

impl InplaceOp1 for DenseBackward<'_> {
    fn name(&self) -> &'static str {
        "dense layer backward"
    }

    fn cpu_fwd(&self, kernel: &mut CpuStorage, layout: &Layout) -> Result<()> {
        let (inputs, units) = layout.shape().dims2()?;
        let kernel = parameter("dense", kernel, layout)?;
        let rows = self.shares.iter().map(Share::rows).collect::<Vec<_>>();
        let mut target = self.target.borrow_mut();
        let targets = match &mut *target {
            KernelTarget::Stored(values) => cut(values, &rows, units).map(Target::Stored).collect::<Vec<_>>(),
            KernelTarget::Step { rule, before, memory } => {
                if memory.len() > MOST || memory.iter().any(|block| block.len() != kernel.len()) {
                    bail!("dense: an optimizer's memory does not fit a kernel of {inputs} × {units}");
                }
                let mut blocks = memory.iter_mut().map(|block| cut(block, &rows, units));
                let mut blocks = [blocks.next(), blocks.next(), blocks.next()];
                let mut of = |slot: usize| blocks[slot].as_mut().and_then(Iterator::next).unwrap_or_default();
                let step = |_| Target::Step { rule: *rule, before: *before, memory: [of(0), of(1), of(2)] };
                rows.iter().map(step).collect()
            }
        };
        let mut before = self.before.borrow_mut();
        let batch = self.gradient.rows();
        let mut gradients = before.as_mut().map(|before| {
            let results = MatrixMut::new(before.result, inputs).cut_columns(&rows);
            let turned = cut(before.turned, &rows, batch).map(|turned| MatrixMut::new(turned, batch));
            let parts = rows.iter().zip(results).zip(turned).map(|((rows, result), turned)| InputGradient {
                turned_gradient: before.turned_gradient,
                dropped: before.dropped.map(|dropped| Dropped { first: rows.start, ..dropped }),
                activation: before.activation.map(|(function, values)| (function, block(values, rows, batch))),
                result,
                turned,
            });
            parts.collect::<Vec<_>>().into_iter()
        });
        let kernels = cut(kernel, &rows, units);
        let mut sparse = self.sparse.iter();
        let parts = rows.iter().zip(kernels).zip(targets).map(|((rows, kernel), target)| Backward {
            inputs: gradients.as_mut().and_then(Iterator::next),
            kernel: KernelGradient {
                inputs: block(self.inputs, rows, batch),
                gradient: self.gradient,
                nonzero: sparse.next().map(|sparse| &sparse.features),
                penalty: self.penalty,
                kernel,
                target,
                block: Vec::new(),
            },
        });
        self.processor.run(parts);
        Ok(())
    }
}

/// The block of the columns of a share.
fn block<'a>(values: &'a [f32], rows: &Range<usize>, batch: usize) -> Matrix<'a> {
    Matrix::new(&values[rows.start * batch..rows.end * batch], rows.len())
}

/// A matrix with so many columns in parts of rows that begin at 0 and leave no gap.
pub(crate) fn cut<'a>(
    mut values: &'a mut [f32],
    rows: &[Range<usize>],
    columns: usize,
) -> impl Iterator<Item = &'a mut [f32]> {
    rows.iter().map(move |rows| {
        let (part, rest) = std::mem::take(&mut values).split_at_mut(rows.len() * columns);
        values = rest;
        part
    })
}

/// A thread's part of a layer.
struct Backward<'a> {
    inputs: Option<InputGradient<'a>>,
    kernel: KernelGradient<'a>,
}

/// Rows of a kernel that go through all of it together, so that they and what belongs to them are still in the first
/// cache when they move.
const STRIPE: usize = 32;

impl WithSimd for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { mut inputs, mut kernel } = self;
        let (units, count) = (kernel.gradient.columns(), kernel.inputs.columns());
        for first in (0..count).step_by(STRIPE) {
            let rows = first..count.min(first + STRIPE);
            if let Some(inputs) = &mut inputs {
                inputs.run(simd, Matrix::new(kernel.kernel, units), rows.clone());
            }
            kernel.run(simd, rows);
        }
    }
}

/// The gradient of the sums of the layer before, `gradient · kernelᵀ` taken back through the dropout and the activation
/// that lie between.
///
/// It is computed as `kernel · gradientᵀ`, whose right side is small and whose left side is read as it lies; the result
/// is turned round as it is written.
struct InputGradient<'a> {
    turned_gradient: Matrix<'a>,
    dropped: Option<Dropped<'a>>,
    activation: Option<(Elementwise, Matrix<'a>)>,
    /// `[batch, rows]`.
    result: MatrixMut<'a>,
    /// `[rows, batch]`.
    turned: MatrixMut<'a>,
}

impl InputGradient<'_> {
    /// For some rows of the kernel.
    #[inline(always)]
    fn run<S: Simd>(&mut self, simd: S, kernel: Matrix<'_>, rows: Range<usize>) {
        let batch = self.result.rows();
        let mut turned = self.turned.some(rows.clone(), 0..batch);
        let mut result = self.result.some(0..batch, rows.clone());
        let (left, out) = (Left::Rows(kernel.some_rows(rows.clone())), turned.some(0..rows.len(), 0..batch));
        Product { left, right: self.turned_gradient, share: None, nonzero: None, out }.with_simd(simd);
        turn(turned.view(), &mut result);
        let dropped = self.dropped.map(|dropped| Dropped { first: dropped.first + rows.start, ..dropped });
        let activation = self.activation.map(|(function, values)| (function, values.some_columns(rows.clone())));
        for example in 0..batch {
            let row = result.row(example);
            if let Some(dropped) = dropped {
                dropped.apply(example, row);
            }
            if let Some((function, values)) = activation {
                function.slope(values.row(example), row);
            }
        }
        turn(result.view(), &mut turned);
    }
}

/// Rows that are turned round together: a cache line of each row that they are written to.
const TURNED: usize = 16;

/// Writes a matrix transposed.
#[inline(always)]
pub(crate) fn turn(source: Matrix<'_>, target: &mut MatrixMut<'_>) {
    // In squares, so that the lines read and written both stay in the cache.
    for row in (0..source.rows()).step_by(TURNED) {
        for column in (0..source.columns()).step_by(TURNED) {
            let (height, width) = ((source.rows() - row).min(TURNED), (source.columns() - column).min(TURNED));
            // Written out for a whole square: the compiler then makes shuffles of vectors of it.
            match (height, width) {
                (TURNED, TURNED) => turn_square(source, target, (row, column), (TURNED, TURNED)),
                sides => turn_square(source, target, (row, column), sides),
            }
        }
    }
}

/// The square that begins at a row and a column of the source, or what there is of it.
#[inline(always)]
fn turn_square(
    source: Matrix<'_>,
    target: &mut MatrixMut<'_>,
    (row, column): (usize, usize),
    (height, width): (usize, usize),
) {
    let mut square = [[0.0; TURNED]; TURNED];
    for (line, row) in square.iter_mut().zip(row..row + height) {
        line[..width].copy_from_slice(source.part(row, column, width));
    }
    for at in 0..width {
        let line = &mut target.row(column + at)[row..][..height];
        for (value, row) in line.iter_mut().zip(&square) {
            *value = row[at];
        }
    }
}
