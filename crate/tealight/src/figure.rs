//! Draws numbers: builders that take them ([`Curves`], [`Plot`], [`Bars`], [`HeatMap`], [`Images`], [`Histogram`],
//! [`Panels`]), and the [`Figure`] that each of them makes.

mod axes;
mod bars;
mod canvas;
mod color;
mod color_map;
mod confusion;
mod curves;
mod drawing;
mod finished;
mod font;
mod frame;
mod heat_map;
mod histogram;
mod history;
mod images;
mod legend;
mod names;
mod notice;
mod numbers;
mod palette;
mod panels;
mod picture;
mod plot;
mod raster;
mod text;
mod ticks;
mod xy;

pub use bars::Bars;
pub use color::Color;
pub use color_map::ColorMap;
pub use curves::Curves;
pub use finished::Figure;
pub use heat_map::{ColorScale, HeatMap};
pub use histogram::Histogram;
pub use images::Images;
pub use panels::{Panel, Panels};
pub use plot::Plot;
