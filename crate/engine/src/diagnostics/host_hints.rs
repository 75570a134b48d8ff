//! What the host knows about mistakes in cells that use its library.

use std::fmt::Debug;

use super::compile_error::CompileError;
use super::python_call::{PythonArgument, PythonCall};

/// What the host knows about mistakes in cells that use its library.
///
/// The engine knows what Python writes otherwise than Rust, and how errors of rustc are corrected. A host adds the names of its
/// library, and what its users know by other names. Every method has a default that knows nothing.
#[allow(unused_variables, reason = "the defaults know nothing")]
pub trait HostHints: Debug + Sync {
    /// Returns the types that are written without `new` and without arguments.
    fn unit_types(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns the types that are made with `new`, and whose options are methods.
    fn builder_types(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns the Python modules in whose paths the types are: `layers` for `layers.Dense`.
    fn python_modules(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns the named arguments of Python that are the first argument of `new`.
    fn first_arguments(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns the methods that take names which Python writes as strings.
    fn methods_with_names(&self) -> &'static [&'static str] {
        &[]
    }

    /// Returns what to write for a string that is a name, given to this argument or method.
    fn named_value(&self, name: &str, argument: &str) -> Option<&'static str> {
        None
    }

    /// Translates a call of a method of the library's with named arguments.
    fn translate_method(&self, call: &PythonCall) -> Option<Translation> {
        None
    }

    /// Translates a call of a method with names, such as `compile("adam")`, to a whole statement.
    fn translate_statement(&self, call: &PythonCall) -> Option<String> {
        None
    }

    /// Translates the construction of a type, if it is more than `new` and setters.
    fn translate_constructor(&self, call: &PythonCall) -> Option<String> {
        None
    }

    /// Translates a named argument to the call of a method, if it is more than `.name(value)`.
    fn translate_setter(&self, argument: &PythonArgument) -> Option<String> {
        None
    }

    /// Translates a call of a function of a module, as in `plt.plot(x)`, given its arguments in Rust.
    fn translate_module_call(&self, module: &str, function: &str, arguments: &[String]) -> Option<ModuleAdvice> {
        None
    }

    /// Translates a call of a function without a module, given its arguments in Rust.
    fn translate_function(&self, function: &str, arguments: &[String]) -> Option<String> {
        None
    }

    /// Returns what a notebook has in place of a Python package.
    fn instead_of_module(&self, module: &str) -> Option<&'static str> {
        None
    }

    /// Returns the sentence for a name that Python's users write, in this use.
    fn python_name_advice(&self, name: &str, usage: PythonUse) -> Option<&'static str> {
        None
    }

    /// Returns a clause that says which names of other libraries are available.
    fn available_names(&self) -> Option<&'static str> {
        None
    }

    /// Returns what to write after the sentence that a unit type has no options.
    fn unit_type_example(&self, name: &str) -> Option<String> {
        None
    }

    /// Returns the expression for the last value of `receiver.method(arguments)?`, which has no negative index.
    fn last_value_of(&self, receiver: &str, method: &str, arguments: &str) -> Option<String> {
        None
    }

    /// Returns the sentence for a name that users of another library know.
    fn advice_for_name(&self, name: &str) -> Option<String> {
        None
    }

    /// Returns the sentence for an error that is about the library's types.
    fn error_hint(&self, error: &CompileError<'_>) -> Option<String> {
        None
    }

    /// Returns what to write for an error that `?` can't convert to the library's error.
    fn error_conversion(&self) -> Option<&'static str> {
        None
    }
}

/// A call in Rust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// Why it is written otherwise, if not because of the named arguments.
    pub reason: Option<&'static str>,
    /// The call, without its receiver.
    pub code: String,
}

/// The advice for a call of a function of a Python module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModuleAdvice {
    /// What to write.
    Write(String),
    /// A complete sentence.
    Sentence(&'static str),
}

/// Where a cell uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PythonUse {
    /// In an import.
    Import,
    /// As a module whose item is used.
    Module,
    /// As a function whose result is assigned to several variables.
    Call,
}

/// The hints of a host without a library.
#[derive(Clone, Copy, Debug)]
pub struct NoHints;

impl HostHints for NoHints {}

impl dyn HostHints + '_ {
    /// Returns whether a type is written without `new`.
    pub(super) fn is_unit_type(&self, name: &str) -> bool {
        self.unit_types().contains(&name)
    }

    /// Returns whether a type is made with `new`.
    pub(super) fn is_builder_type(&self, name: &str) -> bool {
        self.builder_types().contains(&name)
    }

    /// Returns the type whose name differs from this one only in case and underscores.
    pub(super) fn spelling(&self, name: &str) -> Option<&'static str> {
        let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
        let wanted = plain(name);
        self.builder_types().iter().chain(self.unit_types()).find(|known| plain(known) == wanted).copied()
    }
}

/// What the diagnostics of a session need to know of its host.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HostContext<'a> {
    /// The host's hints.
    pub(crate) hints: &'a dyn HostHints,
    /// The name of the host's library.
    pub(crate) library: Option<&'a str>,
    /// Paths that messages leave out before the name of a type, the longest first.
    pub(crate) short_paths: &'a [&'a str],
}
