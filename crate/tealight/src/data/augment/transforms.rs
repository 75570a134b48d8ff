//! The steps of a pipeline, each as plain data, and what they draw.

use super::Shape;
use super::affine::{FillMode, Filling, Interpolation, Resampling};
use super::random::Draws;
use serde::{Deserialize, Serialize};
use std::f64::consts::TAU;

/// A step of an [`Augment`](crate::Augment), as plain data. Every type of step turns into one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Augmentation {
    /// [`RandomTranslation`].
    RandomTranslation(RandomTranslation),
    /// [`RandomRotation`].
    RandomRotation(RandomRotation),
    /// [`RandomZoom`].
    RandomZoom(RandomZoom),
    /// [`RandomFlip`].
    RandomFlip(RandomFlip),
    /// Adds normal numbers of mean 0 to all pixels: [`GaussianNoise`](crate::GaussianNoise).
    GaussianNoise {
        /// Their standard deviation, in the numbers that a model is given: after rescaling.
        stddev: f64,
    },
}

impl Augmentation {
    /// What is wrong with the options, if anything.
    pub(super) fn check(&self) -> Result<(), String> {
        let fraction = |kind: &str, name: &str, value: f64| match (0.0..=1.0).contains(&value) {
            true => Ok(()),
            false => Err(format!("{kind}: {name} {value}; expected a number from 0 to 1, such as 0.1.")),
        };
        let finite = |kind: &str, filling: &Filling| match filling.value.is_finite() {
            true => Ok(()),
            false => Err(format!("{kind}: fill_value {}; expected a number.", filling.value)),
        };
        match self {
            Self::RandomTranslation(RandomTranslation { height_factor, width_factor, filling }) => {
                let kind = "RandomTranslation";
                fraction(kind, "height_factor", *height_factor)?;
                fraction(kind, "width_factor", *width_factor)?;
                finite(kind, filling)
            }
            Self::RandomRotation(RandomRotation { factor, filling }) => {
                fraction("RandomRotation", "factor", *factor)?;
                finite("RandomRotation", filling)
            }
            Self::RandomZoom(RandomZoom { height_factor, width_factor, filling }) => {
                let kind = "RandomZoom";
                fraction(kind, "height_factor", *height_factor)?;
                fraction(kind, "width_factor", width_factor.unwrap_or_default())?;
                finite(kind, filling)
            }
            Self::RandomFlip(_) => Ok(()),
            Self::GaussianNoise { stddev } => match stddev.is_finite() && *stddev >= 0.0 {
                true => Ok(()),
                false => Err(format!("GaussianNoise: stddev {stddev}; expected a number of 0 or more, such as 0.1.")),
            },
        }
    }
}

/// What the steps that sample have in common.
macro_rules! sampling {
    ($name:ident) => {
        impl $name {
            /// What lies outside of the image. Default: [`FillMode::Reflect`].
            #[must_use]
            pub fn fill_mode(mut self, mode: FillMode) -> Self {
                self.filling.mode = mode;
                self
            }

            /// The value outside of the image with [`FillMode::Constant`], in the numbers that a model is given: after
            /// rescaling. Default: 0.
            #[must_use]
            pub fn fill_value(mut self, value: f64) -> Self {
                self.filling.value = value;
                self
            }

            /// What lies between pixels. Default: [`Interpolation::Bilinear`].
            #[must_use]
            pub fn interpolation(mut self, interpolation: Interpolation) -> Self {
                self.filling.interpolation = interpolation;
                self
            }
        }

        impl From<$name> for Augmentation {
            fn from(step: $name) -> Self {
                Self::$name(step)
            }
        }
    };
}

/// Moves the image: up or down by up to `height_factor` of its height, left or right by up to `width_factor` of its
/// width, evenly drawn. Like Keras's `RandomTranslation`.
///
/// The factors are from 0 to 1, checked when a dataset is augmented. A move need not be by whole pixels.
///
/// ```
/// use tealight::prelude::*;
///
/// let step = RandomTranslation::new(0.1, 0.1).fill_mode(FillMode::Constant).fill_value(0.0);
/// # let _ = Augment::new().add(step);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomTranslation {
    height_factor: f64,
    width_factor: f64,
    filling: Filling,
}

sampling!(RandomTranslation);

impl RandomTranslation {
    /// By up to these fractions of the height and the width.
    pub fn new(height_factor: f64, width_factor: f64) -> Self {
        Self { height_factor, width_factor, filling: Filling::default() }
    }

    pub(super) fn resampling(&self, shape: Shape, draws: &mut Draws) -> Resampling {
        let down = draws.within(self.height_factor) * shape.height as f64;
        let right = draws.within(self.width_factor) * shape.width as f64;
        self.by(right, down)
    }

    /// The image moved by so many pixels.
    pub(super) fn by(&self, right: f64, down: f64) -> Resampling {
        Resampling { x: [1.0, 0.0, -right as f32], y: [0.0, 1.0, -down as f32], filling: self.filling }
    }
}

/// Turns the image about its center by up to `factor` of a full turn either way, evenly drawn: 0.1 is up to 36°. Like
/// Keras's `RandomRotation`.
///
/// The factor is from 0 to 1, checked when a dataset is augmented.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomRotation {
    factor: f64,
    filling: Filling,
}

sampling!(RandomRotation);

impl RandomRotation {
    /// By up to this fraction of a full turn.
    pub fn new(factor: f64) -> Self {
        Self { factor, filling: Filling::default() }
    }

    pub(super) fn resampling(&self, shape: Shape, draws: &mut Draws) -> Resampling {
        self.by(draws.within(self.factor) * TAU, shape)
    }

    /// The image turned by an angle: against the clock where it is positive.
    pub(super) fn by(&self, angle: f64, shape: Shape) -> Resampling {
        let (x, y) = shape.center();
        let (sine, cosine) = angle.sin_cos();
        Resampling {
            x: [cosine, -sine, x - x * cosine + y * sine].map(|number| number as f32),
            y: [sine, cosine, y - x * sine - y * cosine].map(|number| number as f32),
            filling: self.filling,
        }
    }
}

/// Zooms the image about its center by up to `height_factor` either way, evenly drawn: 0.15 shows from 85 % to 115 % of
/// its height, larger or smaller. Like Keras's `RandomZoom`.
///
/// Without a [`width_factor`](RandomZoom::width_factor), the width is zoomed with the height, so that the image keeps its
/// proportions. The factors are from 0 to 1, checked when a dataset is augmented.
///
/// ```
/// use tealight::prelude::*;
///
/// let step = RandomZoom::new(0.15).width_factor(0.15);
/// # let _ = Augment::new().add(step);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RandomZoom {
    height_factor: f64,
    width_factor: Option<f64>,
    filling: Filling,
}

sampling!(RandomZoom);

impl RandomZoom {
    /// By up to this fraction of the height.
    pub fn new(height_factor: f64) -> Self {
        Self { height_factor, width_factor: None, filling: Filling::default() }
    }

    /// Draws a zoom of the width by itself, by up to this fraction.
    #[must_use]
    pub fn width_factor(mut self, width_factor: f64) -> Self {
        self.width_factor = Some(width_factor);
        self
    }

    pub(super) fn resampling(&self, shape: Shape, draws: &mut Draws) -> Resampling {
        let height = 1.0 + draws.within(self.height_factor);
        let width = self.width_factor.map_or(height, |factor| 1.0 + draws.within(factor));
        self.by(width, height, shape)
    }

    /// The image with so much more of it to be seen: above 1 it shrinks.
    pub(super) fn by(&self, width: f64, height: f64, shape: Shape) -> Resampling {
        let (x, y) = shape.center();
        Resampling {
            x: [width, 0.0, x * (1.0 - width)].map(|number| number as f32),
            y: [0.0, height, y * (1.0 - height)].map(|number| number as f32),
            filling: self.filling,
        }
    }
}

impl Shape {
    /// The column and the row in the middle.
    fn center(&self) -> (f64, f64) {
        ((self.width as f64 - 1.0) / 2.0, (self.height as f64 - 1.0) / 2.0)
    }
}

/// Flips the image, or leaves it, with even chances. Like Keras's `RandomFlip`.
///
/// ```
/// use tealight::prelude::*;
///
/// let step = RandomFlip::new().mode(FlipMode::Horizontal);
/// # let _ = Augment::new().add(step);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RandomFlip {
    mode: FlipMode,
}

/// How an image is flipped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum FlipMode {
    /// Left to right.
    Horizontal,
    /// Top to bottom.
    Vertical,
    /// Both at once, by one draw, as in Keras: a half turn. Keras's default.
    #[default]
    HorizontalAndVertical,
}

impl RandomFlip {
    /// With Keras's mode.
    pub fn new() -> Self {
        Self::default()
    }

    /// How to flip. Default: [`FlipMode::HorizontalAndVertical`].
    #[must_use]
    pub fn mode(mut self, mode: FlipMode) -> Self {
        self.mode = mode;
        self
    }

    /// Flips `image`; `spare` is as long.
    pub(super) fn flip(&self, image: &mut [f32], spare: &mut [f32], shape: Shape) {
        let Shape { height, width, channels } = shape;
        spare.copy_from_slice(image);
        let (across, down) = match self.mode {
            FlipMode::Horizontal => (true, false),
            FlipMode::Vertical => (false, true),
            FlipMode::HorizontalAndVertical => (true, true),
        };
        for (place, to) in image.chunks_exact_mut(channels).enumerate() {
            let (row, column) = (place / width, place % width);
            let row = if down { height - 1 - row } else { row };
            let column = if across { width - 1 - column } else { column };
            to.copy_from_slice(&spare[(row * width + column) * channels..][..channels]);
        }
    }
}

impl From<RandomFlip> for Augmentation {
    fn from(step: RandomFlip) -> Self {
        Self::RandomFlip(step)
    }
}
