//! One step of an optimizer in one pass over a parameter, its gradient and what the optimizer remembers of it.

use super::real::slice;
use candle_core::{CpuStorage, InplaceOp2, Layout, Result, Storage, Tensor, bail};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::cell::RefCell;

/// Elements that one thread takes at a time; below two such pieces, waking another thread costs more than it gains.
const PIECE: usize = 1 << 14;

/// The most that an optimizer remembers of one element.
const MOST: usize = 3;

/// The arithmetic of one step for each element `w` with gradient `g`, its constants worked out for this very step.
///
/// The constants are taken in `f64` and rounded once: `1 − 0.999` after rounding would be off by 5 in 100,000. The names
/// before each formula are what is remembered, in the order of the memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Rule {
    /// `w −= step · g`.
    Descent { step: f32 },
    /// m: `m = momentum · m − step · g`, `w += m`; with Nesterov `w += momentum · m − step · g`.
    Momentum { step: f32, momentum: f32, nesterov: bool },
    /// v: `v += fresh · (g² − v)`, `w −= step · g / √(v + ε)`.
    RmsProp { step: f32, fresh: f32, epsilon: f32 },
    /// v, m, a: `v` as above, `a += fresh · (g − a)`, `m = momentum · m + step · g / √(v − a² + ε)`, `w −= m`; without
    /// the `a²` unless centered.
    RmsPropMomentum { step: f32, fresh: f32, epsilon: f32, momentum: f32, centered: bool },
    /// m, v: `m += fresh₁ · (g − m)`, `v += fresh₂ · (g² − v)`, `w −= step · m / (√v + ε)`.
    Adam { step: f32, fresh: (f32, f32), epsilon: f32 },
    /// m, v, largest v: as Adam, with the largest v so far for v.
    AmsGrad { step: f32, fresh: (f32, f32), epsilon: f32 },
    /// sum: `sum += g²`, `w −= step · g / √(sum + ε)`.
    Adagrad { step: f32, epsilon: f32 },
    /// m, v: moments as Adam's, `w −= (for_m · m + for_g · g) / (√(v · correction) + ε)`.
    Nadam { for_m: f32, for_g: f32, correction: f32, fresh: (f32, f32), epsilon: f32 },
    /// m, u: `m` as Adam's, `u = max(β₂ · u, |g|)`, `w −= step · m / (u + ε)`.
    Adamax { step: f32, fresh: f32, beta_2: f32, epsilon: f32 },
}

/// What is done to each element before the rule: `g = clamp(scale · g, ±limit)`, then `w −= decay · w`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Before {
    pub(crate) scale: f32,
    /// Infinite for none.
    pub(crate) limit: f32,
    pub(crate) decay: f32,
}

/// The step of one parameter.
pub(crate) struct Update<'a> {
    pub(crate) rule: Rule,
    pub(crate) before: Before,
    /// As many blocks as the rule names, each as long as the parameter.
    pub(crate) memory: RefCell<&'a mut [Vec<f32>]>,
}

impl InplaceOp2 for Update<'_> {
    fn name(&self) -> &'static str {
        "optimizer step"
    }

    fn cpu_fwd(&self, w: &mut CpuStorage, wl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<()> {
        let CpuStorage::F32(w) = w else { bail!("optimizer step: expected parameters of type f32") };
        let Some(w) = wl.contiguous_offsets().and_then(|(start, end)| w.get_mut(start..end)) else {
            bail!("optimizer step: expected a contiguous parameter, got {wl:?}");
        };
        let g = slice::<f32>(g, gl)?;
        let mut memory = self.memory.borrow_mut();
        if g.len() != w.len() || memory.len() > MOST || memory.iter().any(|block| block.len() != w.len()) {
            bail!("optimizer step: {} parameters, {} gradients, memory {}", w.len(), g.len(), memory.len());
        }
        let mut blocks = memory.iter_mut().map(|block| block.chunks_mut(PIECE)).collect::<Vec<_>>();
        let mut block =
            || std::array::from_fn(|index| blocks.get_mut(index).and_then(Iterator::next).unwrap_or_default());
        let Self { rule, before, .. } = *self;
        let pieces = w.chunks_mut(PIECE).zip(g.chunks(PIECE));
        let pieces = pieces.map(|(w, g)| Piece { rule, before, w, g, memory: block() }).collect::<Vec<_>>();
        let arch = Arch::new();
        // Each element by itself: the result is the same for any number of threads.
        if pieces.len() <= 2 {
            pieces.into_iter().for_each(|piece| arch.dispatch(piece));
        } else {
            pieces.into_par_iter().for_each(|piece| arch.dispatch(piece));
        }
        Ok(())
    }
}

/// Elements next to each other, of the parameter and of all that goes with it.
struct Piece<'a> {
    rule: Rule,
    before: Before,
    w: &'a mut [f32],
    g: &'a [f32],
    /// Empty where the rule remembers less.
    memory: [&'a mut [f32]; MOST],
}

impl WithSimd for Piece<'_> {
    type Output = ();

    // Inlined into each of pulp's versions, so that the compiler vectorises it for that version's registers.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let Self { rule, before: Before { scale, limit, decay }, w, g, memory: [first, second, third] } = self;
        let elements = w.iter_mut().zip(g.iter().map(|&g| clamp(g * scale, limit)));
        let elements = elements.map(|(w, g)| {
            *w -= *w * decay;
            (w, g)
        });
        match rule {
            Rule::Descent { step } => {
                for (w, g) in elements {
                    *w -= step * g;
                }
            }
            Rule::Momentum { step, momentum, nesterov } => {
                for ((w, g), m) in elements.zip(first) {
                    *m = momentum * *m - step * g;
                    *w += if nesterov { momentum * *m - step * g } else { *m };
                }
            }
            Rule::RmsProp { step, fresh, epsilon } => {
                for ((w, g), v) in elements.zip(first) {
                    *v += (g * g - *v) * fresh;
                    *w -= step * g / (*v + epsilon).sqrt();
                }
            }
            Rule::RmsPropMomentum { step, fresh, epsilon, momentum, centered } => {
                for (((w, g), (v, m)), a) in elements.zip(first.iter_mut().zip(second)).zip(third) {
                    *v += (g * g - *v) * fresh;
                    *a += (g - *a) * fresh;
                    let mean = if centered { *a } else { 0.0 };
                    *m = momentum * *m + step * g / (*v - mean * mean + epsilon).sqrt();
                    *w -= *m;
                }
            }
            Rule::Adam { step, fresh, epsilon } => {
                for (((w, g), m), v) in elements.zip(first).zip(second) {
                    *m += (g - *m) * fresh.0;
                    *v += (g * g - *v) * fresh.1;
                    *w -= step * *m / (v.sqrt() + epsilon);
                }
            }
            Rule::AmsGrad { step, fresh, epsilon } => {
                for (((w, g), (m, v)), largest) in elements.zip(first.iter_mut().zip(second)).zip(third) {
                    *m += (g - *m) * fresh.0;
                    *v += (g * g - *v) * fresh.1;
                    *largest = if *v > *largest { *v } else { *largest };
                    *w -= step * *m / (largest.sqrt() + epsilon);
                }
            }
            Rule::Adagrad { step, epsilon } => {
                for ((w, g), sum) in elements.zip(first) {
                    *sum += g * g;
                    *w -= step * g / (*sum + epsilon).sqrt();
                }
            }
            Rule::Nadam { for_m, for_g, correction, fresh, epsilon } => {
                for (((w, g), m), v) in elements.zip(first).zip(second) {
                    *m += (g - *m) * fresh.0;
                    *v += (g * g - *v) * fresh.1;
                    *w -= (for_m * *m + for_g * g) / ((*v * correction).sqrt() + epsilon);
                }
            }
            Rule::Adamax { step, fresh, beta_2, epsilon } => {
                for (((w, g), m), u) in elements.zip(first).zip(second) {
                    *m += (g - *m) * fresh;
                    let decayed = beta_2 * *u;
                    *u = if decayed > g.abs() { decayed } else { g.abs() };
                    *w -= step * *m / (*u + epsilon);
                }
            }
        }
    }
}

/// Without a branch, and so that a NaN stays one.
#[inline(always)]
fn clamp(x: f32, limit: f32) -> f32 {
    let x = if x > limit { limit } else { x };
    if x < -limit { -limit } else { x }
}

/// `Σ x²` over a contiguous tensor of type `f32`, in `f64` and in a fixed order.
pub(crate) fn sum_of_squares(x: &Tensor) -> Result<f64> {
    let (storage, layout) = x.storage_and_layout();
    let Storage::Cpu(storage) = &*storage else { bail!("sum of squares: expected a tensor on the CPU") };
    let x = slice::<f32>(storage, layout)?;
    let arch = Arch::new();
    // The pieces are the same for any number of threads, and so is the order in which their sums are added.
    let sums = x.chunks(PIECE).map(|x| arch.dispatch(Squares { x }));
    Ok(sums.sum())
}

struct Squares<'a> {
    x: &'a [f32],
}

impl WithSimd for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> f64 {
        // Several sums side by side, because a single one would wait for each addition.
        let mut lanes = [0.0_f64; 16];
        let (whole, rest) = self.x.as_chunks::<16>();
        for values in whole {
            for (lane, &x) in lanes.iter_mut().zip(values) {
                *lane += f64::from(x) * f64::from(x);
            }
        }
        lanes.iter().sum::<f64>() + rest.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>()
    }
}
