//! Messages about cells that don't compile, for people who know Python.
//!
//! A cell that can't be Rust is refused before it is compiled, with a [sentence](mistake) for each mistake. An error of the
//! compiler becomes a [`Diagnostic`](diagnostic::Diagnostic), gets a [hint](hint), and is [rendered](render). What the host's
//! library adds comes from its [`HostHints`].

mod defined_names;
mod diagnostic;
mod failure;
mod hint;
mod host_hints;
mod mistake;
mod name_history;
mod render;
mod warnings;

pub(crate) use defined_names::DefinedNames;
pub(crate) use failure::{from_evcxr as failure, mistakes_before_compiling};
pub(crate) use host_hints::HostContext;
pub use host_hints::{HostHints, NoHints};
pub(crate) use name_history::{CellOutcome, NameHistory};
pub(crate) use warnings::of_cell as cell_warnings;
