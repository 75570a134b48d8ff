//! Examples from a table whose columns are numbers and words.

use super::csv::is_label_name;
use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::data::table::{Column, Table, Values};
use crate::data::targets::LARGEST_LABEL;
use crate::{Error, ErrorKind, Result, memory};
use std::collections::BTreeSet;

/// What a model learns from a [`Table`]: the classes in a column, or numbers in one column or several.
///
/// A name alone does where the column says which it is; see [`Dataset::from_table`].
#[derive(Clone, Debug, PartialEq)]
pub struct Target(TargetSpec);

#[derive(Clone, Debug, PartialEq)]
enum TargetSpec {
    Auto(String),
    Classes(String),
    Numbers(Vec<String>),
}

impl Target {
    /// Each value of the column is a class, be it a word or a number.
    pub fn classes(column: impl Into<String>) -> Self {
        Self(TargetSpec::Classes(column.into()))
    }

    /// The numbers of these columns are to be come close to, as in a regression.
    pub fn numbers(columns: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self(TargetSpec::Numbers(columns.into_iter().map(Into::into).collect()))
    }
}

impl From<&str> for Target {
    fn from(column: &str) -> Self {
        Self(TargetSpec::Auto(column.to_owned()))
    }
}

impl From<String> for Target {
    fn from(column: String) -> Self {
        Self(TargetSpec::Auto(column))
    }
}

impl From<&String> for Target {
    fn from(column: &String) -> Self {
        Self(TargetSpec::Auto(column.clone()))
    }
}

impl Dataset {
    /// Examples from the columns `inputs` of a table, a number for each, and what to learn from the column `target`.
    ///
    /// **Inputs.** Columns of numbers are taken as they are. A column of words becomes as many numbers as it has words,
    /// sorted, of which the one that is there is 1 (one-hot, as pandas's `get_dummies`); a column of `True` and `False`
    /// becomes one number, 1 for true. Examples have shape `[numbers]`.
    ///
    /// **Target.** Words are the names of classes, which are sorted, as scikit-learn's `LabelEncoder` does. Whole numbers
    /// are classes where they are all of `0, 1, …` or `1, 2, …` up to the largest, or in a column called `label` or
    /// `class`; classes are numbered from 0 in the order of their values, and named by them. Numbers with decimals are
    /// numbers to approximate. Where whole numbers could be either, it is an error that names both readings;
    /// [`Target::classes`] or [`Target::numbers`] decides.
    ///
    /// Errors where there is no such column, a value is missing ([`Table::drop_nulls`] and [`Table::fill_nulls`] help), or
    /// the target is among the inputs.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
    /// # let path = folder.path().join("pets.csv");
    /// # std::fs::write(&path, "name,kind,weight\nTom,cat,3.5\nRex,dog,20\nIda,cat,4\n").map_err(candle_core::Error::wrap)?;
    /// // name,kind,weight
    /// // Tom,cat,3.5
    /// // Rex,dog,20
    /// // Ida,cat,4
    /// let table = Table::read_csv(&path)?;
    /// let kinds = Dataset::from_table(&table, ["weight"], "kind")?;
    /// assert_eq!((kinds.class_names().join(" "), kinds.labels()), ("cat dog".to_owned(), &[0, 1, 0][..]));
    /// let weights = Dataset::from_table(&table, ["kind"], "weight")?;
    /// assert_eq!(weights.shape(), [3, 2]); // one-hot: cat, dog
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn from_table(
        table: &Table,
        inputs: impl IntoIterator<Item = impl AsRef<str>>,
        target: impl Into<Target>,
    ) -> Result<Self> {
        let inputs = inputs.into_iter().map(|name| name.as_ref().to_owned()).collect::<Vec<_>>();
        Self::of_table(table, &inputs, target.into())
    }

    fn of_table(table: &Table, inputs: &[String], target: Target) -> Result<Self> {
        let [rows, _] = table.shape();
        let names = match &target.0 {
            TargetSpec::Auto(name) | TargetSpec::Classes(name) => std::slice::from_ref(name),
            TargetSpec::Numbers(names) => names,
        };
        if inputs.is_empty() || names.is_empty() || rows == 0 {
            let (inputs, targets) = (inputs.len(), names.len());
            return Err(fail(
                ErrorKind::Argument,
                format!("{inputs} inputs and {targets} targets of {rows} rows; each needs one."),
            ));
        }
        for (index, name) in inputs.iter().enumerate() {
            if names.contains(name) {
                let what =
                    format!("\"{name}\" is the target, and among the inputs. A model would copy it: leave it out.");
                return Err(fail(ErrorKind::Argument, what));
            }
            if inputs[..index].contains(name) {
                return Err(fail(
                    ErrorKind::Argument,
                    format!("\"{name}\" comes twice among the inputs. Name it once."),
                ));
            }
        }
        let column = |name: &String| table.column("Dataset::from_table", name).and_then(complete);
        let encoded = inputs.iter().map(|name| Encoded::new(column(name)?, rows)).collect::<Result<Vec<_>>>()?;
        let width = encoded.iter().map(Encoded::width).sum::<usize>();
        let what = || format!("Dataset::from_table: {rows} examples of {width} numbers");
        memory::ensure_f32s(rows.checked_mul(width), what, "Take fewer columns, or words with fewer values.")?;
        let pixels = if encoded.iter().all(|column| matches!(column, Encoded::Bytes(_))) {
            let mut bytes = Vec::with_capacity(rows * width);
            (0..rows)
                .for_each(|row| encoded.iter().for_each(|column| column.put(row, |number| bytes.push(number as u8))));
            Pixels::Bytes(bytes.into())
        } else {
            let mut floats = Vec::with_capacity(rows * width);
            (0..rows)
                .for_each(|row| encoded.iter().for_each(|column| column.put(row, |number| floats.push(number as f32))));
            Pixels::Floats(floats.into())
        };
        let length = rows * width;
        let with_classes = |(labels, names): (Vec<u32>, Vec<String>)| {
            let data = Self::new(pixels.clone(), length, vec![width], labels.into(), names.into())?;
            Ok(data.warn_if_degenerate("Dataset::from_table"))
        };
        let with_numbers = |targets: Vec<f32>, shape: &[usize]| {
            let data = Self::new(pixels.clone(), length, vec![width], vec![0; rows].into(), [].into())?;
            Ok(data.with_number_targets(targets, shape))
        };
        match &target.0 {
            TargetSpec::Classes(name) => with_classes(classes(column(name)?, rows)?),
            TargetSpec::Auto(name) if is_class(column(name)?)? => with_classes(classes(column(name)?, rows)?),
            TargetSpec::Auto(name) => with_numbers(numbers(column(name)?)?, &[]),
            TargetSpec::Numbers(names) => {
                let columns = names.iter().map(|name| numbers(column(name)?)).collect::<Result<Vec<_>>>()?;
                let width = columns.len();
                let rows = (0..rows).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
                with_numbers(rows, if width == 1 { &[] } else { std::slice::from_ref(&width) })
            }
        }
    }
}

fn fail(kind: ErrorKind, what: String) -> Error {
    Error::new(kind, format!("Dataset::from_table: {what}"))
}

/// The column, where none of its values is missing.
fn complete(column: &Column) -> Result<&Column> {
    match column.nulls() {
        0 => Ok(column),
        nulls => {
            let name = &column.name;
            Err(fail(
                ErrorKind::Data,
                format!(
                    "{nulls} values of \"{name}\" are missing. Take these rows out, table.select([columns])?.drop_nulls()?, or \
                     fill them with a number, table.fill_nulls(\"{name}\", number)?."
                ),
            ))
        }
    }
}

/// A column of inputs as numbers.
enum Encoded<'a> {
    Bytes(&'a [u8]),
    Numbers(&'a [f64]),
    Truth(Vec<bool>),
    /// The words, and which of them each row has.
    OneHot(usize, Vec<usize>),
}

impl<'a> Encoded<'a> {
    fn new(column: &'a Column, rows: usize) -> Result<Self> {
        let texts = match &column.values {
            Values::Bytes(values) => return Ok(Self::Bytes(values)),
            Values::Numbers { values, .. } => return Ok(Self::Numbers(values)),
            Values::Text(texts) => texts,
        };
        let text = |row: usize| texts.get(row).unwrap_or_default();
        let truth = |text: &str| match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => None,
        };
        if let Some(values) = (0..rows).map(|row| truth(text(row))).collect() {
            return Ok(Self::Truth(values));
        }
        let words = (0..rows).map(text).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        if words.len() == rows && rows >= 10 {
            let what = format!(
                "each row has another text in \"{}\", such as a name, which a model cannot use. Leave it out.",
                column.name
            );
            return Err(fail(ErrorKind::Argument, what));
        }
        let word = |row: usize| words.binary_search(&text(row)).unwrap_or_default();
        Ok(Self::OneHot(words.len(), (0..rows).map(word).collect()))
    }

    /// How many numbers it gives for each example.
    fn width(&self) -> usize {
        if let Self::OneHot(words, _) = self { *words } else { 1 }
    }

    fn put(&self, row: usize, mut put: impl FnMut(f64)) {
        match self {
            Self::Bytes(values) => put(f64::from(values[row])),
            Self::Numbers(values) => put(values[row]),
            Self::Truth(values) => put(f64::from(u8::from(values[row]))),
            Self::OneHot(words, of_rows) => (0..*words).for_each(|word| put(f64::from(u8::from(word == of_rows[row])))),
        }
    }
}

/// Whether the values of a column are plainly classes, or plainly numbers; else an error that names both readings.
fn is_class(column: &Column) -> Result<bool> {
    let name = &column.name;
    let numbers = match &column.values {
        Values::Text(_) => return Ok(true),
        Values::Numbers { whole: false, .. } => return Ok(false),
        Values::Bytes(values) => values.iter().map(|&value| f64::from(value)).collect::<Vec<_>>(),
        Values::Numbers { values, .. } => values.clone(),
    };
    let smallest = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let distinct = numbers.iter().map(|number| number.to_bits()).collect::<BTreeSet<_>>().len();
    let gapless = largest - smallest + 1.0 == distinct as f64;
    let few = numbers.len() >= 2 * distinct && distinct > 1;
    if smallest >= 0.0 && (is_label_name(name) || gapless && smallest <= 1.0 && few) {
        return Ok(true);
    }
    Err(fail(
        ErrorKind::Argument,
        format!(
            "\"{name}\" holds {distinct} different whole numbers from {smallest} to {largest}: are they classes, or numbers to \
             come close to? Say which: Target::classes(\"{name}\") or Target::numbers([\"{name}\"])."
        ),
    ))
}

/// The class of each row, in the order of the values, and the values.
fn classes(column: &Column, rows: usize) -> Result<(Vec<u32>, Vec<String>)> {
    fn sorted<T: Copy>(values: Vec<T>, order: impl Fn(&T, &T) -> std::cmp::Ordering) -> (Vec<u32>, Vec<T>) {
        let mut distinct = values.clone();
        distinct.sort_by(&order);
        distinct.dedup_by(|a, b| order(a, b).is_eq());
        let class = |value| distinct.binary_search_by(|other| order(other, value)).unwrap_or_default() as u32;
        (values.iter().map(class).collect(), distinct)
    }
    let (labels, names) = match &column.values {
        Values::Text(texts) => {
            let (labels, words) =
                sorted((0..rows).map(|row| texts.get(row).unwrap_or_default()).collect(), |a, b| a.cmp(b));
            (labels, words.into_iter().map(str::to_owned).collect::<Vec<_>>())
        }
        Values::Bytes(values) => {
            let (labels, values) = sorted(values.clone(), Ord::cmp);
            (labels, values.iter().map(u8::to_string).collect())
        }
        Values::Numbers { values, .. } => {
            // Adding 0 makes −0 the same as 0.
            let (labels, values) = sorted(values.iter().map(|value| value + 0.0).collect(), f64::total_cmp);
            (labels, values.iter().map(f64::to_string).collect())
        }
    };
    let most = usize::from(LARGEST_LABEL) + 1;
    if names.len() > most {
        let what = format!(
            "\"{}\" has {} different values, more than {most} classes. Is it the target?",
            column.name,
            names.len()
        );
        return Err(fail(ErrorKind::Argument, what));
    }
    Ok((labels, names))
}

/// The numbers of a column of targets.
fn numbers(column: &Column) -> Result<Vec<f32>> {
    match &column.values {
        Values::Bytes(values) => Ok(values.iter().map(|&value| f32::from(value)).collect()),
        Values::Numbers { values, .. } => Ok(values.iter().map(|&value| value as f32).collect()),
        Values::Text(_) => {
            let name = &column.name;
            Err(fail(
                ErrorKind::Argument,
                format!("\"{name}\" holds text, and no numbers. Use Target::classes(\"{name}\")."),
            ))
        }
    }
}
