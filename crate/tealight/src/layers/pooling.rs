//! Max pooling and average pooling of images.

use super::layer_arguments::IntoPadding;
use super::op::{ForwardContext, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, named_layer};
use super::window::{Padding, resolve_window};
use crate::Result;
use crate::arguments::IntoSize;
use crate::cpu::{Pooling, Window};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};

/// The options of every pooling layer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct PoolingOptions {
    pool_size: [i64; 2],
    strides: Option<[i64; 2]>,
    padding: Padding,
}

impl Default for PoolingOptions {
    fn default() -> Self {
        Self { pool_size: [2, 2], strides: None, padding: Padding::Valid }
    }
}

impl PoolingOptions {
    fn window(&self, place: &str, input: &[usize]) -> Result<Window> {
        resolve_window(place, input, self.pool_size, self.strides.unwrap_or(self.pool_size), self.padding)
    }
}

/// A pooling layer: the type with its setters, and its spec.
macro_rules! pooling_layer {
    ($(#[$docs:meta])* $layer:ident, $pooling:expr) => {
        $(#[$docs])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
        pub struct $layer {
            options: PoolingOptions,
            name: Option<String>,
        }

        impl $layer {
            /// With Keras's defaults.
            pub fn new() -> Self {
                Self::default()
            }

            /// The height and width of the window, one number for both. Default: `[2, 2]`.
            #[must_use]
            pub fn pool_size(mut self, pool_size: impl IntoSize) -> Self {
                self.options.pool_size = pool_size.into_size();
                self
            }

            /// How far the window moves down and to the right. Default: its own size.
            #[must_use]
            pub fn strides(mut self, strides: impl IntoSize) -> Self {
                self.options.strides = Some(strides.into_size());
                self
            }

            /// What happens at the edge. Default: [`Padding::Valid`].
            #[must_use]
            pub fn padding(mut self, padding: impl IntoPadding) -> Self {
                self.options.padding = padding.into_padding();
                self
            }
        }

        named_layer!($layer);

        impl LayerSpec for $layer {
            fn kind(&self) -> &'static str {
                stringify!($layer)
            }

            fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
                let window = self.options.window(place, input)?;
                Ok(vec![window.output[0], window.output[1], window.input[2]])
            }

            fn build(&self, plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
                let window = self.options.window(&plan.name, &plan.input_shape)?;
                Ok(Box::new(PoolingOp { window, pooling: $pooling }))
            }
        }
    };
}

pooling_layer! {
    /// The largest number under each position of a window, channel by channel. Like Keras's `MaxPooling2D`.
    ///
    /// - Input: `[batch, height, width, channels]`. Output: the same with fewer rows and columns. No parameters.
    /// - Defaults: a window of 2 × 2 that moves by its own size, padding [`Padding::Valid`].
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let network = Sequential::new([28, 28, 3]).add(MaxPooling2D::new());
    /// assert_eq!(network.summary()?.output_shape(), [14, 14, 3]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    MaxPooling2D, Pooling::Max
}

pooling_layer! {
    /// The mean of the numbers under each position of a window, channel by channel. Like Keras's `AveragePooling2D`.
    ///
    /// - Input: `[batch, height, width, channels]`. Output: the same with fewer rows and columns. No parameters.
    /// - Defaults: a window of 2 × 2 that moves by its own size, padding [`Padding::Valid`].
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let network = Sequential::new([28, 28, 3]).add(AveragePooling2D::new());
    /// assert_eq!(network.summary()?.output_shape(), [14, 14, 3]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    AveragePooling2D, Pooling::Average
}

struct PoolingOp {
    window: Window,
    pooling: Pooling,
}

impl LayerOp for PoolingOp {
    fn forward(&self, x: &Tensor, _context: &mut ForwardContext<'_>) -> Result<Tensor> {
        Ok(self.window.pool(x, self.pooling)?)
    }
}
