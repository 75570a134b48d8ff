//! The optimizer step of one parameter, in one pass over the parameter, its gradient and its slot variables.

use super::float::{contiguous_slice, parameter_slice};
use super::simd_level::SimdLevel;
use super::simd_vec::SimdVec;
use super::tail_mask::TailMask;
use candle_core::{CpuStorage, InplaceOp2, Layout, Result, bail};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::cell::RefCell;

/// The number of elements that one thread takes at a time. Below two such chunks, waking another thread costs more than it gains.
const CHUNK_LEN: usize = 1 << 14;

/// The largest number of slot variables of an optimizer.
pub(super) const MAX_SLOTS: usize = 3;

/// The arithmetic of one step for an element `w` with gradient `g`, with the constants of this step.
///
/// The constants are computed in `f64` and rounded once: with rounded operands, `1 − 0.999` would be off by 5 in 100,000. The names
/// before each formula are the slot variables, in their order.
#[derive(Clone, Copy, Debug)]
pub(crate) enum UpdateRule {
    /// `w −= step · g`.
    Descent { step: f32 },
    /// m: `m = momentum · m − step · g`, `w += m`; with Nesterov `w += momentum · m − step · g`.
    Momentum { step: f32, momentum: f32, nesterov: bool },
    /// v: `v += one_minus_beta · (g² − v)`, `w −= step · g / √(v + ε)`.
    RmsProp { step: f32, one_minus_beta: f32, epsilon: f32 },
    /// v, m, a: `v` as above, `a += one_minus_beta · (g − a)`, `m = momentum · m + step · g / √(v − a² + ε)`, `w −= m`; without
    /// the `a²` unless centered.
    RmsPropMomentum { step: f32, one_minus_beta: f32, epsilon: f32, momentum: f32, centered: bool },
    /// m, v: `m += (1 − β₁) · (g − m)`, `v += (1 − β₂) · (g² − v)`, `w −= step · m / (√v + ε)`.
    Adam { step: f32, one_minus_beta: (f32, f32), epsilon: f32 },
    /// m, v, largest v: as Adam, with the largest v so far for v.
    AmsGrad { step: f32, one_minus_beta: (f32, f32), epsilon: f32 },
    /// sum: `sum += g²`, `w −= step · g / √(sum + ε)`.
    Adagrad { step: f32, epsilon: f32 },
    /// m, v: moments as Adam's, `w −= (for_m · m + for_g · g) / (√(v · correction) + ε)`.
    Nadam { for_m: f32, for_g: f32, correction: f32, one_minus_beta: (f32, f32), epsilon: f32 },
    /// m, u: `m` as Adam's, `u = max(β₂ · u, |g|)`, `w −= step · m / (u + ε)`.
    Adamax { step: f32, one_minus_beta: f32, beta_2: f32, epsilon: f32 },
}

/// What happens to each element before the update rule: `g = clamp(scale · g, ±limit)`, then `w −= decay · w`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GradientTransform {
    pub(crate) scale: f32,
    /// Infinite for no clipping.
    pub(crate) limit: f32,
    pub(crate) decay: f32,
}

/// The optimizer step of one parameter.
pub(crate) struct OptimizerStep<'a> {
    pub(crate) rule: UpdateRule,
    pub(crate) transform: GradientTransform,
    /// The slot variables of the rule, each as long as the parameter.
    pub(crate) slots: RefCell<&'a mut [Vec<f32>]>,
}

impl InplaceOp2 for OptimizerStep<'_> {
    fn name(&self) -> &'static str {
        "optimizer step"
    }

    fn cpu_fwd(&self, w: &mut CpuStorage, wl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<()> {
        let w = parameter_slice("optimizer step", w, wl)?;
        let g = contiguous_slice::<f32>(g, gl)?;
        let mut slots = self.slots.borrow_mut();
        if g.len() != w.len() || slots.len() > MAX_SLOTS || slots.iter().any(|block| block.len() != w.len()) {
            bail!("optimizer step: {} parameters, {} gradients, slots {}", w.len(), g.len(), slots.len());
        }
        let mut blocks = slots.iter_mut().map(|block| block.chunks_mut(CHUNK_LEN)).collect::<Vec<_>>();
        let mut block =
            || std::array::from_fn(|index| blocks.get_mut(index).and_then(Iterator::next).unwrap_or_default());
        let Self { rule, transform, .. } = *self;
        let chunks = w.chunks_mut(CHUNK_LEN).zip(g.chunks(CHUNK_LEN));
        let chunks = chunks.map(|(w, g)| StepChunk { rule, transform, w, g, slots: block() }).collect::<Vec<_>>();
        let simd_level = SimdLevel::from_env()?;
        // Elements are independent, so the result is the same for any number of threads.
        if chunks.len() <= 2 {
            chunks.into_iter().for_each(|chunk| simd_level.run(chunk));
        } else {
            chunks.into_par_iter().for_each(|chunk| simd_level.run(chunk));
        }
        Ok(())
    }
}

/// Consecutive elements of the parameter, its gradient and its slots.
pub(super) struct StepChunk<'a> {
    pub(super) rule: UpdateRule,
    pub(super) transform: GradientTransform,
    pub(super) w: &'a mut [f32],
    pub(super) g: &'a [f32],
    /// Empty for slots that the rule does not use.
    pub(super) slots: [&'a mut [f32]; MAX_SLOTS],
}

impl WithSimd for StepChunk<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.rule {
            UpdateRule::Descent { .. } => self.run::<S, 0>(simd),
            UpdateRule::Momentum { .. } | UpdateRule::RmsProp { .. } | UpdateRule::Adagrad { .. } => {
                self.run::<S, 1>(simd)
            }
            UpdateRule::Adam { .. } | UpdateRule::Nadam { .. } | UpdateRule::Adamax { .. } => self.run::<S, 2>(simd),
            UpdateRule::RmsPropMomentum { .. } | UpdateRule::AmsGrad { .. } => self.run::<S, 3>(simd),
        }
    }
}

impl StepChunk<'_> {
    /// Updates the elements vector by vector, for a rule with `M` slots.
    #[inline(always)]
    fn run<S: Simd, const M: usize>(self, simd: S) {
        let Self { rule, transform, w, g, slots } = self;
        let (w, last_w) = S::as_mut_simd_f32s(w);
        let (g, last_g) = S::as_simd_f32s(g);
        let [first, second, third] = slots.map(|block| S::as_mut_simd_f32s(block));
        let slots = [first.0, second.0, third.0];
        for (index, (w, g)) in w.iter_mut().zip(g).enumerate() {
            let mut old = [simd.splat_f32s(0.0); MAX_SLOTS];
            for slot in 0..M {
                old[slot] = slots[slot][index];
            }
            let (new_w, new) = rule.step(simd, transform.apply(simd, *w, *g), old);
            *w = new_w;
            for slot in 0..M {
                slots[slot][index] = new[slot];
            }
        }
        if !last_w.is_empty() {
            let slots = [first.1, second.1, third.1];
            let tail = TailMask::new(simd, last_w.len());
            let (w, g) = (tail.load(simd, last_w), tail.load(simd, last_g));
            let mut old = [simd.splat_f32s(0.0); MAX_SLOTS];
            for slot in 0..M {
                old[slot] = tail.load(simd, slots[slot]);
            }
            let (new_w, new) = rule.step(simd, transform.apply(simd, w, g), old);
            tail.store(simd, last_w, new_w);
            for (slot, slots) in slots.into_iter().enumerate().take(M) {
                tail.store(simd, slots, new[slot]);
            }
        }
    }
}

impl GradientTransform {
    /// Returns the elements and their gradients after the transform.
    #[inline(always)]
    fn apply<S: Simd>(self, simd: S, w: S::f32s, g: S::f32s) -> (S::f32s, S::f32s) {
        let (high, low) = (simd.splat_f32s(self.limit), simd.splat_f32s(-self.limit));
        let g = simd.mul_f32s(g, simd.splat_f32s(self.scale));
        // In this order, a NaN stays NaN.
        let g = simd.select_f32s(simd.greater_than_f32s(g, high), high, g);
        let g = simd.select_f32s(simd.less_than_f32s(g, low), low, g);
        (simd.sub_f32s(w, simd.mul_f32s(w, simd.splat_f32s(self.decay))), g)
    }
}

impl UpdateRule {
    /// Returns the new elements and slots from the elements, their gradients and the old slots.
    #[inline(always)]
    fn step<S: Simd>(
        self,
        simd: S,
        (w, g): (S::f32s, S::f32s),
        slots: [S::f32s; MAX_SLOTS],
    ) -> (S::f32s, [S::f32s; MAX_SLOTS]) {
        let splat = |value| SimdVec(simd, simd.splat_f32s(value));
        let (w, g, [a, b, c]) = (SimdVec(simd, w), SimdVec(simd, g), slots.map(|block| SimdVec(simd, block)));
        let (w, slots) = match self {
            Self::Descent { step } => (w - splat(step) * g, [a, b, c]),
            Self::Momentum { step, momentum, nesterov } => {
                let m = splat(momentum) * a - splat(step) * g;
                let ahead = if nesterov { splat(momentum) * m - splat(step) * g } else { m };
                (w + ahead, [m, b, c])
            }
            Self::RmsProp { step, one_minus_beta, epsilon } => {
                let v = a.lerp(g * g, one_minus_beta);
                (w - (splat(step) * g).div_sqrt(v + splat(epsilon)), [v, b, c])
            }
            Self::RmsPropMomentum { step, one_minus_beta, epsilon, momentum, centered } => {
                let (v, mean) = (a.lerp(g * g, one_minus_beta), c.lerp(g, one_minus_beta));
                let variance = if centered { v - mean * mean } else { v };
                let m = splat(momentum) * b + (splat(step) * g).div_sqrt(variance + splat(epsilon));
                (w - m, [v, m, mean])
            }
            Self::Adam { step, one_minus_beta, epsilon } => {
                let (m, v) = (a.lerp(g, one_minus_beta.0), b.lerp(g * g, one_minus_beta.1));
                (w - (splat(step) * m).div_sqrt_plus_eps(v, epsilon), [m, v, c])
            }
            Self::AmsGrad { step, one_minus_beta, epsilon } => {
                let (m, v) = (a.lerp(g, one_minus_beta.0), b.lerp(g * g, one_minus_beta.1));
                let largest = v.max(c);
                (w - (splat(step) * m).div_sqrt_plus_eps(largest, epsilon), [m, v, largest])
            }
            Self::Adagrad { step, epsilon } => {
                let sum = a + g * g;
                (w - (splat(step) * g).div_sqrt(sum + splat(epsilon)), [sum, b, c])
            }
            Self::Nadam { for_m, for_g, correction, one_minus_beta, epsilon } => {
                let (m, v) = (a.lerp(g, one_minus_beta.0), b.lerp(g * g, one_minus_beta.1));
                let above = splat(for_m) * m + splat(for_g) * g;
                (w - above.div_sqrt_plus_eps(v * splat(correction), epsilon), [m, v, c])
            }
            Self::Adamax { step, one_minus_beta, beta_2, epsilon } => {
                let (m, u) = (a.lerp(g, one_minus_beta), (splat(beta_2) * b).max(g.abs()));
                (w - splat(step) * m / (u + splat(epsilon)), [m, u, c])
            }
        };
        (w.1, slots.map(|block| block.1))
    }
}
