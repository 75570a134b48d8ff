use crate::convert::{IntoCount, to_usize};
use crate::data::dataset::Dataset;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;

impl Dataset {
    /// Returns the examples in order, `size` at a time, as [`Dataset::batch`] does, for a custom training loop. The last batch
    /// may be smaller.
    ///
    /// # Errors
    ///
    /// If `size` is below 1.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![1, 2, 3], [1], vec![0, 1, 0], ["even", "odd"])?;
    /// for batch in data.batches(2)? {
    ///     let (x, y) = batch?;
    ///     println!("{x} {y}");
    /// }
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn batches(&self, size: impl IntoCount) -> Result<Batches> {
        let size = size.into_i64();
        match to_usize(size).filter(|size| *size > 0) {
            Some(size) => Ok(Batches { data: self.clone(), size, next: 0 }),
            None => {
                let message = format!("Dataset::batches: batches of {size}; expected at least 1, such as 32.");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

/// An iterator over the batches of a dataset; created by [`Dataset::batches`].
#[derive(Clone, Debug)]
pub struct Batches {
    data: Dataset,
    size: usize,
    next: usize,
}

impl Iterator for Batches {
    type Item = Result<(Tensor, Tensor)>;

    fn next(&mut self) -> Option<Self::Item> {
        let end = self.data.len().min(self.next.saturating_add(self.size));
        let indices = (self.next..end).collect::<Vec<_>>();
        self.next = end;
        (!indices.is_empty()).then(|| self.data.batch(&indices))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = (self.data.len() - self.next).div_ceil(self.size);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Batches {}
