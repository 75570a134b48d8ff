//! Cells that end in a `Result`, such as `network.summary()`.

use crate::data::{Dataset, Table};
use crate::figure::Figure;
use crate::history::History;
use crate::model::{Evaluation, Model, Sequential, Summary};
use crate::report::{
    ClassificationReport, ColumnKinds, ConfusedPairs, ConfusionMatrix, Description, Misclassified, NullCounts,
    ValueCounts,
};
use crate::{Error, Result};

/// A value that shows itself in the page when a cell ends with it.
pub trait Show {
    /// Shows the value, as its own `evcxr_display` does.
    fn show(&self);
}

/// Lets a cell end with a `Result` as with the value in it: `network.summary()` needs no `?`.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10));
/// network.summary().evcxr_display(); // what a notebook calls for a cell that ends with network.summary()
/// ```
pub trait DisplayResult {
    /// Shows the value. For an error it prints the error and ends the cell as failed.
    fn evcxr_display(&self);
}

impl<T: Show> DisplayResult for Result<T, Error> {
    fn evcxr_display(&self) {
        match self {
            Ok(value) => value.show(),
            Err(error) => {
                eprintln!("{error}");
                // A `?` ends a cell with an error; here the cell's own code has ended, and evcxr knows an unwinding only.
                // Resumed rather than begun, it runs no panic hook, so that nothing but the error is printed.
                std::panic::resume_unwind(Box::new(()));
            }
        }
    }
}

/// The types that show themselves: each has an `evcxr_display` of its own, which a notebook finds without this trait.
macro_rules! show {
    ($($name:ty),*) => { $(
        impl Show for $name {
            fn show(&self) {
                self.evcxr_display();
            }
        }
    )* };
}

show!(
    ClassificationReport,
    ConfusedPairs,
    ConfusionMatrix,
    Dataset,
    Description,
    Evaluation,
    Figure,
    History,
    ColumnKinds,
    Misclassified,
    Model,
    NullCounts,
    Sequential,
    Summary,
    Table,
    ValueCounts
);
