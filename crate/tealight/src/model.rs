//! A network: as a spec, built with parameters, summed up.

mod built;
mod compile;
mod evaluate;
mod keras_file;
mod keras_weights;
mod layer_list;
mod predict;
mod rationed;
mod room;
mod save;
mod sequential;
mod summary;
mod tensor_file;
mod weights;

pub use built::Model;
pub(crate) use compile::{Compiled, Means, not_compiled};
pub use evaluate::Evaluation;
pub(crate) use evaluate::Measured;
pub use sequential::Sequential;
pub use summary::Summary;
