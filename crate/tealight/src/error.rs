//! The one error of the library.

use std::fmt;

/// What every fallible function of tealight returns. The prelude's `Result`: with a second type it is the standard one, as in
/// `Result<u32, String>`.
///
/// A `?` goes through where the error is tealight's, candle's, or one of reading, writing and parsing.
///
/// ```
/// use tealight::prelude::*;
///
/// fn first_number(path: &str) -> Result<f64> {
///     let text = std::fs::read_to_string(path)?;
///     Ok(text.trim().parse::<f64>()?)
/// }
/// fn half(number: u32) -> Result<u32, String> {
///     if number % 2 == 0 { Ok(number / 2) } else { Err(format!("{number} is odd")) }
/// }
/// assert!(first_number("no such file").is_err() && half(3).is_err());
/// ```
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
    /// The user stopped what ran; see [`stop_requested`](crate::notebook::stop_requested).
    Interrupted,
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
        Self::new(ErrorKind::Candle, format!("candle: {}", without_backtrace(&error))).caused_by(error)
    }
}

/// So that `?` works on what the standard library does in a function that returns tealight's [`Result`], such as a callback
/// that writes a file.
impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::new(ErrorKind::Data, format!("a file could not be read or written: {error}.")).caused_by(error)
    }
}

impl From<std::num::ParseIntError> for Error {
    fn from(error: std::num::ParseIntError) -> Self {
        Self::new(ErrorKind::Data, format!("a text is not a whole number: {error}.")).caused_by(error)
    }
}

impl From<std::num::ParseFloatError> for Error {
    fn from(error: std::num::ParseFloatError) -> Self {
        Self::new(ErrorKind::Data, format!("a text is not a number: {error}.")).caused_by(error)
    }
}

/// What went wrong, for a reader: candle prints where in its own code it did, in a notebook a page of it.
pub(crate) fn without_backtrace(error: &candle_core::Error) -> String {
    use candle_core::Error as Candle;
    match error {
        Candle::WithBacktrace { inner, .. } => without_backtrace(inner),
        Candle::WithPath { inner, path } => format!("path: {path:?} {}", without_backtrace(inner)),
        Candle::Context { inner, context } => format!("{context}\n{}", without_backtrace(inner)),
        other => other.to_string(),
    }
}

impl From<Error> for candle_core::Error {
    fn from(error: Error) -> Self {
        candle_core::Error::wrap(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Error as Candle;
    use std::backtrace::Backtrace;

    #[test]
    fn errors_of_the_standard_library_go_through() {
        let failed = || -> crate::Result<()> {
            std::fs::read("/no/such/file")?;
            Ok(())
        };
        let error = failed().unwrap_err();
        assert_eq!(error.kind(), super::ErrorKind::Data);
        assert!(error.to_string().starts_with("a file could not be read or written: No such file"), "{error}");
        let parsed = || -> crate::Result<f64> { Ok("1,5".parse::<f64>()? + f64::from("7".parse::<u8>()?)) };
        assert!(parsed().unwrap_err().to_string().contains("not a number"));
    }

    #[test]
    fn an_error_of_candle_comes_without_its_backtrace() {
        let traced = |inner: Candle| Candle::WithBacktrace {
            inner: Box::new(inner),
            backtrace: Box::new(Backtrace::force_capture()),
        };
        let inner = traced(Candle::Msg("shapes [2] and [3] differ".to_owned()));
        let error = Error::from(traced(inner.context("in a layer").with_path("weights.bin")));
        assert_eq!(error.to_string(), "candle: path: \"weights.bin\" in a layer\nshapes [2] and [3] differ");
        assert_eq!(format!("{error:?}"), error.to_string());
        assert!(std::error::Error::source(&error).is_some());
    }
}
