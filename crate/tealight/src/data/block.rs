//! The numbers of a dataset, made where they stay.

use crate::Result;
use std::sync::Arc;

/// A shared block of `length` numbers, which `fill` sets, from 0; an error of `fill` is passed on.
///
/// A vector would be copied to become shared: for the images of a dataset that takes as much memory again.
pub(super) fn block<T: Copy + Default>(length: usize, fill: impl FnOnce(&mut [T]) -> Result<()>) -> Result<Arc<[T]>> {
    // An iterator that knows its length is written straight into the block.
    let mut block = std::iter::repeat_n(T::default(), length).collect::<Arc<[T]>>();
    fill(Arc::make_mut(&mut block))?;
    Ok(block)
}
