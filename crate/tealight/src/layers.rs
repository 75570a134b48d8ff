//! What a network is made of: layers as plain data, the shapes they give, and the layers built from them.

mod activation;
mod batch_normalization;
mod built;
mod constraint;
mod conv2d;
mod custom;
mod dense;
mod dropout;
mod flatten;
mod gaussian_noise;
mod initializer;
mod mixture_density;
mod plan;
mod pooling;
mod regularizer;
mod reshape;
mod window;

pub use activation::{Activation, Elu, Gelu, LeakyRelu, Linear, Relu, Sigmoid, Silu, Softmax, Softplus, Tanh};
pub use batch_normalization::BatchNormalization;
pub(crate) use built::{Built, Parameter, Pass, Trace, Work};
pub use constraint::{Constraint, MaxNorm};
pub use conv2d::Conv2D;
pub use custom::Custom;
pub use dense::Dense;
pub use dropout::Dropout;
pub use flatten::Flatten;
pub use gaussian_noise::GaussianNoise;
pub use initializer::{Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Initializer, Ones, Zeros};
pub use mixture_density::MixtureDensity;
pub(crate) use plan::{MOST_LAYERS, Planned, plan, snake_case};
pub use pooling::{AveragePooling2D, GlobalAveragePooling2D, MaxPooling2D};
pub use regularizer::{L1, L1L2, L2, Regularizer};
pub use reshape::Reshape;
pub use window::Padding;

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
    /// Gives examples another shape: [`Reshape`].
    Reshape(Reshape),
    /// Adds noise while training: [`GaussianNoise`].
    GaussianNoise(GaussianNoise),
    /// Brings channels to a common mean and spread: [`BatchNormalization`].
    BatchNormalization(BatchNormalization),
    /// Moves kernels over images: [`Conv2D`].
    Conv2D(Conv2D),
    /// [`MaxPooling2D`].
    MaxPooling2D(MaxPooling2D),
    /// [`AveragePooling2D`].
    AveragePooling2D(AveragePooling2D),
    /// [`GlobalAveragePooling2D`].
    GlobalAveragePooling2D {
        /// The layer's name, where it was given one.
        name: Option<String>,
    },
    /// Gives a distribution: [`MixtureDensity`].
    MixtureDensity(MixtureDensity),
    /// A module of the user's own: [`Layer::custom`].
    Custom(Custom),
}

impl Layer {
    /// The same layer with a name, which must be the only one of its kind in the network. Without a name, a layer is
    /// called after its type, as in Keras: `dense`, `dense_1`, `dropout`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        let given = name.into();
        let name = match &mut self {
            Self::Flatten { name } | Self::GlobalAveragePooling2D { name } | Self::Activation { name, .. } => name,
            Self::Dense(layer) => &mut layer.name,
            Self::Dropout(layer) => &mut layer.name,
            Self::Reshape(layer) => &mut layer.name,
            Self::GaussianNoise(layer) => &mut layer.name,
            Self::BatchNormalization(layer) => &mut layer.name,
            Self::Conv2D(layer) => &mut layer.name,
            Self::MaxPooling2D(layer) => &mut layer.name,
            Self::AveragePooling2D(layer) => &mut layer.name,
            Self::MixtureDensity(layer) => &mut layer.name,
            Self::Custom(layer) => {
                layer.name = given;
                return self;
            }
        };
        *name = Some(given);
        self
    }

    /// The name that the layer was given.
    pub(crate) fn given_name(&self) -> Option<&str> {
        match self {
            Self::Flatten { name } | Self::GlobalAveragePooling2D { name } | Self::Activation { name, .. } => {
                name.as_deref()
            }
            Self::Dense(layer) => layer.name.as_deref(),
            Self::Dropout(layer) => layer.name.as_deref(),
            Self::Reshape(layer) => layer.name.as_deref(),
            Self::GaussianNoise(layer) => layer.name.as_deref(),
            Self::BatchNormalization(layer) => layer.name.as_deref(),
            Self::Conv2D(layer) => layer.name.as_deref(),
            Self::MaxPooling2D(layer) => layer.name.as_deref(),
            Self::AveragePooling2D(layer) => layer.name.as_deref(),
            Self::MixtureDensity(layer) => layer.name.as_deref(),
            Self::Custom(layer) => Some(&layer.name),
        }
    }

    /// The type's name, as a summary shows it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Flatten { .. } => "Flatten",
            Self::Dense(_) => "Dense",
            Self::Dropout(_) => "Dropout",
            Self::Reshape(_) => "Reshape",
            Self::GaussianNoise(_) => "GaussianNoise",
            Self::BatchNormalization(_) => "BatchNormalization",
            Self::Conv2D(_) => "Conv2D",
            Self::MaxPooling2D(_) => "MaxPooling2D",
            Self::AveragePooling2D(_) => "AveragePooling2D",
            Self::MixtureDensity(_) => "MixtureDensity",
            Self::GlobalAveragePooling2D { .. } => "GlobalAveragePooling2D",
            Self::Custom(_) => "Custom",
            Self::Activation { activation, .. } => activation.kind(),
        }
    }
}
