//! The best point of a curve.

use super::super::canvas::Point;
use super::super::ticks::format_value;
use super::{Series, SeriesStyle, XyData};
use crate::metrics::Direction;

impl XyData {
    /// Returns the best point of each line, except for solid lines that are followed by a dashed line: models are selected by
    /// validation.
    pub(super) fn best_points(&self) -> Vec<(&Series, Point)> {
        let Some(best) = self.marked else { return Vec::new() };
        let candidates = self.series.iter().enumerate().filter(|&(index, series)| {
            let next = self.series.get(index + 1).map(|next| next.style);
            series.style != SeriesStyle::Solid || next != Some(SeriesStyle::Dashed)
        });
        let best_of = |series: &Series| {
            let points = self.visible_points(series).filter_map(|(x, y)| y.map(|y| (x, y)));
            // Among equal values, the first wins: it took the least training.
            points.fold(None, |found: Option<Point>, point| match found {
                Some((_, y)) if best == Direction::Highest && point.1 <= y => found,
                Some((_, y)) if best == Direction::Lowest && point.1 >= y => found,
                _ => Some(point),
            })
        };
        candidates.filter_map(|(_, series)| best_of(series).map(|point| (series, point))).collect()
    }

    /// Returns the text of the legend for the best points.
    pub(super) fn best_name(&self) -> Option<String> {
        match self.best_points().as_slice() {
            [] => None,
            [(series, (x, y))] => Some(format!("best {}: {} at {}", series.name, format_value(*y), self.x_name(*x))),
            _ => Some(if self.by_epoch { "best epoch of each" } else { "best of each" }.to_owned()),
        }
    }
}
