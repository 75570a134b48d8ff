//! The one error of the library.

use std::fmt;

/// What every fallible function of tealight returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why an operation could not be done.
///
/// Its text says the place, what was given, what was expected and what to do next. `Debug` prints the same text as
/// `Display`, because a notebook prints the `Debug` form of an error that leaves a cell.
///
/// ```
/// use tealight::{Error, ErrorKind};
///
/// let error = Error::new(ErrorKind::Shape, "Dense \"dense_1\": expected 784 inputs, got 28. Put a Flatten before it.");
/// assert_eq!(error.kind(), ErrorKind::Shape);
/// assert_eq!(format!("{error}"), format!("{error:?}"));
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    message: String,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// The kind of thing that went wrong, for code that reacts to it; people read the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file is missing, unreadable, or not what its format demands.
    Data,
    /// Shapes that do not fit together.
    Shape,
    /// An option or argument outside its range.
    Argument,
    /// Something was asked of a model before it was ready for it.
    State,
    /// A name that is not there, such as a metric that was not recorded.
    Name,
    /// Numbers that are not finite.
    Numeric,
    /// The notebook holds more than one copy of candle, so that gradients would be wrong.
    Linking,
    /// An error of candle's.
    Candle,
}

impl Error {
    /// An error of the given kind whose text is `message`.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, message: message.into(), source: None }))
    }

    /// The same error, with the error that caused it.
    #[must_use]
    pub fn caused_by(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.0.source = Some(Box::new(source));
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0.source {
            Some(source) => Some(source.as_ref()),
            None => None,
        }
    }
}

impl From<candle_core::Error> for Error {
    fn from(error: candle_core::Error) -> Self {
        Self::new(ErrorKind::Candle, format!("candle: {error}")).caused_by(error)
    }
}

impl From<Error> for candle_core::Error {
    fn from(error: Error) -> Self {
        candle_core::Error::wrap(error)
    }
}
