//! What a network is made of: layers as plain data, the shapes they give, and the layers built from them.

mod activation;
mod built;
mod constraint;
mod dense;
mod dropout;
mod flatten;
mod initializer;
mod plan;
mod regularizer;

pub use activation::{Activation, Elu, Gelu, LeakyRelu, Linear, Relu, Sigmoid, Silu, Softmax, Softplus, Tanh};
pub(crate) use built::{Built, Parameter, Pass, Trace};
pub use constraint::{Constraint, MaxNorm};
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use initializer::{Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Initializer, Ones, Zeros};
pub(crate) use plan::{Planned, plan};
pub use regularizer::{L1, L1L2, L2, Regularizer};

use serde::{Deserialize, Serialize};

/// A layer of a network, as plain data: what to build, not the thing built.
///
/// Every layer type turns into one, so `network.add(Dense::new(10))` needs no mention of it.
///
/// ```
/// use tealight::prelude::*;
///
/// let hidden = Layer::from(Dense::new(128).activation(Relu));
/// let network = Sequential::new([28, 28]).add(Flatten).add(hidden.clone()).add(hidden.name("second"));
/// # network.summary()?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Layer {
    /// Makes the input flat: [`Flatten`].
    Flatten {
        /// The layer's name, where it was given one.
        name: Option<String>,
    },
    /// A fully connected layer: [`Dense`].
    Dense(Dense),
    /// Drops a part of its input while training: [`Dropout`].
    Dropout(Dropout),
    /// An activation as a layer of its own.
    Activation {
        /// The function.
        activation: Activation,
        /// The layer's name, where it was given one.
        name: Option<String>,
    },
}

impl Layer {
    /// The same layer with a name, which must be the only one of its kind in the network. Without a name, a layer is
    /// called after its type, as in Keras: `dense`, `dense_1`, `dropout`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let given = Some(name.into());
        match &mut self {
            Self::Flatten { name } | Self::Activation { name, .. } => *name = given,
            Self::Dense(dense) => dense.name = given,
            Self::Dropout(dropout) => dropout.name = given,
        }
        self
    }

    /// The name that the layer was given.
    pub(crate) fn given_name(&self) -> Option<&str> {
        match self {
            Self::Flatten { name } | Self::Activation { name, .. } => name.as_deref(),
            Self::Dense(dense) => dense.name.as_deref(),
            Self::Dropout(dropout) => dropout.name.as_deref(),
        }
    }

    /// The type's name, as a summary shows it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Flatten { .. } => "Flatten",
            Self::Dense(_) => "Dense",
            Self::Dropout(_) => "Dropout",
            Self::Activation { activation, .. } => activation.kind(),
        }
    }
}
