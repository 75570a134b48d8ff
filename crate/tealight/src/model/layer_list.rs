//! Deserializes the layers of a network from a file that may be hostile.

use crate::layers::{Layer, MAX_LAYERS};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// Deserializes a list of at most [`MAX_LAYERS`] layers: a layer takes more memory than its text.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Layer>, D::Error> {
    struct Layers;

    impl<'de> Visitor<'de> for Layers {
        type Value = Vec<Layer>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list of layers")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut layers = Vec::new();
            while let Some(layer) = list.next_element()? {
                if layers.len() == MAX_LAYERS {
                    return Err(A::Error::custom(format!("more than {MAX_LAYERS} layers")));
                }
                layers.push(layer);
            }
            Ok(layers)
        }
    }

    deserializer.deserialize_seq(Layers)
}
