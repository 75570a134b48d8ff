//! Folds for cross-validation.

use crate::convert::{IntoCount, to_usize};
use crate::data::dataset::Dataset;
use crate::random::{Purpose, StreamKey, stream};
use crate::{Error, ErrorKind, Result};
use rand::seq::SliceRandom;

impl Dataset {
    /// Cuts the examples in `k` folds with the same mix of classes; gives a pair of training and validation data for
    /// each fold, which validates while the other folds train. Like scikit-learn's shuffled `StratifiedKFold`.
    ///
    /// Every example validates exactly once. The folds' sizes differ by at most one, and so do their counts of any one
    /// class; `seed` chooses which examples of a class go where. The examples keep their order, and share their numbers
    /// with this dataset.
    ///
    /// Errors where `k` is below 2 or above the number of examples, or no class has `k` examples.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let (train, _) = mnist::load()?;
    /// for (training, validation) in train.take(1000)?.stratified_k_fold(5, 42)? {
    ///     assert_eq!((training.len(), validation.len()), (800, 200));
    /// }
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn stratified_k_fold(&self, k: impl IntoCount, seed: impl IntoCount) -> Result<Vec<(Self, Self)>> {
        self.folds(k.into_i64(), seed.into_seed())
    }

    fn folds(&self, k: i64, seed: u64) -> Result<Vec<(Self, Self)>> {
        let argument = |what: String| Error::new(ErrorKind::Argument, format!("Dataset::stratified_k_fold: {what}"));
        self.need_classes("Dataset::stratified_k_fold")?;
        let largest = self.class_counts().into_iter().max().unwrap_or_default();
        let Some(folds) = to_usize(k).filter(|folds| (2..=self.len()).contains(folds)) else {
            let examples = self.len();
            return Err(argument(format!(
                "{k} folds of {examples} examples; expected from 2 to {examples}, such as 5."
            )));
        };
        if largest < 2 {
            return Err(argument(format!(
                "no class has two examples, and a fold needs one of them while another one trains. Give more examples of \
                 each class; here are {} of {} classes.",
                self.len(),
                self.class_names().len()
            )));
        }
        if folds > largest {
            return Err(argument(format!(
                "{folds} folds, but no class has more than {largest} examples, so that no class could be in every fold. \
                 Take at most {largest}."
            )));
        }
        let fold_of = self.assign(folds, seed);
        let part = |validates: bool, fold: usize| {
            let indices = (0..self.len()).filter(|&index| (fold_of[index] == fold) == validates);
            self.select(&indices.collect::<Vec<_>>())
        };
        (0..folds).map(|fold| Ok((part(false, fold)?, part(true, fold)?))).collect()
    }

    /// The fold in which each example validates.
    ///
    /// The examples, sorted by class, are dealt out like cards: that gives each fold its number of examples of each
    /// class. Within the class, chance decides which of them.
    fn assign(&self, folds: usize, seed: u64) -> Vec<usize> {
        let labels = self.labels();
        let mut by_class = vec![Vec::new(); self.class_names().len()];
        for (index, &label) in labels.iter().enumerate() {
            by_class[label as usize].push(index);
        }
        let mut by_class = by_class.into_iter().enumerate().collect::<Vec<_>>();
        // In the order in which the classes first appear, as scikit-learn has them, so that the counts are the same.
        by_class.sort_by_key(|(_, members)| members.first().copied());
        let mut fold_of = vec![0; labels.len()];
        let mut dealt = 0;
        for (class, mut members) in by_class {
            members.shuffle(&mut stream(
                seed,
                Purpose::Folds,
                StreamKey { layer: class as u64, ..StreamKey::default() },
            ));
            for (place, &index) in members.iter().enumerate() {
                fold_of[index] = (dealt + place) % folds;
            }
            dealt += members.len();
        }
        fold_of
    }
}
