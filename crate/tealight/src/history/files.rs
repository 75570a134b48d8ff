//! A history in a file, and as rows.

use super::History;
use crate::file::{read, replace};
use crate::{Error, ErrorKind, Result};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::Path;

/// One epoch of a [`History`]: for programs that take rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// The number of the epoch, counted from 1.
    pub epoch: usize,
    /// How long it took.
    pub seconds: f64,
    /// What it measured, by name; NaN where it did not measure it.
    pub values: BTreeMap<String, f64>,
}

/// More epochs than any training has.
const LARGEST: u64 = 1 << 30;

enum Format {
    Json,
    Csv,
}

impl History {
    /// The epochs one by one.
    ///
    /// ```
    /// # fn show(history: &tealight::History) {
    /// for row in history.rows() {
    ///     println!("{} {:?}", row.epoch, row.values.get("val_loss"));
    /// }
    /// # }
    /// ```
    pub fn rows(&self) -> Vec<Row> {
        let values = |epoch: usize| self.columns.iter().map(|(name, column)| (name.clone(), column[epoch])).collect();
        let rows = self.seconds.iter().enumerate();
        rows.map(|(epoch, &seconds)| Row { epoch: epoch + 1, seconds, values: values(epoch) }).collect()
    }

    /// Writes the history to a file whose name ends in `.json` or `.csv`, which [`History::load`] reads.
    ///
    /// The CSV has a line for each epoch: `epoch`, the columns by name, `seconds`; what was not measured is left empty.
    /// JSON also keeps why the training stopped. Folders that are missing are made. Errors where the name ends otherwise or
    /// the file cannot be written.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<()> {
        self.write(path.as_ref(), "History::save")
    }

    fn write(&self, path: &Path, place: &str) -> Result<()> {
        match format(path, place)? {
            Format::Json => replace(path, place, |to| Ok(serde_json::to_writer(to, self)?)),
            Format::Csv => replace(path, place, |to| {
                let mut to = csv::Writer::from_writer(to);
                to.write_record(self.head())?;
                for row in self.rows() {
                    let number = |value: &f64| if value.is_nan() { String::new() } else { value.to_string() };
                    let values = row.values.values().chain([&row.seconds]).map(number);
                    to.write_record(std::iter::once(row.epoch.to_string()).chain(values))?;
                }
                to.flush()
            }),
        }
    }

    /// The history that [`History::save`] wrote, or a [`CSVLogger`](crate::CSVLogger).
    ///
    /// Errors where the file is missing, its name ends otherwise than in `.json` or `.csv`, or it holds something else.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        Self::read(path.as_ref(), "History::load")
    }

    fn read(path: &Path, place: &str) -> Result<Self> {
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{place}: {}: {what}", path.display()));
        let format = format(path, place)?;
        let bytes = read(path, LARGEST, "no history is larger than 1 GiB.", fail)?;
        let read = match format {
            Format::Json => serde_json::from_slice::<Self>(&bytes).map_err(|error| error.to_string()),
            Format::Csv => from_csv(&bytes),
        };
        read.and_then(|history| match history.columns.values().all(|column| column.len() == history.epochs()) {
            true => Ok(history),
            false => Err("its columns are not of one length".to_owned()),
        })
        .map_err(|what| fail(format!("not a history: {what}. Give a file that History::save wrote.")))
    }
}

fn format(path: &Path, place: &str) -> Result<Format> {
    let end = path.extension().map(|end| end.to_string_lossy().to_lowercase());
    match end.as_deref() {
        Some("json") => Ok(Format::Json),
        Some("csv") => Ok(Format::Csv),
        _ => {
            let message = format!("{place}: {}: expected a name that ends in .json or .csv.", path.display());
            Err(Error::new(ErrorKind::Argument, message))
        }
    }
}

fn from_csv(bytes: &[u8]) -> Result<History, String> {
    let mut from = csv::Reader::from_reader(bytes);
    let head = from.headers().map_err(|error| error.to_string())?.clone();
    if head.get(0) != Some("epoch") {
        return Err("the first line has to name the columns, the first of them \"epoch\"".to_owned());
    }
    let mut history = History::new();
    for (index, record) in from.records().enumerate() {
        let record = record.map_err(|error| error.to_string())?;
        let number = |text: &str| match text {
            "" => Ok(f64::NAN),
            text => text.parse::<f64>().map_err(|_| format!("\"{text}\" in line {} is no number", index + 2)),
        };
        let mut values = Vec::new();
        let mut seconds = 0.0;
        for (name, text) in head.iter().zip(&record).skip(1) {
            match name {
                "seconds" => seconds = number(text)?,
                name => values.push((name.to_owned(), number(text)?)),
            }
        }
        history.record(seconds, values);
    }
    Ok(history)
}
