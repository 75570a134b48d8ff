//! Vectors with arithmetic operators, for formulas that read like the paper they are from.

use std::ops::{Add, Div, Mul, Sub};

use pulp::Simd;

use super::rsqrt;

/// A vector with arithmetic operators.
#[derive(Clone, Copy)]
pub(super) struct SimdVec<S: Simd>(pub(super) S, pub(super) S::f32s);

impl<S: Simd> SimdVec<S> {
    /// Returns the exponential moving average `self + one_minus_beta · (new − self)`.
    #[inline(always)]
    pub(super) fn lerp(self, new: Self, one_minus_beta: f32) -> Self {
        self + (new - self) * Self(self.0, self.0.splat_f32s(one_minus_beta))
    }

    /// Returns `self / (√v + ε)`.
    #[inline(always)]
    pub(super) fn div_sqrt_plus_eps(self, v: Self, epsilon: f32) -> Self {
        Self(self.0, rsqrt::div_sqrt_plus_eps(self.0, self.1, v.1, epsilon))
    }

    /// Returns `self / √v`.
    #[inline(always)]
    pub(super) fn div_sqrt(self, v: Self) -> Self {
        Self(self.0, rsqrt::div_sqrt(self.0, self.1, v.1))
    }

    #[inline(always)]
    pub(super) fn abs(self) -> Self {
        Self(self.0, self.0.abs_f32s(self.1))
    }

    /// Returns the larger of each pair of elements, and `other` if one of them is NaN.
    #[inline(always)]
    pub(super) fn max(self, other: Self) -> Self {
        Self(self.0, self.0.select_f32s(self.0.greater_than_f32s(self.1, other.1), self.1, other.1))
    }
}

/// Implements an arithmetic operator by the function of the same name in [`pulp::Simd`].
macro_rules! operator {
    ($($trait:ident $function:ident $on_vectors:ident;)*) => { $(
        impl<S: Simd> $trait for SimdVec<S> {
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
