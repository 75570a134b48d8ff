//! What the numbers of a prediction say: numbers first, in a form to compute with, to print and to read in the page.

mod confusion;
mod confusion_table;

pub use confusion::{ConfusionMatrix, Normalize};
