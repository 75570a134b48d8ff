//! Colors by name.

use plotters::style::RGBColor;

use super::palette::SERIES_COLORS;

/// The color of a line or of points; see [`Curves::colors`](crate::Curves::colors).
///
/// The named colors except red are the default colors of figures (Okabe and Ito, "Color Universal Design", 2008), which
/// color-blind readers can tell apart.
///
/// ```
/// use tealight::{Color, Curves};
///
/// let curves = Curves::new("Loss")
///     .line("training", [0.9, 0.4, 0.2])
///     .line("validation", [0.8, 0.5, 0.4])
///     .colors([Color::Red, Color::Blue]);
/// # assert!(curves.figure()?.svg().contains("#0072B2"));
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Color {
    /// The first default color.
    Blue,
    /// The second default color.
    Vermilion,
    /// The third default color.
    Green,
    /// The fourth default color.
    Pink,
    /// The fifth default color.
    Orange,
    /// The sixth default color.
    SkyBlue,
    /// The seventh default color.
    Gray,
    /// A red that is not among the defaults.
    Red,
    /// Any color by its red, green and blue, from 0 to 255.
    Rgb(u8, u8, u8),
}

impl Color {
    pub(super) fn rgb(self) -> RGBColor {
        let [blue, vermilion, green, pink, orange, sky_blue, gray] = SERIES_COLORS;
        match self {
            Self::Blue => blue,
            Self::Vermilion => vermilion,
            Self::Green => green,
            Self::Pink => pink,
            Self::Orange => orange,
            Self::SkyBlue => sky_blue,
            Self::Gray => gray,
            Self::Red => RGBColor(200, 37, 44),
            Self::Rgb(red, green, blue) => RGBColor(red, green, blue),
        }
    }
}
