//! What training makes small.

mod crossentropy;
mod objective;

pub use crossentropy::{CategoricalCrossentropy, SparseCategoricalCrossentropy};
pub(crate) use objective::Objective;

use serde::{Deserialize, Serialize};

/// A loss, as plain data. Every loss type turns into one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Loss {
    /// For targets that are classes.
    SparseCategoricalCrossentropy(SparseCategoricalCrossentropy),
    /// For targets that are rows, one-hot or probabilities.
    CategoricalCrossentropy(CategoricalCrossentropy),
}

impl Loss {
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::SparseCategoricalCrossentropy(_) => "SparseCategoricalCrossentropy",
            Self::CategoricalCrossentropy(_) => "CategoricalCrossentropy",
        }
    }
}
