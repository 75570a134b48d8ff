//! The names that a notebook's cells have defined and that exist now.

/// The names that a notebook's cells have defined and that exist now.
#[derive(Clone, Debug, Default)]
pub(crate) struct DefinedNames {
    /// Variables, each with its type.
    pub(crate) variables: Vec<(String, String)>,
    /// Functions, types and other items.
    pub(crate) items: Vec<String>,
}

impl DefinedNames {
    /// Returns whether there is a variable of this name.
    pub(crate) fn is_variable(&self, name: &str) -> bool {
        self.type_of(name).is_some()
    }

    /// Returns the type of a variable.
    pub(crate) fn type_of(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, type_name)| type_name.as_str())
    }

    /// Returns whether there is a variable or an item of this name.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.is_variable(name) || self.items.iter().any(|known| known == name)
    }
}
