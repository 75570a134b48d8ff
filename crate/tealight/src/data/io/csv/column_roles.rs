//! What each column of a file is: a number of an example, its label, a target, or nothing that a model uses.

use super::column_names::{is_id, is_label, is_numbered};
use super::label_column::{Choice, Stats, choose};
use super::options::{ColumnRef, Csv, LabelColumn};
use std::collections::BTreeSet;

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Input,
    Label,
    Target,
    Skip,
}

/// What is known of a file before its values are read.
pub(super) struct Layout<'a> {
    /// The names of the columns, if the file has a header.
    pub(super) names: Option<&'a [String]>,
    pub(super) columns: usize,
    /// Which columns hold no number in the first example.
    pub(super) words: &'a [usize],
    /// How many numbers an example has.
    pub(super) size: usize,
    pub(super) input_shape: &'a [usize],
}

impl Layout<'_> {
    /// The roles of the columns by the options, the names and, where these leave two readings, the values that `stats` looks
    /// at.
    pub(super) fn roles(
        &self,
        options: &Csv,
        stats: impl FnOnce([usize; 2]) -> Result<[Stats; 2], String>,
    ) -> Result<Vec<Role>, String> {
        let all =
            |columns: &[ColumnRef]| columns.iter().map(|column| self.find(column)).collect::<Result<BTreeSet<_>, _>>();
        let (ignored, targets) = (all(&options.ignore)?, all(&options.targets)?);
        let label = match &options.label {
            LabelColumn::Given(column) => Some(self.find(column)?),
            _ => None,
        };
        if let Some(label) = label.filter(|_| !targets.is_empty()) {
            return Err(format!("Csv: {} is the label, and there are targets. Give one of them.", self.name(label)));
        }
        if let Some(column) = label.iter().chain(&targets).find(|column| ignored.contains(column)) {
            return Err(format!("Csv: {} is left out, and is to be learned. Give one of them.", self.name(*column)));
        }
        let open = options.label == LabelColumn::Auto && targets.is_empty();
        let rest = (0..self.columns).filter(|column| !ignored.contains(column) && !targets.contains(column));
        let rest = rest.filter(|column| Some(*column) != label).collect::<Vec<_>>();
        let (inputs, label) = match &options.inputs {
            Some(inputs) => {
                let inputs = all(inputs)?;
                if let Some(column) = inputs.iter().find(|column| !rest.contains(column)) {
                    return Err(format!(
                        "Csv: {} is an input, and left out or to be learned. Give one.",
                        self.name(*column)
                    ));
                }
                let others =
                    rest.iter().copied().filter(|column| !inputs.contains(column) && self.is(*column, is_label));
                let others = others.collect::<Vec<_>>();
                if inputs.len() != self.size {
                    return Err(self.wrong_count(&inputs.iter().copied().collect::<Vec<_>>(), label));
                }
                match (&others[..], open) {
                    (_, false) | ([], _) => (inputs, label),
                    ([only], true) => (inputs, Some(*only)),
                    ([one, other, ..], true) => return Err(self.two_labels(*one, *other)),
                }
            }
            None => {
                let label = if open { self.label_among(&rest, stats)? } else { label };
                let inputs = rest.iter().copied().filter(|column| Some(*column) != label && !self.is(*column, is_id));
                let inputs = inputs.collect::<BTreeSet<_>>();
                if inputs.len() != self.size {
                    return Err(self.wrong_count(&inputs.into_iter().collect::<Vec<_>>(), label));
                }
                (inputs, label)
            }
        };
        let role = |column: usize| match column {
            _ if targets.contains(&column) => Role::Target,
            _ if Some(column) == label => Role::Label,
            _ if inputs.contains(&column) => Role::Input,
            _ => Role::Skip,
        };
        Ok((0..self.columns).map(role).collect())
    }

    /// Which of these columns is the label, where the user did not say.
    fn label_among(
        &self,
        rest: &[usize],
        stats: impl FnOnce([usize; 2]) -> Result<[Stats; 2], String>,
    ) -> Result<Option<usize>, String> {
        let columns = rest.iter().copied().filter(|column| !self.is(*column, is_id)).collect::<Vec<_>>();
        let mut labels = columns.iter().copied().filter(|column| self.is(*column, is_label)).collect::<Vec<_>>();
        // Beside an x, a y may be the other coordinate of a point.
        let is_called = |column: usize, name: &str| self.is(column, |own| own.trim().eq_ignore_ascii_case(name));
        let has_x = columns.iter().any(|column| is_called(*column, "x"));
        if has_x && (labels.len() > 1 || columns.len() == self.size) {
            labels.retain(|column| !is_called(*column, "y"));
        }
        match labels[..] {
            [label] => return Ok(Some(label)),
            [one, other, ..] => return Err(self.two_labels(one, other)),
            [] => {}
        }
        if columns.len() != self.size.saturating_add(1) {
            return Ok(None);
        }
        if self.names.is_some() {
            let unnumbered =
                columns.iter().copied().filter(|column| !self.is(*column, is_numbered)).collect::<Vec<_>>();
            if let [only] = unnumbered[..] {
                return Ok(Some(only));
            }
            let words = columns.iter().copied().filter(|column| self.words.contains(column)).collect::<Vec<_>>();
            match words[..] {
                [only] => return Ok(Some(only)),
                [one, other, ..] => return Err(self.two_labels(one, other)),
                // All count, and none is called anything else: the values say which is the label.
                [] if unnumbered.is_empty() => {}
                [] => return Err(self.first_or_last(&columns)),
            }
        }
        let (Some(&first), Some(&last)) = (columns.first(), columns.last()) else { return Ok(None) };
        if first == last {
            return Ok(Some(first));
        }
        match choose(&stats([first, last])?) {
            Choice::First => Ok(Some(first)),
            Choice::Last => Ok(Some(last)),
            Choice::Either => Err(self.first_or_last(&columns)),
            Choice::Neither => Err(format!(
                "has {} columns, one more than examples of shape {:?} have numbers, but neither {} nor {} holds classes. \
                 Say which column does: Csv::new().label(column); or which holds numbers to learn: Csv::new().target(column).",
                self.columns,
                self.input_shape,
                self.name(first),
                self.name(last)
            )),
            Choice::Counts(at) => {
                let column = if at == 0 { first } else { last };
                let given = self.reference(column);
                Err(format!(
                    "{} has another value in each line: is it an id, or the label? Say which: Csv::new().ignore([{given}]) or \
                     Csv::new().label({given}).",
                    self.name(column)
                ))
            }
        }
    }

    fn two_labels(&self, one: usize, other: usize) -> String {
        let (a, b) = (self.reference(one), self.reference(other));
        format!(
            "either {} or {} could be the label. Say which, and what to leave out: Csv::new().label({a}).ignore([{b}]) or \
             Csv::new().label({b}).ignore([{a}]).",
            self.name(one),
            self.name(other)
        )
    }

    fn first_or_last(&self, columns: &[usize]) -> String {
        let (first, last) = (columns.first().copied().unwrap_or(0), columns.last().copied().unwrap_or(0));
        let (a, b) = (self.reference(first), self.reference(last));
        format!(
            "has {} columns, one more than examples of shape {:?} have numbers, but nothing says which is the label: {} or \
             {}, or another. Say it: Csv::new().label({a}) or Csv::new().label({b}).",
            columns.len(),
            self.input_shape,
            self.name(first),
            self.name(last)
        )
    }

    /// What is wrong with the number of columns, once it is known what they are.
    fn wrong_count(&self, inputs: &[usize], label: Option<usize>) -> String {
        let (columns, size, shape) = (self.columns, self.size, self.input_shape);
        let more = size.saturating_add(1);
        let left_out = (0..columns).filter(|column| !inputs.contains(column) && Some(*column) != label).count();
        if left_out > 0 {
            let what = match label {
                Some(label) => format!("the label ({}), ", self.name(label)),
                None => String::new(),
            };
            return format!(
                "line 1 has {columns} columns: {what}{left_out} left out, such as an id, and {} numbers; examples of shape \
                 {shape:?} need {size}. Give the shape that the file's examples have, or say which columns are which: \
                 Csv::new().label(column).inputs([columns]).",
                inputs.len()
            );
        }
        match label {
            Some(_) if columns == size || columns == more => format!(
                "line 1 has {columns} columns, the label and {} numbers; expected {more}, the label and {size} numbers, for \
                 examples of shape {shape:?}. Give the shape that the file's images have, or a file that lacks no column.",
                columns - 1
            ),
            _ => format!(
                "line 1 has {columns} columns; examples of shape {shape:?} need {size}, or {more} with a label. Give the \
                 shape that the file's images have, such as [28, 28], or leave columns out: Csv::new().ignore([columns])."
            ),
        }
    }

    fn is(&self, column: usize, what: impl Fn(&str) -> bool) -> bool {
        self.names.and_then(|names| names.get(column)).is_some_and(|name| what(name))
    }

    /// A column as an error calls it.
    fn name(&self, column: usize) -> String {
        match self.names.and_then(|names| names.get(column)) {
            Some(name) => format!("column {} ({})", column + 1, short(name)),
            None => format!("column {}", column + 1),
        }
    }

    /// A column as code calls it.
    fn reference(&self, column: usize) -> String {
        match self.names.and_then(|names| names.get(column)) {
            Some(name) if !name.trim().is_empty() => format!("{:?}", short(name)),
            _ if column + 1 == self.columns => "-1".to_owned(),
            _ => column.to_string(),
        }
    }

    /// The column that an option names.
    fn find(&self, column: &ColumnRef) -> Result<usize, String> {
        let columns = self.columns;
        match column {
            ColumnRef::Index(index) => {
                let from_left = if *index < 0 { index.checked_add(columns as i64) } else { Some(*index) };
                let found = from_left.and_then(|index| usize::try_from(index).ok()).filter(|index| *index < columns);
                found.ok_or_else(|| {
                    format!(
                        "Csv: no column {index}; the file has {columns}, from 0 to {}, or from -1 for the last.",
                        columns - 1
                    )
                })
            }
            ColumnRef::Name(name) => {
                let Some(names) = self.names else {
                    return Err(format!(
                        "Csv: no column {name:?}; the file has no header with names. Give the column's number from 0, or -1 \
                         for the last."
                    ));
                };
                let same = |equal: &dyn Fn(&str) -> bool| {
                    names.iter().enumerate().filter(|(_, own)| equal(own.trim())).map(|(at, _)| at).collect::<Vec<_>>()
                };
                let exact = same(&|own| own == name.trim());
                let found = if exact.is_empty() {
                    same(&|own| own.to_lowercase() == name.trim().to_lowercase())
                } else {
                    exact
                };
                match found[..] {
                    [only] => Ok(only),
                    [] => {
                        let shown = names.iter().map(|name| short(name)).collect::<Vec<_>>();
                        let names = crate::data::table::some_of(&shown).join(", ");
                        Err(format!("Csv: no column {name:?}; the file has {names}."))
                    }
                    [one, other, ..] => Err(format!(
                        "Csv: columns {} and {} are both called {name:?}. Give the column's number from 0: {one} or {other}.",
                        one + 1,
                        other + 1
                    )),
                }
            }
        }
    }
}

/// The beginning of a long name.
fn short(name: &str) -> String {
    name.trim().chars().take(40).collect()
}
