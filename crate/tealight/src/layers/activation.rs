//! Activations: an argument of `Dense`, or a layer of its own.

use super::Layer;
use crate::kernels::{self, Elementwise};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// What a neuron does with its sum, as plain data. The types [`Relu`], [`Softmax`] and so on turn into it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Activation {
    /// [`Linear`].
    #[default]
    Linear,
    /// [`Relu`].
    Relu,
    /// [`LeakyRelu`].
    LeakyRelu {
        /// The slope below zero.
        negative_slope: f64,
    },
    /// [`Elu`].
    Elu {
        /// Minus the value that it approaches far below zero.
        alpha: f64,
    },
    /// [`Gelu`].
    Gelu,
    /// [`Silu`].
    Silu,
    /// [`Tanh`].
    Tanh,
    /// [`Sigmoid`].
    Sigmoid,
    /// [`Softplus`].
    Softplus,
    /// [`Softmax`].
    Softmax,
    /// What [`MixtureDensity`](crate::MixtureDensity) does with the numbers of its dense layer.
    MixtureDensity,
}

impl Activation {
    /// The activation of `x`, which keeps its shape.
    pub(crate) fn apply(self, x: &Tensor) -> candle_core::Result<Tensor> {
        match self.elementwise() {
            Some(function) => function.apply(x),
            None => match self {
                Self::Softmax => kernels::softmax(x),
                Self::MixtureDensity => super::mixture_density::mixture(x),
                _ => Ok(x.clone()),
            },
        }
    }

    /// The function of one number that it is, if it is one and does something.
    pub(crate) fn elementwise(self) -> Option<Elementwise> {
        Some(match self {
            Self::Linear | Self::Softmax | Self::MixtureDensity => return None,
            Self::Relu => Elementwise::Relu,
            Self::LeakyRelu { negative_slope } => Elementwise::LeakyRelu(negative_slope),
            Self::Elu { alpha } => Elementwise::Elu(alpha),
            Self::Gelu => Elementwise::Gelu,
            Self::Silu => Elementwise::Silu,
            Self::Tanh => Elementwise::Tanh,
            Self::Sigmoid => Elementwise::Sigmoid,
            Self::Softplus => Elementwise::Softplus,
        })
    }

    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Linear => "Linear",
            Self::Relu => "Relu",
            Self::LeakyRelu { .. } => "LeakyRelu",
            Self::Elu { .. } => "Elu",
            Self::Gelu => "Gelu",
            Self::Silu => "Silu",
            Self::Tanh => "Tanh",
            Self::Sigmoid => "Sigmoid",
            Self::Softplus => "Softplus",
            Self::Softmax => "Softmax",
            Self::MixtureDensity => "MixtureDensity",
        }
    }
}

impl From<Activation> for Layer {
    fn from(activation: Activation) -> Self {
        Self::Activation { activation, name: None }
    }
}

/// Activations that have no options: the type, its way into an [`Activation`] and into a [`Layer`].
macro_rules! without_options {
    ($($(#[$docs:meta])* $name:ident,)*) => { $(
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name;

        impl $name {
            /// The activation as a layer with a name of its own; see [`Layer::name`].
            #[must_use]
            pub fn name(self, name: impl Into<String>) -> Layer {
                Layer::from(self).name(name)
            }
        }

        impl From<$name> for Activation {
            fn from($name: $name) -> Self {
                Self::$name
            }
        }

        impl From<$name> for Layer {
            fn from($name: $name) -> Self {
                Activation::$name.into()
            }
        }
    )* };
}

without_options! {
    /// `x`: no activation. Keras: `linear`.
    Linear,
    /// `max(0, x)`. Keras: `relu`, `ReLU`.
    Relu,
    /// `x · Φ(x)` with the exact normal distribution, not the `tanh` approximation. Keras: `gelu`, whose default is exact too.
    Gelu,
    /// `x / (1 + e⁻ˣ)`, also called swish. Keras: `silu`.
    Silu,
    /// The hyperbolic tangent, from −1 to 1. Keras: `tanh`.
    Tanh,
    /// `1 / (1 + e⁻ˣ)`, from 0 to 1. Keras: `sigmoid`.
    Sigmoid,
    /// `log(1 + eˣ)`, always positive. Keras: `softplus`.
    Softplus,
    /// `exp(xᵢ) / Σ exp(xⱼ)` over the last dimension: probabilities that add up to 1. Keras: `softmax`, `Softmax`.
    ///
    /// As the last activation of a network that trains with a cross-entropy it is, as in Keras, skipped by the loss,
    /// which then works on the numbers before it: that is exact where probabilities would round to 0 or 1.
    Softmax,
}

/// `x` where it is 0 or more, `negative_slope · x` below. Keras: `leaky_relu`, `LeakyReLU`.
///
/// The default slope is Keras's, which differs by use: 0.2 as the activation of another layer, 0.3 as a layer of its own.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([4]).add(Dense::new(8)).add(LeakyRelu::new().negative_slope(0.1));
/// # network.summary()?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LeakyRelu {
    negative_slope: Option<f64>,
}

impl LeakyRelu {
    /// With Keras's slope.
    pub fn new() -> Self {
        Self::default()
    }

    /// The slope below zero.
    #[must_use]
    pub fn negative_slope(self, negative_slope: f64) -> Self {
        Self { negative_slope: Some(negative_slope) }
    }

    /// The activation as a layer with a name of its own; see [`Layer::name`].
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Layer {
        Layer::from(self).name(name)
    }
}

impl From<LeakyRelu> for Activation {
    fn from(relu: LeakyRelu) -> Self {
        Self::LeakyRelu { negative_slope: relu.negative_slope.unwrap_or(0.2) }
    }
}

impl From<LeakyRelu> for Layer {
    fn from(relu: LeakyRelu) -> Self {
        Activation::LeakyRelu { negative_slope: relu.negative_slope.unwrap_or(0.3) }.into()
    }
}

/// `x` above 0, `alpha · (eˣ − 1)` below; `alpha` is 1 unless set. Keras: `elu`, `ELU`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elu {
    alpha: f64,
}

impl Elu {
    /// With `alpha` 1.
    pub fn new() -> Self {
        Self { alpha: 1.0 }
    }

    /// Minus the value that it approaches far below zero.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha }
    }

    /// The activation as a layer with a name of its own; see [`Layer::name`].
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Layer {
        Layer::from(self).name(name)
    }
}

impl Default for Elu {
    fn default() -> Self {
        Self::new()
    }
}

impl From<Elu> for Activation {
    fn from(elu: Elu) -> Self {
        Self::Elu { alpha: elu.alpha }
    }
}

impl From<Elu> for Layer {
    fn from(elu: Elu) -> Self {
        Activation::from(elu).into()
    }
}
