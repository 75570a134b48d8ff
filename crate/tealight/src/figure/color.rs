//! Colours by name.

use plotters::style::RGBColor;

use super::palette::CURVES;

/// The colour of a line, where one's own choice is wanted: see [`Curves::colors`](crate::Curves::colors).
///
/// The named ones, but for red, are those that figures take by themselves (Okabe and Ito, "Color Universal Design", 2008),
/// told apart by colour-blind readers too.
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
    /// The first that curves take by themselves.
    Blue,
    /// The second.
    Vermilion,
    /// The third.
    Green,
    /// The fourth.
    Pink,
    /// The fifth.
    Orange,
    /// The sixth.
    SkyBlue,
    /// The seventh.
    Grey,
    /// A red that is none of the seven.
    Red,
    /// Any other, by its red, green and blue from 0 to 255.
    Rgb(u8, u8, u8),
}

impl Color {
    pub(super) fn ink(self) -> RGBColor {
        let [blue, vermilion, green, pink, orange, sky_blue, grey] = CURVES;
        match self {
            Self::Blue => blue,
            Self::Vermilion => vermilion,
            Self::Green => green,
            Self::Pink => pink,
            Self::Orange => orange,
            Self::SkyBlue => sky_blue,
            Self::Grey => grey,
            Self::Red => RGBColor(200, 37, 44),
            Self::Rgb(red, green, blue) => RGBColor(red, green, blue),
        }
    }
}
