//! What the builders of figures have in common.

use super::Figure;
use super::canvas::{Area, Canvas};
use crate::{Error, ErrorKind, Result};

/// The empty margin around a drawing, in pixels.
pub(super) const MARGIN: f64 = 14.0;
/// The sizes of the fonts, in pixels.
pub(super) const TITLE_SIZE: f64 = 16.0;
pub(super) const LABEL_SIZE: f64 = 13.0;
pub(super) const NUMBER_SIZE: f64 = 12.0;

/// The smallest and the largest figure, in pixels: below, labels cover what they label; above, no screen shows it.
const SIZES: (u32, u32) = (200, 4000);

/// Something that can be drawn on an area of a sheet.
pub(super) trait Drawing {
    /// The name of the builder's type, for errors.
    fn builder(&self) -> &'static str;

    /// The title; empty where there is none.
    fn caption(&self) -> &str;

    /// An error where the builder was given what can't be drawn.
    fn check(&self) -> Result<()>;

    /// The width and height to draw at: those asked for, or good ones for about the given width.
    fn extent(&self, width: f64) -> (f64, f64);

    fn draw(&self, canvas: &mut Canvas, area: Area);

    /// What there is to see, in sentences.
    fn description(&self) -> String;

    /// What there is to see after the title, in a few words.
    fn summary(&self) -> String;

    /// An error about what this builder was given.
    fn wrong(&self, problem: &str) -> Result<()> {
        let title = self.caption();
        let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
        Err(Error::new(ErrorKind::Argument, format!("{}{title}: {problem}", self.builder())))
    }

    /// An error where the size that was asked for is too small or too large.
    fn check_size(&self, size: Option<(u32, u32)>) -> Result<()> {
        let (least, most) = SIZES;
        match size {
            Some((width, height)) if ![width, height].iter().all(|side| (least..=most).contains(side)) => {
                self.wrong(&format!(
                    "size({width}, {height}) is out of range. Give a width and height from {least} to {most} pixels."
                ))
            }
            _ => Ok(()),
        }
    }

    fn make(&self) -> Result<Figure> {
        self.check()?;
        let (width, height) = self.extent(680.0);
        let mut canvas = Canvas::new(width, height);
        self.draw(&mut canvas, Area { left: 0.0, top: 0.0, width, height });
        let (title, description) = (self.caption(), self.description());
        let named = if title.is_empty() { String::new() } else { format!("{title}, ") };
        let svg = canvas.finish(title, &description);
        Ok(Figure::new(svg, width, title, &description, format!("Figure: {named}{}", self.summary())))
    }
}

/// Gives a builder what every figure has, so that a cell can end in a builder as well.
macro_rules! shows_its_figure {
    ($builder:ident) => {
        impl $builder {
            /// Draws the figure. A cell that ends in the builder itself does the same.
            ///
            /// # Errors
            /// Where what the builder was given can't be drawn; the text says what and why.
            pub fn figure(&self) -> $crate::Result<$crate::figure::Figure> {
                $crate::figure::drawing::Drawing::make(self)
            }

            /// Draws the figure and writes it to a file whose name ends in `.svg`.
            ///
            /// # Errors
            /// Where it can't be drawn, the name ends otherwise, or the file can't be written.
            pub fn save(&self, path: impl AsRef<std::path::Path>) -> $crate::Result<()> {
                self.figure()?.save(path)
            }

            /// Shows the figure as the output of a notebook's cell; where it can't be drawn, the cell fails with the
            /// reason.
            pub fn evcxr_display(&self) {
                $crate::notebook::DisplayResult::evcxr_display(&self.figure());
            }
        }

        impl std::fmt::Display for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self.figure() {
                    Ok(figure) => std::fmt::Display::fmt(&figure, f),
                    Err(error) => write!(f, "No figure: {error}"),
                }
            }
        }

        impl std::fmt::Debug for $builder {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(self, f)
            }
        }
    };
}
pub(super) use shows_its_figure;
