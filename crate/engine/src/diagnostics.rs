//! Messages about cells that don't compile, for people who know Python.
//!
//! A cell that can't be Rust is refused before it is compiled, with a [sentence](mistake) for each mistake. An error of the
//! compiler becomes a [`Diagnostic`](diagnostic::Diagnostic), gets a [hint](hint), and is [rendered](render). What the host's
//! library adds comes from its [`HostHints`].

mod compile_error;
mod defined_names;
mod diagnostic;
mod failure;
mod hint;
mod host_hints;
mod mistake;
mod name_history;
mod python_call;
mod render;
mod warnings;

pub use compile_error::CompileError;
pub(crate) use defined_names::DefinedNames;
pub(crate) use failure::{from_evcxr as failure, mistakes_before_compiling};
pub(crate) use host_hints::HostContext;
pub use host_hints::{HostHints, ModuleAdvice, NoHints, PythonUse, Translation};
pub(crate) use name_history::{CellOutcome, NameHistory};
pub use python_call::{PythonArgument, PythonCall};
pub(crate) use warnings::of_cell as cell_warnings;

/// Returns a sentence for each mistake that shows in the text of a cell before it is compiled. `variables` are those of the
/// notebook, each with its type. A cell that may be Rust has none.
#[must_use]
pub fn mistakes_in_text(code: &str, variables: &[(&str, &str)], hints: &dyn HostHints) -> Vec<String> {
    sentences(mistake::before(code, &defined(variables), hints))
}

/// Returns a sentence for each mistake in lines that the compiler has refused. `refused` are their numbers, counted from 1,
/// with the compiler's messages.
#[must_use]
pub fn mistakes_in_refused_lines(
    code: &str,
    variables: &[(&str, &str)],
    refused: &[(usize, String)],
    hints: &dyn HostHints,
) -> Vec<String> {
    sentences(mistake::after(code, &defined(variables), refused, hints))
}

fn defined(variables: &[(&str, &str)]) -> DefinedNames {
    let owned = |(name, type_name): &(&str, &str)| ((*name).to_owned(), (*type_name).to_owned());
    DefinedNames { variables: variables.iter().map(owned).collect(), items: Vec::new() }
}

fn sentences(findings: Vec<mistake::Finding>) -> Vec<String> {
    findings.into_iter().map(|finding| finding.sentence).collect()
}
