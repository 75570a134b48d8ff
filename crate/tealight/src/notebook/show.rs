//! The trait [`Show`], and its implementations for types of other crates.

use candle_core::Tensor;

use super::display::{OutputGroup, show_cell_result};
use crate::{Error, Result};

/// A value that shows itself in the page when a cell ends with it.
pub trait Show {
    /// Shows the value.
    fn show(&self);
}

/// Lets a cell end with a `Result` as with the value in it, so that `network.summary()` needs no `?`. A cell can also end
/// with a list of values, such as a figure for each of several trainings, which are shown one below the other.
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
    /// Shows the value or the values. Prints an error and fails the cell.
    fn evcxr_display(&self);
}

/// Lets cells end with a type of this crate that implements [`Show`]. evcxr calls the inherent method `evcxr_display`, which
/// it finds even if no trait is imported.
macro_rules! show_in_notebook {
    ($($type:ty),+ $(,)?) => { $(
        impl $type {
            /// Shows the value as the output of a cell.
            #[doc(hidden)]
            pub fn evcxr_display(&self) {
                $crate::notebook::Show::show(self);
            }
        }
    )+ };
}
pub(crate) use show_in_notebook;

/// Shows the value of a `Result`. Prints an error and fails the cell.
pub(crate) fn show_or_fail<T: Show>(result: &Result<T>) {
    match result {
        Ok(value) => value.show(),
        Err(error) => {
            eprintln!("{error}");
            // A cell that returns with `?` has failed; here the cell's code has already ended, and only unwinding tells
            // evcxr about a failure. `resume_unwind` runs no panic hook, so nothing but the error is printed.
            std::panic::resume_unwind(Box::new(()));
        }
    }
}

impl<T: Show> Show for Vec<T> {
    fn show(&self) {
        let group = OutputGroup::begin();
        self.iter().for_each(Show::show);
        drop(group);
    }
}

impl<T: Show> DisplayResult for Vec<T> {
    fn evcxr_display(&self) {
        self.show();
    }
}

/// A tensor shows its values, shape and dtype; a large tensor shows the first and last values of each dimension, as in NumPy.
impl Show for Tensor {
    fn show(&self) {
        show_cell_result(&[("text/plain", &self.to_string())]);
    }
}

impl DisplayResult for Tensor {
    fn evcxr_display(&self) {
        self.show();
    }
}

/// A parameter, as [`Model::weights`](crate::Model::weights) returns it, shows its name and then its values.
impl Show for (String, Tensor) {
    fn show(&self) {
        show_cell_result(&[("text/plain", &format!("{}\n{}", self.0, self.1))]);
    }
}

/// The values of a tuple, such as the two data sets of [`mnist::load`](crate::mnist::load), are shown one below the other.
macro_rules! show_tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Show),+> Show for ($($name,)+) {
            fn show(&self) {
                let group = OutputGroup::begin();
                $( self.$index.show(); )+
                drop(group);
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
        show_or_fail(self);
    }
}
