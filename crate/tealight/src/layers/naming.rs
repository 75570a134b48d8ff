//! The names of layers.

use super::Layer;
use crate::{Error, ErrorKind, Result};
use std::collections::HashMap;

/// Returns a name for each layer: the one that it was given, or its type in snake case, numbered from the second of a
/// type on.
pub(super) fn name_layers(layers: &[Layer]) -> Result<Vec<String>> {
    let mut taken = HashMap::new();
    for (index, name) in layers.iter().enumerate().filter_map(|(index, layer)| Some((index, layer.spec().name()?))) {
        if name.is_empty() || name.contains('/') {
            let message =
                format!("Sequential: layer {index} is named {name:?}; expected a name that is not empty and has no /.");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        if let Some(earlier) = taken.insert(name.to_owned(), index) {
            let message = format!(
                "Sequential: layers {earlier} and {index} are both named \"{name}\". Give each a name of its own."
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
    }
    let mut counts = HashMap::new();
    let mut automatic = |layer: &Layer| {
        let kind = snake_case(layer.kind());
        loop {
            let count = counts.entry(kind.clone()).or_insert(0);
            let name = if *count == 0 { kind.clone() } else { format!("{kind}_{count}") };
            *count += 1;
            if !taken.contains_key(&name) {
                return name;
            }
        }
    };
    Ok(layers.iter().map(|layer| layer.spec().name().map_or_else(|| automatic(layer), str::to_owned)).collect())
}

/// Converts a type name to snake case as Keras does: `LeakyRelu` → `leaky_relu`, `Conv2D` → `conv2d`.
pub(crate) fn snake_case(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_uppercase() && name.ends_with(char::is_alphabetic) {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
