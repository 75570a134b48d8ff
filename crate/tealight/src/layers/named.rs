//! A layer without options, with its name.

use super::spec::layer_name;
use serde::{Deserialize, Serialize};

/// A layer without options, such as [`Flatten`](crate::Flatten), with the name that it was given.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Named<L> {
    #[serde(skip)]
    layer: L,
    name: Option<String>,
}

impl<L> From<L> for Named<L> {
    fn from(layer: L) -> Self {
        Self { layer, name: None }
    }
}

layer_name!(Named<L>, L);

/// The setter of the name of a layer without options, and its conversion into [`Layer`](crate::Layer).
macro_rules! unit_layer {
    ($layer:ident) => {
        impl $layer {
            /// The layer with a name of its own; see [`Layer::name`](crate::Layer::name).
            #[must_use]
            pub fn name(self, name: impl Into<String>) -> crate::Layer {
                crate::Layer::from(self).name(name)
            }
        }

        impl From<$layer> for crate::Layer {
            fn from(layer: $layer) -> Self {
                Self::$layer(layer.into())
            }
        }
    };
}
pub(super) use unit_layer;
