//! The floating-point types of the operations, and access to the numbers of a tensor.

use candle_core::{CpuStorage, Layout, Result, Storage, WithDType, bail};
use std::ops::{Deref, Neg};

/// `f32` or `f64`.
pub(crate) trait Real: WithDType + Neg<Output = Self> {
    fn exp(self) -> Self;
    fn exp_m1(self) -> Self;
    fn ln(self) -> Self;
    fn ln_1p(self) -> Self;
    fn tanh(self) -> Self;
    fn abs(self) -> Self;
    fn erf(self) -> Self;
}

impl Real for f32 {
    fn exp(self) -> Self {
        f32::exp(self)
    }
    fn exp_m1(self) -> Self {
        f32::exp_m1(self)
    }
    fn ln(self) -> Self {
        f32::ln(self)
    }
    fn ln_1p(self) -> Self {
        f32::ln_1p(self)
    }
    fn tanh(self) -> Self {
        f32::tanh(self)
    }
    fn abs(self) -> Self {
        f32::abs(self)
    }
    fn erf(self) -> Self {
        candle_core::cpu::erf::erf_f32(self)
    }
}

impl Real for f64 {
    fn exp(self) -> Self {
        f64::exp(self)
    }
    fn exp_m1(self) -> Self {
        f64::exp_m1(self)
    }
    fn ln(self) -> Self {
        f64::ln(self)
    }
    fn ln_1p(self) -> Self {
        f64::ln_1p(self)
    }
    fn tanh(self) -> Self {
        f64::tanh(self)
    }
    fn abs(self) -> Self {
        f64::abs(self)
    }
    fn erf(self) -> Self {
        candle_core::cpu::erf::erf_f64(self)
    }
}

/// Returns the numbers of a contiguous tensor.
pub(crate) fn contiguous_slice<'a, T: WithDType>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [T]> {
    let values = storage.as_slice::<T>()?;
    match layout.contiguous_offsets().and_then(|(start, end)| values.get(start..end)) {
        Some(values) => Ok(values),
        None => bail!("expected a contiguous tensor, got {layout:?}"),
    }
}

/// Returns the numbers of a contiguous `f32` parameter, to be written. `operation` begins the error messages.
pub(super) fn parameter_slice<'a>(
    operation: &str,
    storage: &'a mut CpuStorage,
    layout: &Layout,
) -> Result<&'a mut [f32]> {
    let CpuStorage::F32(values) = storage else { bail!("{operation}: expected parameters of type f32") };
    match layout.contiguous_offsets().and_then(|(start, end)| values.get_mut(start..end)) {
        Some(values) => Ok(values),
        None => bail!("{operation}: expected a contiguous parameter, got {layout:?}"),
    }
}

/// Returns the numbers of a contiguous `f32` tensor, given its `storage_and_layout`.
pub(crate) fn f32_slice<'a, S: Deref<Target = Storage>>((storage, layout): &'a (S, &Layout)) -> Result<&'a [f32]> {
    match &**storage {
        Storage::Cpu(storage) => contiguous_slice(storage, layout),
        _ => bail!("expected a tensor on the CPU"),
    }
}

/// `for_float!(T in storage => body)` evaluates the body with `T` as the type of the numbers in `storage`.
macro_rules! for_float {
    ($float:ident in $storage:expr => $body:expr) => {
        match candle_core::backend::BackendStorage::dtype($storage) {
            candle_core::DType::F32 => {
                type $float = f32;
                $body
            }
            candle_core::DType::F64 => {
                type $float = f64;
                $body
            }
            other => candle_core::bail!("expected numbers of type f32 or f64, got {}", other.as_str()),
        }
    };
}
pub(crate) use for_float;
