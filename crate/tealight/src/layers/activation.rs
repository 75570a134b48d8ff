//! Activation functions: an argument of `Dense`, or a separate layer.

use super::Layer;
use super::op::{ForwardContext, FusedPart, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, layer_name};
use crate::cpu::{self, Elementwise};
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// An activation function, as plain data. [`Relu`], [`Softmax`] and the other activations convert into it.
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
        /// The function approaches `−alpha` far below zero.
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
    /// The activation of [`MixtureDensity`](crate::MixtureDensity).
    MixtureDensity,
}

impl Activation {
    /// Applies the activation to `x`, which keeps its shape.
    pub(crate) fn apply(self, x: &Tensor) -> candle_core::Result<Tensor> {
        match self.elementwise() {
            Some(function) => function.apply(x),
            None => match self {
                Self::Softmax => cpu::softmax(x),
                Self::MixtureDensity => super::mixture_density::mixture(x),
                _ => Ok(x.clone()),
            },
        }
    }

    /// Returns the function of single numbers, or `None` for the identity and for functions of whole rows.
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

    /// Checks the options; `place` begins the error.
    pub(super) fn check(self, place: &str) -> Result<()> {
        let (name, value) = match self {
            Self::LeakyRelu { negative_slope } => ("LeakyRelu: negative_slope", negative_slope),
            Self::Elu { alpha } => ("Elu: alpha", alpha),
            _ => return Ok(()),
        };
        if value.is_finite() && value >= 0.0 {
            return Ok(());
        }
        let message = format!("{place}: {name} {value}; expected a number of 0 or more.");
        Err(Error::new(ErrorKind::Argument, message))
    }

    /// Returns the name of the type.
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
        Self::Activation(ActivationLayer { activation, name: None })
    }
}

/// An activation as a separate layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActivationLayer {
    activation: Activation,
    name: Option<String>,
}

layer_name!(ActivationLayer);

impl LayerSpec for ActivationLayer {
    fn kind(&self) -> &'static str {
        self.activation.kind()
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        self.activation.check(place)?;
        if matches!(self.activation, Activation::Softmax) && input.is_empty() {
            let message = format!("{place}: expected examples with at least one dimension, got single numbers.");
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Ok(input.to_vec())
    }

    fn build(&self, _plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(ActivationOp))
    }

    fn activation(&self) -> Option<Activation> {
        Some(self.activation)
    }
}

/// Leaves its input as it is: the activation follows as at the end of any layer.
struct ActivationOp;

impl LayerOp for ActivationOp {
    fn forward(&self, x: &Tensor, _context: &mut ForwardContext<'_>) -> Result<Tensor> {
        Ok(x.clone())
    }

    fn fuse(&self) -> Option<FusedPart<'_>> {
        Some(FusedPart::Activation)
    }
}

/// Activations without options: the type, and its conversions into [`Activation`] and [`Layer`].
macro_rules! without_options {
    ($($(#[$docs:meta])* $name:ident,)*) => { $(
        $(#[$docs])*
        #[derive(Clone, Copy, Debug, Default, PartialEq)]
        pub struct $name;

        impl $name {
            /// The activation as a layer with a name; see [`Layer::name`].
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
    /// `log(1 + eˣ)`, which is always positive. Keras: `softplus`.
    Softplus,
    /// `exp(xᵢ) / Σ exp(xⱼ)` over the last dimension: probabilities that add up to 1. Keras: `softmax`, `Softmax`.
    ///
    /// If it is the last activation of a network that trains with a cross-entropy, the loss skips it, as in Keras, and uses
    /// the numbers before it: that is exact where probabilities would round to 0 or 1.
    Softmax,
}

/// `x` for `x ≥ 0`, `negative_slope · x` below. Keras: `leaky_relu`, `LeakyReLU`.
///
/// The default slope is Keras's, which depends on the use: 0.2 as the activation of another layer, 0.3 as a separate layer.
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

    /// The activation as a layer with a name; see [`Layer::name`].
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

/// `x` for `x > 0`, `alpha · (eˣ − 1)` below; `alpha` is 1 by default. Keras: `elu`, `ELU`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Elu {
    alpha: f64,
}

impl Elu {
    /// With `alpha` 1.
    pub fn new() -> Self {
        Self { alpha: 1.0 }
    }

    /// The function approaches `−alpha` far below zero.
    #[must_use]
    pub fn alpha(self, alpha: f64) -> Self {
        Self { alpha }
    }

    /// The activation as a layer with a name; see [`Layer::name`].
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
