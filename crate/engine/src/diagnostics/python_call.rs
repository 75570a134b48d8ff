//! A call in Python's syntax that a cell contains, with its arguments translated to Rust.

/// A call in Python's syntax.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PythonCall {
    /// The variable whose method is called, as in `model.fit(…)`.
    pub receiver: Option<String>,
    /// The name of the function, method or type.
    pub name: String,
    /// The arguments, in their order.
    pub arguments: Vec<PythonArgument>,
}

/// An argument of a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PythonArgument {
    /// The name of a named argument.
    pub name: Option<String>,
    /// The value as the user has written it.
    pub source: String,
    /// The value in Rust.
    pub value: String,
    /// Whether the value is the name of a variable.
    pub is_variable: bool,
    /// The items of a list, in Rust.
    pub items: Vec<String>,
}

impl PythonCall {
    /// Returns the arguments without a name.
    pub fn positional(&self) -> impl Iterator<Item = &PythonArgument> {
        self.arguments.iter().filter(|argument| argument.name.is_none())
    }

    /// Returns the arguments with a name.
    pub fn named(&self) -> impl Iterator<Item = &PythonArgument> {
        self.arguments.iter().filter(|argument| argument.name.is_some())
    }

    /// Returns the value of an argument in Rust, by its name or its position.
    #[must_use]
    pub fn value(&self, name: &str, position: usize) -> Option<&str> {
        let named = self.named().find(|argument| argument.name.as_deref() == Some(name));
        let argument = named.or_else(|| self.arguments.get(position).filter(|argument| argument.name.is_none()));
        argument.map(|argument| argument.value.as_str())
    }
}

impl PythonArgument {
    /// Returns the value with a `&` if it is a variable.
    #[must_use]
    pub fn borrowed(&self) -> String {
        if self.is_variable { format!("&{}", self.value) } else { self.value.clone() }
    }
}
