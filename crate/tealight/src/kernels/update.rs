//! One step of an optimizer in one pass over a parameter, its gradient and what the optimizer remembers of it.

use super::cut::Cut;
use super::instructions::Instructions;
use super::real::{numbers, parameter, slice};
use super::roots;
use candle_core::{CpuStorage, InplaceOp2, Layout, Result, Tensor, bail};
use pulp::{Simd, WithSimd};
use rayon::prelude::*;
use std::cell::RefCell;
use std::ops::{Add, Div, Mul, Sub};

/// Elements that one thread takes at a time; below two such pieces, waking another thread costs more than it gains.
const PIECE: usize = 1 << 14;

/// The most that an optimizer remembers of one element.
pub(super) const MOST: usize = 3;

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
        let w = parameter("optimizer step", w, wl)?;
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
        let instructions = Instructions::chosen()?;
        // Each element by itself: the result is the same for any number of threads.
        if pieces.len() <= 2 {
            pieces.into_iter().for_each(|piece| instructions.run(piece));
        } else {
            pieces.into_par_iter().for_each(|piece| instructions.run(piece));
        }
        Ok(())
    }
}

/// Elements next to each other, of the parameter and of all that goes with it.
pub(super) struct Piece<'a> {
    pub(super) rule: Rule,
    pub(super) before: Before,
    pub(super) w: &'a mut [f32],
    pub(super) g: &'a [f32],
    /// Empty where the rule remembers less.
    pub(super) memory: [&'a mut [f32]; MOST],
}

impl WithSimd for Piece<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        match self.rule {
            Rule::Descent { .. } => self.run::<S, 0>(simd),
            Rule::Momentum { .. } | Rule::RmsProp { .. } | Rule::Adagrad { .. } => self.run::<S, 1>(simd),
            Rule::Adam { .. } | Rule::Nadam { .. } | Rule::Adamax { .. } => self.run::<S, 2>(simd),
            Rule::RmsPropMomentum { .. } | Rule::AmsGrad { .. } => self.run::<S, 3>(simd),
        }
    }
}

impl Piece<'_> {
    /// A vector of elements at a time, for a rule that remembers `M` numbers of each.
    #[inline(always)]
    fn run<S: Simd, const M: usize>(self, simd: S) {
        let Self { rule, before, w, g, memory } = self;
        let (w, last_w) = S::as_mut_simd_f32s(w);
        let (g, last_g) = S::as_simd_f32s(g);
        let [first, second, third] = memory.map(|block| S::as_mut_simd_f32s(block));
        let memory = [first.0, second.0, third.0];
        for (index, (w, g)) in w.iter_mut().zip(g).enumerate() {
            let mut old = [simd.splat_f32s(0.0); MOST];
            for slot in 0..M {
                old[slot] = memory[slot][index];
            }
            let (new_w, new) = rule.moved(simd, before.done(simd, *w, *g), old);
            *w = new_w;
            for slot in 0..M {
                memory[slot][index] = new[slot];
            }
        }
        if !last_w.is_empty() {
            let memory = [first.1, second.1, third.1];
            let cut = Cut::new(simd, last_w.len());
            let (w, g) = (cut.load(simd, last_w), cut.load(simd, last_g));
            let mut old = [simd.splat_f32s(0.0); MOST];
            for slot in 0..M {
                old[slot] = cut.load(simd, memory[slot]);
            }
            let (new_w, new) = rule.moved(simd, before.done(simd, w, g), old);
            cut.store(simd, last_w, new_w);
            for (slot, memory) in memory.into_iter().enumerate().take(M) {
                cut.store(simd, memory, new[slot]);
            }
        }
    }
}

impl Before {
    /// The elements and their gradients after it.
    #[inline(always)]
    fn done<S: Simd>(self, simd: S, w: S::f32s, g: S::f32s) -> (S::f32s, S::f32s) {
        let (high, low) = (simd.splat_f32s(self.limit), simd.splat_f32s(-self.limit));
        let g = simd.mul_f32s(g, simd.splat_f32s(self.scale));
        // In this order, so that a NaN stays one.
        let g = simd.select_f32s(simd.greater_than_f32s(g, high), high, g);
        let g = simd.select_f32s(simd.less_than_f32s(g, low), low, g);
        (simd.sub_f32s(w, simd.mul_f32s(w, simd.splat_f32s(self.decay))), g)
    }
}

impl Rule {
    /// The new elements and the new memory, from the elements, their gradients and the old memory.
    #[inline(always)]
    fn moved<S: Simd>(
        self,
        simd: S,
        (w, g): (S::f32s, S::f32s),
        memory: [S::f32s; MOST],
    ) -> (S::f32s, [S::f32s; MOST]) {
        let number = |value| Numbers(simd, simd.splat_f32s(value));
        let (w, g, [a, b, c]) = (Numbers(simd, w), Numbers(simd, g), memory.map(|block| Numbers(simd, block)));
        let (w, memory) = match self {
            Self::Descent { step } => (w - number(step) * g, [a, b, c]),
            Self::Momentum { step, momentum, nesterov } => {
                let m = number(momentum) * a - number(step) * g;
                let ahead = if nesterov { number(momentum) * m - number(step) * g } else { m };
                (w + ahead, [m, b, c])
            }
            Self::RmsProp { step, fresh, epsilon } => {
                let v = a.towards(g * g, fresh);
                (w - (number(step) * g).over_root(v + number(epsilon)), [v, b, c])
            }
            Self::RmsPropMomentum { step, fresh, epsilon, momentum, centered } => {
                let (v, mean) = (a.towards(g * g, fresh), c.towards(g, fresh));
                let variance = if centered { v - mean * mean } else { v };
                let m = number(momentum) * b + (number(step) * g).over_root(variance + number(epsilon));
                (w - m, [v, m, mean])
            }
            Self::Adam { step, fresh, epsilon } => {
                let (m, v) = (a.towards(g, fresh.0), b.towards(g * g, fresh.1));
                (w - (number(step) * m).over_root_plus(v, epsilon), [m, v, c])
            }
            Self::AmsGrad { step, fresh, epsilon } => {
                let (m, v) = (a.towards(g, fresh.0), b.towards(g * g, fresh.1));
                let largest = v.or_larger(c);
                (w - (number(step) * m).over_root_plus(largest, epsilon), [m, v, largest])
            }
            Self::Adagrad { step, epsilon } => {
                let sum = a + g * g;
                (w - (number(step) * g).over_root(sum + number(epsilon)), [sum, b, c])
            }
            Self::Nadam { for_m, for_g, correction, fresh, epsilon } => {
                let (m, v) = (a.towards(g, fresh.0), b.towards(g * g, fresh.1));
                let above = number(for_m) * m + number(for_g) * g;
                (w - above.over_root_plus(v * number(correction), epsilon), [m, v, c])
            }
            Self::Adamax { step, fresh, beta_2, epsilon } => {
                let (m, u) = (a.towards(g, fresh), (number(beta_2) * b).or_larger(g.absolute()));
                (w - number(step) * m / (u + number(epsilon)), [m, u, c])
            }
        };
        (w.1, memory.map(|block| block.1))
    }
}

/// A vector of numbers to calculate with.
#[derive(Clone, Copy)]
struct Numbers<S: Simd>(S, S::f32s);

impl<S: Simd> Numbers<S> {
    /// A running mean: `self + fresh · (new − self)`.
    #[inline(always)]
    fn towards(self, new: Self, fresh: f32) -> Self {
        self + (new - self) * Self(self.0, self.0.splat_f32s(fresh))
    }

    /// `self / (√v + ε)`.
    #[inline(always)]
    fn over_root_plus(self, v: Self, epsilon: f32) -> Self {
        Self(self.0, roots::over_root_plus(self.0, self.1, v.1, epsilon))
    }

    /// `self / √v`.
    #[inline(always)]
    fn over_root(self, v: Self) -> Self {
        Self(self.0, roots::over_root(self.0, self.1, v.1))
    }

    #[inline(always)]
    fn absolute(self) -> Self {
        Self(self.0, self.0.abs_f32s(self.1))
    }

    /// Where it is larger than `other`, itself.
    #[inline(always)]
    fn or_larger(self, other: Self) -> Self {
        Self(self.0, self.0.select_f32s(self.0.greater_than_f32s(self.1, other.1), self.1, other.1))
    }
}

/// `operator!(Add add add_f32s)`: what the operator does with vectors.
macro_rules! operator {
    ($($trait:ident $function:ident $on_vectors:ident;)*) => { $(
        impl<S: Simd> $trait for Numbers<S> {
            type Output = Self;

            #[inline(always)]
            fn $function(self, other: Self) -> Self {
                Self(self.0, self.0.$on_vectors(self.1, other.1))
            }
        }
    )* };
}

operator! {
    Add add add_f32s;
    Sub sub sub_f32s;
    Mul mul mul_f32s;
    Div div div_f32s;
}

/// `Σ x²` over a contiguous tensor of type `f32`, in `f64` and in a fixed order.
pub(crate) fn sum_of_squares(x: &Tensor) -> Result<f64> {
    let storage = x.storage_and_layout();
    let x = numbers(&storage)?;
    let instructions = Instructions::chosen()?;
    // The pieces are the same for any number of threads, and so is the order in which their sums are added.
    let sums = x.chunks(PIECE).map(|x| instructions.run(Squares { x }));
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
