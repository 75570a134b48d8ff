//! Which point is the best, and how it is said.

use super::super::canvas::Point;
use super::super::ticks::format_value;
use super::{Best, Series, SeriesStyle, XyData};

impl XyData {
    /// The best point of each line that is watched: of a solid line and the dashed one after it, the dashed one, because
    /// validation is what a model is chosen by.
    pub(super) fn best_points(&self) -> Vec<(&Series, Point)> {
        let Some(best) = self.marked else { return Vec::new() };
        let watched = self.series.iter().enumerate().filter(|&(index, series)| {
            let next = self.series.get(index + 1).map(|next| next.style);
            series.style != SeriesStyle::Solid || next != Some(SeriesStyle::Dashed)
        });
        let of = |series: &Series| {
            let points = self.kept(series).filter_map(|(x, y)| y.map(|y| (x, y)));
            // Of equals the first: it took the least training.
            points.fold(None, |found: Option<Point>, point| match found {
                Some((_, y)) if best == Best::Highest && point.1 <= y => found,
                Some((_, y)) if best == Best::Lowest && point.1 >= y => found,
                _ => Some(point),
            })
        };
        watched.filter_map(|(_, series)| of(series).map(|point| (series, point))).collect()
    }

    /// What the legend says of the best points.
    pub(super) fn best_name(&self) -> Option<String> {
        match self.best_points().as_slice() {
            [] => None,
            [(series, (x, y))] => {
                Some(format!("best {}: {} at {}", series.name, format_value(*y), self.place_name(*x)))
            }
            _ => Some(if self.by_epoch { "best epoch of each" } else { "best of each" }.to_owned()),
        }
    }
}
