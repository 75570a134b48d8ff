//! Numbers divided by square roots: what most optimizers do with every gradient.
//!
//! A division and a square root take as long as some 15 other operations each. AVX-512 has estimates of both reciprocals,
//! good to 14 bits, that one step of Newton's method brings to the precision of `f32`, but for the last bit.

#[cfg(target_arch = "x86_64")]
use super::simd_level::is_avx512;
use pulp::Simd;

/// `a / (√v + ε)`, for `v` of 0 or more.
#[inline(always)]
pub(super) fn div_sqrt_plus_eps<S: Simd>(simd: S, a: S::f32s, v: S::f32s, epsilon: f32) -> S::f32s {
    let epsilon = simd.splat_f32s(epsilon);
    #[cfg(target_arch = "x86_64")]
    if is_avx512::<S>() {
        let root = simd.mul_f32s(v, rsqrt(simd, v));
        return simd.mul_f32s(a, recip(simd, simd.add_f32s(root, epsilon)));
    }
    simd.div_f32s(a, simd.add_f32s(simd.sqrt_f32s(v), epsilon))
}

/// `a / √v`, for `v` above 0.
#[inline(always)]
pub(super) fn div_sqrt<S: Simd>(simd: S, a: S::f32s, v: S::f32s) -> S::f32s {
    #[cfg(target_arch = "x86_64")]
    if is_avx512::<S>() {
        return simd.mul_f32s(a, rsqrt(simd, v));
    }
    simd.div_f32s(a, simd.sqrt_f32s(v))
}

/// `1 / √v`, with AVX-512; finite for 0, and NaN for what is less.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn rsqrt<S: Simd>(simd: S, v: S::f32s) -> S::f32s {
    use std::arch::x86_64::{__m512, _mm512_rsqrt14_ps};
    use std::mem::transmute_copy;
    // Below, the square of the estimate would be infinite.
    let least = simd.splat_f32s(1e-36);
    let v = simd.select_f32s(simd.less_than_f32s(v, least), least, v);
    // SAFETY: only called where `S` is AVX-512, whose vectors are these and whose value shows that the processor has it.
    let estimate = unsafe { transmute_copy::<__m512, S::f32s>(&_mm512_rsqrt14_ps(transmute_copy(&v))) };
    let half = simd.mul_f32s(simd.splat_f32s(0.5), simd.mul_f32s(v, estimate));
    let error = simd.negate_mul_add_f32s(half, estimate, simd.splat_f32s(0.5));
    simd.mul_add_f32s(estimate, error, estimate)
}

/// `1 / x`, with AVX-512.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn recip<S: Simd>(simd: S, x: S::f32s) -> S::f32s {
    use std::arch::x86_64::{__m512, _mm512_rcp14_ps};
    use std::mem::transmute_copy;
    // SAFETY: as above.
    let estimate = unsafe { transmute_copy::<__m512, S::f32s>(&_mm512_rcp14_ps(transmute_copy(&x))) };
    let error = simd.negate_mul_add_f32s(x, estimate, simd.splat_f32s(1.0));
    simd.mul_add_f32s(estimate, error, estimate)
}
