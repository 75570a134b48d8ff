//! Division by square roots, which most optimizers do for every element of every gradient.
//!
//! A division and a square root take as long as about 15 other operations each. AVX-512 has estimates of both reciprocals with 14
//! bits. One step of Newton's method makes them as precise as `f32`, up to the last bit.

use pulp::Simd;

/// Returns `a / (√v + ε)` for `v ≥ 0`.
#[inline(always)]
pub(super) fn div_sqrt_plus_eps<S: Simd>(simd: S, a: S::f32s, v: S::f32s, epsilon: f32) -> S::f32s {
    #[cfg(target_arch = "x86_64")]
    if let Some(quotient) = avx512::div_sqrt_plus_eps(simd, a, v, epsilon) {
        return quotient;
    }
    simd.div_f32s(a, simd.add_f32s(simd.sqrt_f32s(v), simd.splat_f32s(epsilon)))
}

/// Returns `a / √v` for `v > 0`.
#[inline(always)]
pub(super) fn div_sqrt<S: Simd>(simd: S, a: S::f32s, v: S::f32s) -> S::f32s {
    #[cfg(target_arch = "x86_64")]
    if let Some(quotient) = avx512::div_sqrt(simd, a, v) {
        return quotient;
    }
    simd.div_f32s(a, simd.sqrt_f32s(v))
}

/// The same with the estimates of AVX-512. The functions return `None` if `S` is another instruction set.
///
/// A [`V4`] is the proof that the CPU has AVX-512, so nothing here is unsafe.
#[cfg(target_arch = "x86_64")]
mod avx512 {
    use pulp::x86::V4;
    use pulp::{Simd, cast, f32x16};

    use crate::cpu::simd_level::same_type;

    #[inline(always)]
    pub(super) fn div_sqrt_plus_eps<S: Simd>(simd: S, a: S::f32s, v: S::f32s, epsilon: f32) -> Option<S::f32s> {
        let (avx512, [a, v]) = as_avx512(simd, [a, v])?;
        let root = avx512.mul_f32s(v, rsqrt(avx512, v));
        let divisor = avx512.add_f32s(root, avx512.splat_f32s(epsilon));
        same_type(avx512.mul_f32s(a, recip(avx512, divisor)))
    }

    #[inline(always)]
    pub(super) fn div_sqrt<S: Simd>(simd: S, a: S::f32s, v: S::f32s) -> Option<S::f32s> {
        let (avx512, [a, v]) = as_avx512(simd, [a, v])?;
        same_type(avx512.mul_f32s(a, rsqrt(avx512, v)))
    }

    #[inline(always)]
    fn as_avx512<S: Simd, const N: usize>(simd: S, vectors: [S::f32s; N]) -> Option<(V4, [f32x16; N])> {
        Some((same_type(simd)?, same_type(vectors)?))
    }

    /// Returns `1 / √v`: finite for 0, and NaN for negative numbers.
    #[inline(always)]
    fn rsqrt(avx512: V4, v: f32x16) -> f32x16 {
        // Below this, the square of the estimate would be infinite.
        let least = avx512.splat_f32s(1e-36);
        let v = avx512.select_f32s(avx512.less_than_f32s(v, least), least, v);
        let estimate = cast(avx512.avx512f._mm512_rsqrt14_ps(cast(v)));
        let half = avx512.mul_f32s(avx512.splat_f32s(0.5), avx512.mul_f32s(v, estimate));
        let error = avx512.negate_mul_add_f32s(half, estimate, avx512.splat_f32s(0.5));
        avx512.mul_add_f32s(estimate, error, estimate)
    }

    /// Returns `1 / x`.
    #[inline(always)]
    fn recip(avx512: V4, x: f32x16) -> f32x16 {
        let estimate = cast(avx512.avx512f._mm512_rcp14_ps(cast(x)));
        let error = avx512.negate_mul_add_f32s(x, estimate, avx512.splat_f32s(1.0));
        avx512.mul_add_f32s(estimate, error, estimate)
    }
}
