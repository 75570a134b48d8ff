//! Layers: as plain data in a network, and built with parameters in a model.
//!
//! Each layer is one file: its options with their setters, and two traits. [`LayerSpec`](spec::LayerSpec) checks the
//! options, infers the output shape and lists the parameters; [`LayerOp`](op::LayerOp) computes the layer. To add a layer,
//! write such a file and add the layer to this file twice: as a module with its `pub use`, and as a variant of [`Layer`].

mod activation;
mod batch_normalization;
mod built_layer;
mod constraint;
mod conv2d;
mod custom;
mod dense;
mod dropout;
mod flatten;
mod gaussian_noise;
mod global_average_pooling;
mod infer_shapes;
mod initializer;
pub(crate) mod layer_arguments;
mod layer_normalization;
mod mixture_density;
mod named;
mod naming;
mod op;
mod pooling;
mod regularizer;
mod reshape;
mod spec;
mod weight_options;
mod window;

pub use activation::{Activation, Elu, Gelu, LeakyRelu, Linear, Relu, Sigmoid, Silu, Softmax, Softplus, Tanh};
pub use batch_normalization::BatchNormalization;
pub(crate) use built_layer::{BuiltLayer, Parameter};
pub use constraint::{Constraint, MaxNorm};
pub use conv2d::Conv2D;
pub use custom::Custom;
pub use dense::Dense;
pub use dropout::Dropout;
pub(crate) use dropout::{MASK_BLOCK_LEN, draw_dropout_mask, dropout_scale};
pub use flatten::Flatten;
pub use gaussian_noise::GaussianNoise;
pub use global_average_pooling::GlobalAveragePooling2D;
pub(crate) use infer_shapes::{MAX_LAYERS, infer_shapes};
pub use initializer::{Constant, GlorotNormal, GlorotUniform, HeNormal, HeUniform, Initializer, Ones, Zeros};
pub use layer_normalization::LayerNormalization;
pub use mixture_density::MixtureDensity;
pub(crate) use naming::snake_case;
pub(crate) use op::{ForwardMode, ForwardState, FusedPart};
pub use pooling::{AveragePooling2D, MaxPooling2D};
pub use regularizer::{L1, L1L2, L2, Regularizer};
pub use reshape::Reshape;
pub(crate) use spec::LayerPlan;
pub use window::Padding;

use activation::ActivationLayer;
use named::Named;
use serde::{Deserialize, Serialize};
use spec::LayerSpec;

/// The enum [`Layer`], and access to the spec of each variant.
macro_rules! layers {
    ($(#[$docs:meta])* pub enum Layer { $($(#[$variant_docs:meta])* $variant:ident($spec:ty),)* }) => {
        $(#[$docs])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Layer {
            $($(#[$variant_docs])* $variant($spec),)*
        }

        impl Layer {
            fn spec(&self) -> &dyn LayerSpec {
                match self {
                    $(Self::$variant(spec) => spec,)*
                }
            }

            fn spec_mut(&mut self) -> &mut dyn LayerSpec {
                match self {
                    $(Self::$variant(spec) => spec,)*
                }
            }
        }
    };
}

layers! {
    /// A layer of a network, as plain data: a description to build from.
    ///
    /// Every layer type converts into it, so `network.add(Dense::new(10))` needs no mention of it.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let hidden = Layer::from(Dense::new(128).activation(Relu));
    /// let network = Sequential::new([28, 28]).add(Flatten).add(hidden.clone()).add(hidden.name("second"));
    /// # network.summary()?;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub enum Layer {
        /// Flattens the input: [`Flatten`].
        Flatten(Named<Flatten>),
        /// A fully connected layer: [`Dense`].
        Dense(Dense),
        /// Drops a part of its input while training: [`Dropout`].
        Dropout(Dropout),
        /// An activation as a separate layer, such as [`Relu`].
        Activation(ActivationLayer),
        /// Gives examples another shape: [`Reshape`].
        Reshape(Reshape),
        /// Adds noise while training: [`GaussianNoise`].
        GaussianNoise(GaussianNoise),
        /// Normalizes channels over the batch: [`BatchNormalization`].
        BatchNormalization(BatchNormalization),
        /// Normalizes each example: [`LayerNormalization`].
        LayerNormalization(LayerNormalization),
        /// A 2-D convolution: [`Conv2D`].
        Conv2D(Conv2D),
        /// The maximum under a window: [`MaxPooling2D`].
        MaxPooling2D(MaxPooling2D),
        /// The mean under a window: [`AveragePooling2D`].
        AveragePooling2D(AveragePooling2D),
        /// The mean of each channel: [`GlobalAveragePooling2D`].
        GlobalAveragePooling2D(Named<GlobalAveragePooling2D>),
        /// Outputs a distribution: [`MixtureDensity`].
        MixtureDensity(MixtureDensity),
        /// A user-defined module: [`Layer::custom`].
        Custom(Custom),
    }
}

impl Layer {
    /// The same layer with a name, which must be unique in the network. Without a name, a layer is called after its type,
    /// as in Keras: `dense`, `dense_1`, `dropout`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.spec_mut().set_name(name.into());
        self
    }

    /// Returns the name of the type, as a summary shows it.
    pub(crate) fn kind(&self) -> &'static str {
        self.spec().kind()
    }
}
