//! The stored numbers of a dataset: bytes or floats that its parts and copies share, and the scale that a tensor has them in.

use std::sync::Arc;

use crate::Result;

/// The inputs of all examples, one example after the other.
#[derive(Clone)]
pub(super) enum Pixels {
    /// Bytes from 0 to 255, as image files hold them.
    Bytes(Arc<[u8]>),
    /// Numbers of any size.
    Floats(Arc<[f32]>),
}

/// The rescaling of stored numbers in a tensor: `factor · number + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scale {
    pub(super) factor: f64,
    pub(super) offset: f64,
}

impl Scale {
    /// Leaves numbers as they are stored.
    pub(super) const NONE: Self = Self { factor: 1.0, offset: 0.0 };

    /// Returns this rescaling followed by another one.
    pub(super) fn then(self, factor: f64, offset: f64) -> Self {
        Self { factor: self.factor * factor, offset: self.offset * factor + offset }
    }

    /// Rescales a stored number.
    #[inline]
    pub(super) fn apply(self, number: f32) -> f32 {
        number * self.factor as f32 + self.offset as f32
    }

    /// Returns the stored number that is rescaled to `number`.
    pub(super) fn invert(self, number: f64) -> f32 {
        ((number - self.offset) / self.factor) as f32
    }
}

/// Allocates a shared slice of `length` zeros and has `fill` set them.
///
/// Turning a vector into a shared slice would copy it, which takes the memory of the images once more.
pub(super) fn shared_slice<T: Copy + Default>(
    length: usize,
    fill: impl FnOnce(&mut [T]) -> Result<()>,
) -> Result<Arc<[T]>> {
    // `repeat_n` knows its length, so that the zeros are written into the shared slice directly.
    let mut slice = std::iter::repeat_n(T::default(), length).collect::<Arc<[T]>>();
    fill(Arc::make_mut(&mut slice))?;
    Ok(slice)
}
