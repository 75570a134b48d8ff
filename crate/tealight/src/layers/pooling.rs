//! Layers that make images smaller.

use super::Layer;
use super::window::{Padding, place};
use crate::Result;
use crate::arguments::{IntoPadding, IntoSize};
use crate::kernels::Window;
use serde::{Deserialize, Serialize};

/// The options that both kinds of pooling have.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Options {
    pool_size: [i64; 2],
    strides: Option<[i64; 2]>,
    padding: Padding,
}

impl Default for Options {
    fn default() -> Self {
        Self { pool_size: [2, 2], strides: None, padding: Padding::Valid }
    }
}

impl Options {
    /// Where the window goes on an image of shape `input`; `at` begins the errors.
    pub(super) fn window(&self, at: &str, input: &[usize]) -> Result<Window> {
        place(at, input, self.pool_size, self.strides.unwrap_or(self.pool_size), self.padding)
    }
}

/// The largest number under each place of a window, channel by channel. Like Keras's `MaxPooling2D`.
///
/// - Input: `[batch, height, width, channels]`. Output: the same with fewer rows and columns. No parameters.
/// - Without options: a window of 2 × 2 that moves by its own size, padding [`Padding::Valid`].
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28, 3]).add(MaxPooling2D::new());
/// assert_eq!(network.summary()?.output_shape(), [14, 14, 3]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MaxPooling2D {
    pub(crate) options: Options,
    pub(crate) name: Option<String>,
}

impl MaxPooling2D {
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

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl From<MaxPooling2D> for Layer {
    fn from(layer: MaxPooling2D) -> Self {
        Self::MaxPooling2D(layer)
    }
}

/// The mean of the numbers under each place of a window, channel by channel. Like Keras's `AveragePooling2D`.
///
/// - Input: `[batch, height, width, channels]`. Output: the same with fewer rows and columns. No parameters.
/// - Without options: a window of 2 × 2 that moves by its own size, padding [`Padding::Valid`].
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28, 3]).add(AveragePooling2D::new());
/// assert_eq!(network.summary()?.output_shape(), [14, 14, 3]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AveragePooling2D {
    pub(crate) options: Options,
    pub(crate) name: Option<String>,
}

impl AveragePooling2D {
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

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl From<AveragePooling2D> for Layer {
    fn from(layer: AveragePooling2D) -> Self {
        Self::AveragePooling2D(layer)
    }
}

/// The mean of each channel over the whole image: `[batch, height, width, channels]` becomes `[batch, channels]`. Like
/// Keras's `GlobalAveragePooling2D`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GlobalAveragePooling2D;

impl GlobalAveragePooling2D {
    /// The layer with a name of its own; see [`Layer::name`].
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Layer {
        Layer::from(self).name(name)
    }
}

impl From<GlobalAveragePooling2D> for Layer {
    fn from(GlobalAveragePooling2D: GlobalAveragePooling2D) -> Self {
        Self::GlobalAveragePooling2D { name: None }
    }
}
