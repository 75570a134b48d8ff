//! The layers of a network as they are read from a file, which may say anything.

use crate::layers::{Layer, MOST_LAYERS};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use std::fmt;

/// Reads a list of layers that is not longer than a network may be: a layer takes more memory than its text.
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
                if layers.len() == MOST_LAYERS {
                    return Err(A::Error::custom(format!("more than {MOST_LAYERS} layers")));
                }
                layers.push(layer);
            }
            Ok(layers)
        }
    }

    deserializer.deserialize_seq(Layers)
}
