//! A split with a given number of examples of each class.

use crate::convert::{IntoCount, to_usize};
use crate::data::dataset::Dataset;
use crate::random::{Purpose, StreamKey, stream};
use crate::{Error, ErrorKind, Result};
use rand::seq::SliceRandom;

impl Dataset {
    /// Cuts the examples in two parts: the first has as many of each class as `counts` says, in the order of the classes,
    /// and the second has all others.
    ///
    /// `seed` chooses which examples of a class go where. The examples keep their order, and share their numbers with this
    /// dataset.
    ///
    /// Errors where `counts` has not one count for each class, a class has not so many examples, or a part would be empty.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let (_, test) = mnist::load()?;
    /// let (few, others) = test.split_by_class([10, 10, 10, 10, 10, 10, 10, 10, 10, 100], 42)?;
    /// assert_eq!(few.class_counts(), [10, 10, 10, 10, 10, 10, 10, 10, 10, 100]);
    /// assert_eq!(others.len(), 9_810);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn split_by_class(
        &self,
        counts: impl IntoIterator<Item = impl IntoCount>,
        seed: impl IntoCount,
    ) -> Result<(Self, Self)> {
        self.split_by_counts(&counts.into_iter().map(IntoCount::into_i64).collect::<Vec<_>>(), seed.into_seed())
    }

    fn split_by_counts(&self, counts: &[i64], seed: u64) -> Result<(Self, Self)> {
        self.need_classes("Dataset::split_by_class")?;
        let argument = |what: String| Error::new(ErrorKind::Argument, format!("Dataset::split_by_class: {what}"));
        let mut by_class = vec![Vec::new(); self.class_names().len()];
        for (index, &label) in self.labels().iter().enumerate() {
            by_class[label as usize].push(index);
        }
        if counts.len() != by_class.len() {
            return Err(argument(format!(
                "{} counts for {} classes. Give the number of examples of each class.",
                counts.len(),
                by_class.len()
            )));
        }
        let mut in_first = vec![false; self.len()];
        for (class, (mut members, &number)) in by_class.into_iter().zip(counts).enumerate() {
            let Some(wanted) = to_usize(number).filter(|wanted| *wanted <= members.len()) else {
                let (name, most) = (&self.class_names()[class], members.len());
                return Err(argument(format!("{number} examples of class {name}; expected from 0 to {most}.")));
            };
            let place = StreamKey { layer: class as u64, ..StreamKey::default() };
            members.shuffle(&mut stream(seed, Purpose::Split, place));
            members.iter().take(wanted).for_each(|&index| in_first[index] = true);
        }
        let part = |first: bool| (0..self.len()).filter(|&index| in_first[index] == first).collect::<Vec<_>>();
        let (first, second) = (part(true), part(false));
        if first.is_empty() || second.is_empty() {
            let (empty, all) = if first.is_empty() { ("first", "second") } else { ("second", "first") };
            return Err(argument(format!(
                "the {empty} part would be empty. Leave it some of the {all} part's examples."
            )));
        }
        Ok((self.select(&first)?, self.select(&second)?))
    }
}
