//! Which of two columns holds the classes, by what is in them.

use super::fields::number;
use std::collections::HashSet;

/// With more values than this, a column holds no classes.
const MOST: usize = 1 << 16;
/// In fewer lines, values that are all different say nothing.
const FEW: usize = 10;

/// What a column holds.
#[derive(Debug, Default)]
pub(super) struct Stats {
    rows: usize,
    words: usize,
    /// A number that is no whole one, or below 0.
    no_class: bool,
    /// The values that are whole numbers.
    values: HashSet<u32>,
    /// Hashes of words and of numbers that are no classes.
    others: HashSet<u64>,
}

impl Stats {
    pub(super) fn push(&mut self, field: &[u8]) {
        self.rows += 1;
        match number(field) {
            Some(number) if number.fract() == 0.0 && (0.0..=65_535.0).contains(&number) => {
                self.values.insert(number as u32);
            }
            Some(_) => self.no_class = true,
            None => {
                self.words += 1;
                if self.others.len() < MOST {
                    self.others.insert(hash(field));
                }
            }
        }
    }

    pub(super) fn and(mut self, other: Self) -> Self {
        self.rows += other.rows;
        self.words += other.words;
        self.no_class |= other.no_class;
        self.values.extend(other.values);
        self.others.extend(other.others);
        self
    }

    fn largest(&self) -> u32 {
        self.values.iter().copied().max().unwrap_or(0)
    }

    /// How much the column looks like one of classes.
    fn likeness(&self) -> Likeness {
        let (distinct, smallest) = (self.values.len(), self.values.iter().copied().min().unwrap_or(0));
        let gapless = (self.largest() - smallest) as usize + 1 == distinct;
        match () {
            () if self.words > 0 => Likeness::Words,
            () if self.no_class => Likeness::Impossible,
            () if distinct <= 1 => Likeness::Constant,
            () if gapless && smallest <= 1 && self.rows >= 2 * distinct => Likeness::Classes,
            () => Likeness::Possible,
        }
    }

    /// Whether each line has a value of its own.
    fn counts(&self) -> bool {
        self.rows >= FEW && self.values.len() + self.others.len() == self.rows
    }
}

/// From the least to the most like a column of classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Likeness {
    /// Numbers with decimals, or negative ones.
    Impossible,
    Constant,
    /// Whole numbers.
    Possible,
    /// Each whole number from 0 or 1 to the largest, twice or more on average.
    Classes,
    /// Words can be nothing else.
    Words,
}

/// What two columns say about which of them is the label.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    First,
    Last,
    /// Both look alike.
    Either,
    Neither,
    /// The column at this place is the likelier one, but counts the lines.
    Counts(usize),
}

/// Which of the first and the last column holds the classes.
pub(super) fn choose(columns: &[Stats; 2]) -> Choice {
    let [first, last] = columns;
    let choice = match (first.likeness(), last.likeness()) {
        (Likeness::Impossible, Likeness::Impossible) => Choice::Neither,
        (of_first, of_last) if of_first > of_last => Choice::First,
        (of_first, of_last) if of_first < of_last => Choice::Last,
        (Likeness::Words | Likeness::Classes, _) => Choice::Either,
        // Classes are fewer and smaller than other numbers.
        _ => {
            let [(few, small), (many, large)] = [first, last].map(|stats| (stats.values.len(), stats.largest()));
            match () {
                () if few <= many && small <= large => Choice::First,
                () if few >= many && small >= large => Choice::Last,
                () => Choice::Either,
            }
        }
    };
    match choice {
        Choice::First if first.counts() => Choice::Counts(0),
        Choice::Last if last.counts() => Choice::Counts(1),
        choice => choice,
    }
}

fn hash(field: &[u8]) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    field.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::{Choice, Stats, choose};

    fn stats(values: &[&str]) -> Stats {
        let mut stats = Stats::default();
        values.iter().for_each(|value| stats.push(value.as_bytes()));
        stats
    }

    #[test]
    fn classes_are_told_from_numbers() {
        let choice = |first: &[&str], last: &[&str]| choose(&[stats(first), stats(last)]);
        // The corner of an image, and digits.
        assert_eq!(choice(&["0", "0", "0", "0"], &["1", "0", "1", "0"]), Choice::Last);
        assert_eq!(choice(&["1", "0", "1", "0"], &["0", "0", "7", "0"]), Choice::First);
        assert_eq!(choice(&["5.1", "4.9"], &["setosa", "setosa"]), Choice::Last);
        assert_eq!(choice(&["1", "2", "1", "2"], &["0", "1", "1", "0"]), Choice::Either);
        assert_eq!(choice(&["a", "b"], &["c", "d"]), Choice::Either);
        assert_eq!(choice(&["0.5", "1"], &["-1", "1"]), Choice::Neither);
        assert_eq!(choice(&["3", "1"], &["10", "4"]), Choice::First);
        let ids = (0..20).map(|id| id.to_string()).collect::<Vec<_>>();
        let ids = ids.iter().map(String::as_str).collect::<Vec<_>>();
        assert_eq!(choice(&ids, &["0"; 20]), Choice::Counts(0));
        assert_eq!(choice(&["0"; 20], &ids), Choice::Counts(1));
    }
}
