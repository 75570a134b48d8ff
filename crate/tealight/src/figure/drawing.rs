//! What the builders of figures have in common.

use std::sync::Arc;

use super::Figure;
use super::canvas::{Area, Canvas};
use super::numbers::Numbers;
use crate::{Error, ErrorKind, Result};

/// The empty margin around a drawing, in pixels.
pub(super) const MARGIN: f64 = 14.0;
/// The sizes of the fonts, in pixels.
pub(super) const TITLE_SIZE: f64 = 16.0;
pub(super) const LABEL_SIZE: f64 = 13.0;
pub(super) const NUMBER_SIZE: f64 = 12.0;

/// The smallest and the largest figure, in pixels: below, labels cover what they label; above, no screen shows it.
const SIZES: (i64, i64) = (200, 4000);
/// The width of a figure that nobody asked another of, in pixels.
const WIDTH: f64 = 680.0;

/// What every builder can be asked for.
#[derive(Clone, Default)]
pub(super) struct Look {
    pub(super) title: String,
    pub(super) size: Option<(i64, i64)>,
    /// What was asked for and can't be drawn; told when the figure is made, so that a chain of setters reads on.
    pub(super) problem: Option<String>,
}

impl Look {
    pub(super) fn titled(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Notes why there is nothing to draw; the first reason is the one that is told.
    pub(super) fn impossible(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
    }
}

/// Something that can be drawn on an area of a sheet.
pub(super) trait Drawing: Send + Sync {
    /// The name of the builder's type, for errors.
    fn builder(&self) -> &'static str;

    fn look(&self) -> &Look;

    /// An error where the numbers or the options of this kind of figure can't be drawn.
    fn check_content(&self) -> Result<()>;

    /// A good width and height where about `width` is there.
    fn natural_extent(&self, width: f64) -> (f64, f64);

    fn draw(&self, canvas: &mut Canvas, area: Area);

    /// What there is to see, in sentences.
    fn description(&self) -> String;

    /// What there is to see after the title, in a few words.
    fn summary(&self) -> String;

    /// The numbers that are drawn, all of them.
    fn numbers(&self) -> Numbers;

    /// How many bytes a notebook may take for the figure, in all of its forms together.
    fn budget(&self) -> usize {
        280_000
    }

    /// The title; empty where there is none.
    fn caption(&self) -> &str {
        &self.look().title
    }

    /// The width and height to draw at: those asked for, or good ones for about the given width.
    fn extent(&self, width: f64) -> (f64, f64) {
        self.look().size.map_or_else(|| self.natural_extent(width), |(width, height)| (width as f64, height as f64))
    }

    /// An error about what this builder was given.
    fn wrong(&self, problem: &str) -> Result<()> {
        let title = self.caption();
        let title = if title.is_empty() { String::new() } else { format!(" \"{title}\"") };
        Err(Error::new(ErrorKind::Argument, format!("{}{title}: {problem}", self.builder())))
    }

    /// An error where the builder was given what can't be drawn.
    fn check(&self) -> Result<()> {
        let Look { size, problem, .. } = self.look();
        if let Some(problem) = problem {
            return self.wrong(problem);
        }
        let (least, most) = SIZES;
        if let Some((width, height)) = size
            && ![width, height].iter().all(|side| (least..=most).contains(side))
        {
            return self.wrong(&format!(
                "size({width}, {height}) is out of range. Give a width and height from {least} to {most} pixels."
            ));
        }
        self.check_content()
    }
}

/// Draws the figure of a builder.
pub(super) fn make(drawing: Arc<dyn Drawing>) -> Result<Figure> {
    drawing.check()?;
    let (width, height) = drawing.extent(WIDTH);
    let mut canvas = Canvas::new(width, height);
    drawing.draw(&mut canvas, Area { left: 0.0, top: 0.0, width, height });
    let sheet = canvas.finish(drawing.caption(), &drawing.description());
    Ok(Figure::new(sheet, drawing))
}

/// Gives a builder what every figure has: a title, a size, and the ways to draw, save and show it. The builder has a field
/// `look`, a [`Look`], and is `Clone` and a [`Drawing`].
macro_rules! chart {
    ($builder:ident) => {
        impl $builder {
            /// The title above the figure.
            #[must_use]
            pub fn title(mut self, title: impl Into<String>) -> Self {
                self.look.title = title.into();
                self
            }

            /// The width and height of the figure, from 200 to 4000 pixels; by default what it needs.
            #[must_use]
            pub fn size(mut self, width: impl $crate::Whole, height: impl $crate::Whole) -> Self {
                self.look.size = Some((width.whole(), height.whole()));
                self
            }

            /// Draws the figure. A cell that ends in the builder itself does the same.
            ///
            /// # Errors
            /// Where what the builder was given can't be drawn; the text says what and why.
            pub fn figure(&self) -> $crate::Result<$crate::figure::Figure> {
                $crate::figure::drawing::make(std::sync::Arc::new(self.clone()))
            }

            /// Draws the figure and writes it to a file, as [`Figure::save`](crate::Figure::save) does.
            ///
            /// # Errors
            /// Where it can't be drawn, the name has another ending, or the file can't be written.
            pub fn save(&self, path: impl AsRef<std::path::Path>) -> $crate::Result<()> {
                self.figure()?.save(path)
            }

            /// Shows the figure as the output of a notebook's cell; where it can't be drawn, the cell fails with the
            /// reason.
            pub fn evcxr_display(&self) {
                $crate::notebook::DisplayResult::evcxr_display(&self.figure());
            }
        }

        impl $crate::notebook::Show for $builder {
            fn show(&self) {
                self.evcxr_display();
            }
        }

        impl From<$builder> for $crate::figure::Panel {
            fn from(builder: $builder) -> Self {
                Self::new(std::sync::Arc::new(builder))
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
pub(super) use chart;
