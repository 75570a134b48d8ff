//! Logging the epochs to a CSV file.

use crate::file::{make_folder_of, unwritten};
use crate::training::callback::{Callback, Flow, Training};
use crate::{Error, ErrorKind, Result};
use std::fs::OpenOptions;
use std::path::PathBuf;

/// Appends a line to a CSV file after each epoch. Like Keras's `CSVLogger`.
///
/// The columns are `epoch`, counted from 1 (from 0 in Keras), and the values of the first epoch in alphabetical order.
/// [`History::load`](crate::History::load) reads the file if its separator is a comma.
///
/// ```
/// use tealight::prelude::*;
///
/// let how = Fit::new().epochs(20).callback(CSVLogger::new("training.csv"));
/// # let _ = how;
/// ```
#[derive(Clone, Debug)]
pub struct CSVLogger {
    path: PathBuf,
    separator: char,
    append: bool,
    columns: Vec<String>,
}

impl CSVLogger {
    /// Writes to `path`, replacing an existing file when a training begins. Missing folders are created.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), separator: ',', append: false, columns: Vec::new() }
    }

    /// The separator of the columns: an ASCII character. Default: a comma.
    #[must_use]
    pub fn separator(mut self, separator: char) -> Self {
        self.separator = separator;
        self
    }

    /// Whether to append to an existing file. Default: false.
    #[must_use]
    pub fn append(mut self, append: bool) -> Self {
        self.append = append;
        self
    }

    /// Appends a line to the file; without a line, creates the file, and empties it unless the logger appends.
    fn write(&self, line: Option<&[String]>) -> Result<()> {
        let fail = |error: std::io::Error| unwritten(error, &self.path, "CSVLogger");
        let separator = u8::try_from(self.separator).ok().filter(u8::is_ascii).ok_or_else(|| {
            let message = format!("CSVLogger: separator {:?}; expected a character such as ','.", self.separator);
            Error::new(ErrorKind::Argument, message)
        })?;
        make_folder_of(&self.path, "CSVLogger")?;
        let mut options = OpenOptions::new();
        match line {
            None if !self.append => options.write(true).truncate(true),
            _ => options.append(true),
        };
        let file = options.create(true).open(&self.path).map_err(fail)?;
        let mut to = csv::WriterBuilder::new().delimiter(separator).from_writer(file);
        if let Some(line) = line {
            to.write_record(line).map_err(|error| fail(error.into()))?;
        }
        to.flush().map_err(fail)
    }

    fn is_empty(&self) -> bool {
        std::fs::metadata(&self.path).map_or(true, |file| file.len() == 0)
    }
}

impl Callback for CSVLogger {
    fn on_train_begin(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        self.columns = Vec::new();
        self.write(None)?;
        Ok(Flow::Continue)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        if self.columns.is_empty() {
            self.columns = training.values().iter().map(|(name, _)| name.clone()).collect();
            self.columns.sort();
            if self.is_empty() {
                let head = std::iter::once("epoch".to_owned()).chain(self.columns.iter().cloned());
                self.write(Some(&head.collect::<Vec<_>>()))?;
            }
        }
        // A value that is missing in this epoch stays empty.
        let value = |name: &String| training.value(name).map_or(String::new(), |value| value.to_string());
        let line = std::iter::once((training.epoch() + 1).to_string()).chain(self.columns.iter().map(value));
        self.write(Some(&line.collect::<Vec<_>>()))?;
        Ok(Flow::Continue)
    }
}
