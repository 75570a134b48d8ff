//! What the axes must hold.

use super::super::frame::{self, Frame};
use super::Xy;

impl Xy {
    /// The values at the places that are shown, reference lines included.
    fn shown_values(&self, frame: &Frame) -> impl Iterator<Item = f64> + Clone {
        let (from, to) = frame.x_limits.unwrap_or((f64::MIN, f64::MAX));
        let inside = move |&(x, _): &(f64, Option<f64>)| (from..=to).contains(&x);
        let points = self.series.iter().flat_map(move |series| self.kept(series).filter(inside).filter_map(|(_, y)| y));
        let references = self.references.iter().filter(|reference| !reference.upright).map(|reference| reference.value);
        points.chain(references.filter(|&value| frame::drawable(value)))
    }

    pub(super) fn y_range(&self, frame: &Frame) -> (f64, f64) {
        frame.y_limits.unwrap_or_else(|| frame::range(self.shown_values(frame)))
    }

    pub(super) fn x_range(&self, frame: &Frame) -> (f64, f64) {
        if let Some(limits) = frame.x_limits {
            return limits;
        }
        if self.epochs {
            // From the first to the last epoch, with a little air, in which the dot of a single epoch has room.
            let first = if self.after > 0.0 { self.after + 1.0 } else { 1.0 };
            let last = (self.longest() as f64).max(first);
            let air = if last == first { 0.5 } else { 0.015 * (last - first) };
            return (first - air, last + air);
        }
        let places = self.series.iter().flat_map(|series| self.kept(series).map(|(x, _)| x));
        let references = self.references.iter().filter(|reference| reference.upright).map(|reference| reference.value);
        let places = places.chain(references.filter(|&value| frame::drawable(value)));
        let lowest = places.clone().fold(f64::INFINITY, f64::min);
        let highest = places.fold(f64::NEG_INFINITY, f64::max);
        match highest - lowest {
            range if range > 1e-9 * lowest.abs().max(highest.abs()) => (lowest - 0.04 * range, highest + 0.04 * range),
            _ if lowest > highest => (0.0, 1.0),
            _ => {
                let air = if lowest == 0.0 { 1.0 } else { 0.05 * lowest.abs() };
                (lowest - air, highest + air)
            }
        }
    }

    /// Why nothing is to be seen.
    pub(super) fn nothing(&self, frame: &Frame) -> &'static str {
        if self.longest() == 0 {
            "no values to draw"
        } else if self.series.iter().all(|series| self.kept(series).next().is_none()) && self.epochs {
            "no epochs left to draw"
        } else if self.shown_values(frame).next().is_none()
            && self.series.iter().all(|series| self.kept(series).all(|(_, y)| y.is_none()))
        {
            "no finite values to draw"
        } else {
            "no values within the limits"
        }
    }
}
