//! Charts: builders that take numbers ([`Curves`], [`Plot`], [`Bars`], [`HeatMap`], [`Images`], [`Histogram`], [`Panels`]), and
//! the [`Figure`] that each of them draws.

mod axes;
mod axes_options;
mod bars;
mod canvas;
mod cartesian_layout;
mod chart;
mod color;
mod color_map;
mod confusion_matrix;
mod curves;
mod data_table;
#[expect(clippy::module_inception, reason = "the type `Figure` is in a file of its name")]
mod figure;
mod font;
mod heading;
mod heat_map;
mod histogram;
mod history;
mod images;
mod legend;
mod palette;
mod panels;
mod placeholder;
mod plot;
mod png_encoder;
mod rasterize;
mod text;
mod tick_labels;
mod ticks;
mod value_range;
mod xy;

pub use bars::Bars;
pub use color::Color;
pub use color_map::ColorMap;
pub use curves::Curves;
pub use figure::Figure;
pub use heat_map::{ColorScale, HeatMap};
pub use histogram::Histogram;
pub use images::Images;
pub use panels::{Panel, Panels};
pub use plot::Plot;
