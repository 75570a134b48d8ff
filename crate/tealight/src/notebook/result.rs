//! Cells that end in a `Result`, such as `network.summary()`, or in a list.

use super::display::{Together, end_cell};
use crate::data::{Dataset, Table};
use crate::figure::Figure;
use crate::history::History;
use crate::model::{Evaluation, Model, Sequential, Summary};
use crate::report::{
    ClassificationReport, ColumnKinds, ConfusedPairs, ConfusionMatrix, Description, Misclassified, NullCounts,
    ValueCounts,
};
use crate::{Error, Result};
use candle_core::Tensor;

/// A value that shows itself in the page when a cell ends with it.
pub trait Show {
    /// Shows the value, as its own `evcxr_display` does.
    fn show(&self);
}

/// Lets a cell end with a `Result` as with the value in it: `network.summary()` needs no `?`. And with a list of values,
/// such as a figure for each of several trainings, which are shown one below the other.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10));
/// network.summary().evcxr_display(); // what a notebook calls for a cell that ends with network.summary()
///
/// let figures = [("a", [0.9, 0.5]), ("b", [0.7, 0.4])].map(|(name, loss)| Curves::new(name).line("loss", loss)).to_vec();
/// figures.evcxr_display();
/// ```
pub trait DisplayResult {
    /// Shows the value, or the values. For an error it prints the error and ends the cell as failed.
    fn evcxr_display(&self);
}

impl<T: Show> Show for Vec<T> {
    fn show(&self) {
        let together = Together::begin();
        self.iter().for_each(Show::show);
        drop(together);
    }
}

impl<T: Show> DisplayResult for Vec<T> {
    fn evcxr_display(&self) {
        self.show();
    }
}

/// A tensor shows its numbers, its shape and its type; of a large one the first and last of each side, as NumPy does.
impl Show for Tensor {
    fn show(&self) {
        end_cell(&[("text/plain", &self.to_string())]);
    }
}

impl DisplayResult for Tensor {
    fn evcxr_display(&self) {
        self.show();
    }
}

/// A parameter, as [`Model::weights`] gives them: its name, then its numbers.
impl Show for (String, Tensor) {
    fn show(&self) {
        end_cell(&[("text/plain", &format!("{}\n{}", self.0, self.1))]);
    }
}

/// Values that come together, such as the two data sets of [`mnist::load`](crate::mnist::load), are shown one below the other.
macro_rules! show_tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Show),+> Show for ($($name,)+) {
            fn show(&self) {
                let together = Together::begin();
                $( self.$index.show(); )+
                drop(together);
            }
        }

        impl<$($name: Show),+> DisplayResult for ($($name,)+) {
            fn evcxr_display(&self) {
                self.show();
            }
        }
    };
}

show_tuple!(A 0, B 1);
show_tuple!(A 0, B 1, C 2);
show_tuple!(A 0, B 1, C 2, D 3);

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
