//! Which of the processor's instructions the kernels use.

use crate::{Error, ErrorKind, Result};
use pulp::{Arch, Scalar128b, Simd, WithSimd};
use std::any::TypeId;
use std::fmt;
use std::sync::OnceLock;

/// The environment variable that names the instructions to use instead of the best.
const SIMD_VARIABLE: &str = "TEALIGHT_SIMD";

/// A set of vector instructions that this processor has.
///
/// Each kernel is written once, for vectors of any length, and compiled for each of these.
#[derive(Clone, Copy)]
pub(crate) enum SimdLevel {
    /// AVX-512 or AVX2 with FMA on x86-64, NEON on ARM.
    Vector(Arch),
    /// What every processor has.
    Portable,
}

/// Whether these are the instructions of AVX-512, for what they alone have.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
pub(super) fn is_avx512<S: Simd>() -> bool {
    TypeId::of::<S>() == TypeId::of::<pulp::x86::V4>()
}

impl SimdLevel {
    /// The best that this processor has, or those that `TEALIGHT_SIMD` names.
    ///
    /// Errors where it names none, or some that this processor lacks.
    pub(crate) fn from_env() -> Result<Self> {
        static LEVEL: OnceLock<std::result::Result<SimdLevel, String>> = OnceLock::new();
        let level = LEVEL.get_or_init(|| {
            let available = Self::available();
            let Some(requested) = std::env::var_os(SIMD_VARIABLE) else { return Ok(available[0]) };
            available.iter().copied().find(|one| requested == *one.to_string()).ok_or_else(|| {
                let names = available.iter().map(Self::to_string).collect::<Vec<_>>().join(", ");
                format!(
                    "{SIMD_VARIABLE}={}: expected one of {names}, which this context has; or nothing.",
                    requested.display()
                )
            })
        });
        level.clone().map_err(|message| Error::new(ErrorKind::Argument, message))
    }

    /// All that this processor has, the best first.
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

    /// Runs `work` with these instructions.
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

/// `a · b + c`, rounded once where the instructions can: without them that would be a call of a function.
#[inline(always)]
pub(super) fn multiply_add<S: Simd>(simd: S, a: S::f32s, b: S::f32s, c: S::f32s) -> S::f32s {
    if TypeId::of::<S>() == TypeId::of::<Scalar128b>() {
        simd.add_f32s(simd.mul_f32s(a, b), c)
    } else {
        simd.mul_add_f32s(a, b, c)
    }
}
