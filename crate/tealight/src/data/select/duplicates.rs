//! Examples that two datasets share.

use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result};
use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};

impl Dataset {
    /// The examples of `other` that are in this dataset too, number by number: the index of the first one here that is
    /// equal, and the index there. How many pairs there are is how many examples of `other` are known here.
    ///
    /// A model that is trained on this dataset has seen them: as validation data they flatter it. The numbers count as a
    /// tensor would have them, so rescale both datasets or none; labels do not count. Errors where the examples have
    /// different shapes.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let (train, test) = mnist::load()?;
    /// assert_eq!(train.duplicates(&test)?, []);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn duplicates(&self, other: &Self) -> Result<Vec<(usize, usize)>> {
        if self.input_shape() != other.input_shape() {
            let message = format!(
                "Dataset::duplicates: examples of shape {:?} here and {:?} there; only examples of one shape can be equal.",
                self.input_shape(),
                other.input_shape()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        match (&self.pixels, &other.pixels) {
            // Bytes as they are, without turning 47 million of them into numbers.
            (Pixels::Bytes(a), Pixels::Bytes(b)) if self.scale == other.scale => {
                pairs(|index| self.example(a, index), self.len(), |index| other.example(b, index), other.len())
            }
            _ => {
                let (a, b) = (self.bits()?, other.bits()?);
                pairs(|index| &*a[index], a.len(), |index| &*b[index], b.len())
            }
        }
    }

    /// The numbers of each example as bits, 0 and −0 alike.
    fn bits(&self) -> Result<Vec<Vec<u32>>> {
        let task = ProgressTask::new("Dataset::duplicates", "examples", self.len());
        let bits = |index| {
            task.add(1)?;
            let numbers = self.inputs_of(&[index])?.flatten_all()?.to_vec1::<f32>()?;
            Ok(numbers.into_iter().map(|number| (number + 0.0).to_bits()).collect())
        };
        (0..self.len()).map(bits).collect()
    }
}

fn pairs<'a, T: Hash + Eq + 'a>(
    here: impl Fn(usize) -> &'a [T],
    len: usize,
    there: impl Fn(usize) -> &'a [T],
    other: usize,
) -> Result<Vec<(usize, usize)>> {
    let task = ProgressTask::new("Dataset::duplicates", "examples", len + other);
    let hasher = RandomState::new();
    let mut first: HashMap<u64, Vec<usize>> = HashMap::with_capacity(len);
    for index in 0..len {
        task.add(1)?;
        let same_hash = first.entry(hasher.hash_one(here(index))).or_default();
        if !same_hash.iter().any(|&before| here(before) == here(index)) {
            same_hash.push(index);
        }
    }
    let equal = |index| {
        let same_hash = first.get(&hasher.hash_one(there(index)))?;
        same_hash.iter().find(|&&before| here(before) == there(index)).map(|&before| (before, index))
    };
    (0..other).filter_map(|index| task.add(1).map(|()| equal(index)).transpose()).collect()
}
