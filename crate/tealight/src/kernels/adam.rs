//! One step of Adam in one pass over a parameter, its gradient and its two moments.

use super::real::slice;
use candle_core::{CpuStorage, InplaceOp2, Layout, Result, bail};
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;
use std::cell::RefCell;

/// Elements that one thread takes at a time; below two such pieces, waking another thread costs more than it gains.
const PIECE: usize = 1 << 14;

/// The running means of a parameter's gradient and of its square, both zero at first.
#[derive(Clone, Debug)]
pub(crate) struct Moments {
    pub(crate) first: Vec<f32>,
    pub(crate) second: Vec<f32>,
}

impl Moments {
    pub(crate) fn zeros(count: usize) -> Self {
        Self { first: vec![0.0; count], second: vec![0.0; count] }
    }
}

/// The step itself: `m += (1 − β₁)(g − m)`, `v += (1 − β₂)(g² − v)`, `w −= step_size · m / (√v + ε)`.
pub(crate) struct AdamStep<'a> {
    pub(crate) moments: RefCell<&'a mut Moments>,
    /// `1 − β₁` and `1 − β₂`, taken before rounding to `f32`: after it, `1 − 0.999` would be off by 5 in 100,000.
    pub(crate) decays: (f32, f32),
    pub(crate) epsilon: f32,
    pub(crate) step_size: f32,
}

impl InplaceOp2 for AdamStep<'_> {
    fn name(&self) -> &'static str {
        "adam"
    }

    fn cpu_fwd(&self, w: &mut CpuStorage, wl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<()> {
        let CpuStorage::F32(w) = w else { bail!("adam: expected parameters of type f32") };
        let Some(w) = wl.contiguous_offsets().and_then(|(start, end)| w.get_mut(start..end)) else {
            bail!("adam: expected a contiguous parameter, got {wl:?}");
        };
        let g = slice::<f32>(g, gl)?;
        let mut moments = self.moments.borrow_mut();
        let Moments { first: m, second: v } = &mut **moments;
        if g.len() != w.len() || m.len() != w.len() {
            bail!("adam: {} parameters, {} gradients, {} moments", w.len(), g.len(), m.len());
        }
        let arch = Arch::new();
        let constants = (self.decays, self.epsilon, self.step_size);
        if w.len() < 2 * PIECE {
            arch.dispatch(Piece { constants, w, g, m, v });
        } else {
            // Each element by itself: the result is the same for any number of threads.
            w.par_chunks_mut(PIECE)
                .zip(g.par_chunks(PIECE))
                .zip(m.par_chunks_mut(PIECE))
                .zip(v.par_chunks_mut(PIECE))
                .for_each(|(((w, g), m), v)| arch.dispatch(Piece { constants, w, g, m, v }));
        }
        Ok(())
    }
}

/// Elements next to each other, of the parameter and of all that goes with it.
struct Piece<'a> {
    constants: ((f32, f32), f32, f32),
    w: &'a mut [f32],
    g: &'a [f32],
    m: &'a mut [f32],
    v: &'a mut [f32],
}

impl WithSimd for Piece<'_> {
    type Output = ();

    // Inlined into each of pulp's versions, so that the compiler vectorises it for that version's registers.
    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) {
        let ((decay_1, decay_2), epsilon, step_size) = self.constants;
        for (((w, &g), m), v) in self.w.iter_mut().zip(self.g).zip(self.m).zip(self.v) {
            *m += (g - *m) * decay_1;
            *v += (g * g - *v) * decay_2;
            *w -= step_size * *m / (v.sqrt() + epsilon);
        }
    }
}
