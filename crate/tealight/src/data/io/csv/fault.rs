//! Why a table could not be read.

use crate::Error;

/// Why a table was not read.
pub(super) enum Fault {
    /// What is wrong with it.
    Unsound(String),
    Stopped(Error),
}

impl Fault {
    /// The error, which `fail` makes of what is wrong.
    pub(super) fn error(self, fail: impl Fn(String) -> Error) -> Error {
        match self {
            Self::Unsound(what) => fail(what),
            Self::Stopped(error) => error,
        }
    }
}

impl From<String> for Fault {
    fn from(what: String) -> Self {
        Self::Unsound(what)
    }
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Stopped(error)
    }
}
