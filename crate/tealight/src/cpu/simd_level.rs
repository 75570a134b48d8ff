//! The SIMD instruction sets that the operations run with.

use std::any::TypeId;
use std::fmt;
use std::sync::OnceLock;

use pulp::{Arch, Scalar128b, Simd, WithSimd};

use crate::{Error, ErrorKind, Result};

/// The environment variable that selects an instruction set instead of the best one.
const SIMD_VARIABLE: &str = "TEALIGHT_SIMD";

/// An instruction set that this CPU has.
///
/// Each operation is written once, for vectors of any length, and compiled for each instruction set.
#[derive(Clone, Copy)]
pub(crate) enum SimdLevel {
    /// AVX-512 or AVX2 with FMA on x86-64, NEON on ARM.
    Vector(Arch),
    /// The instructions that every CPU has.
    Portable,
}

impl SimdLevel {
    /// Returns the best instruction set of this CPU, or the one that `TEALIGHT_SIMD` names.
    ///
    /// # Errors
    /// If `TEALIGHT_SIMD` names no instruction set that this CPU has.
    pub(crate) fn from_env() -> Result<Self> {
        static LEVEL: OnceLock<std::result::Result<SimdLevel, String>> = OnceLock::new();
        let level = LEVEL.get_or_init(|| {
            let available = Self::available();
            let Some(requested) = std::env::var_os(SIMD_VARIABLE) else { return Ok(available[0]) };
            available.iter().copied().find(|level| requested == *level.to_string()).ok_or_else(|| {
                let names = available.iter().map(Self::to_string).collect::<Vec<_>>().join(", ");
                format!(
                    "{SIMD_VARIABLE}={}: expected one of {names}, which this processor has; or nothing.",
                    requested.display()
                )
            })
        });
        level.clone().map_err(|message| Error::new(ErrorKind::Argument, message))
    }

    /// Returns all instruction sets of this CPU, the best first.
    pub(crate) fn available() -> Vec<Self> {
        let best = Arch::new();
        let mut available = Vec::new();
        if !matches!(best, Arch::Scalar) {
            available.push(Self::Vector(best));
        }
        #[cfg(target_arch = "x86_64")]
        if let (Arch::V4(_), Some(avx2)) = (best, pulp::x86::V3::try_new()) {
            available.push(Self::Vector(Arch::V3(avx2)));
        }
        available.push(Self::Portable);
        available
    }

    /// Runs `work` with this instruction set.
    #[inline]
    pub(crate) fn run<W: WithSimd>(self, work: W) -> W::Output {
        match self {
            Self::Vector(arch) => arch.dispatch(work),
            Self::Portable => work.with_simd(Scalar128b),
        }
    }
}

impl fmt::Display for SimdLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vector(Arch::V4(_)) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::Vector(Arch::V3(_)) => "avx2",
            #[cfg(target_arch = "aarch64")]
            Self::Vector(Arch::Neon(_)) => "neon",
            Self::Vector(_) | Self::Portable => "portable",
        })
    }
}

/// Returns `value` as a `B`, or `None` if `B` is another type than `A`. The compiler decides which.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn same_type<A: Copy + 'static, B: Copy + 'static>(value: A) -> Option<B> {
    // SAFETY: `A` and `B` are the same type.
    (TypeId::of::<A>() == TypeId::of::<B>()).then(|| unsafe { std::mem::transmute_copy(&value) })
}

/// Returns `a · b + c`, rounded once if the instruction set has a fused multiply-add, which would otherwise be a function call.
#[inline(always)]
pub(super) fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    if TypeId::of::<S>() == TypeId::of::<Scalar128b>() {
        simd.add_f32s(simd.mul_f32s(a, b), c)
    } else {
        simd.mul_add_f32s(a, b, c)
    }
}
