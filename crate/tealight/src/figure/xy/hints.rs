//! What the pointer finds.

use super::super::axes::Axes;
use super::super::canvas::{Area, Canvas};
use super::super::text;
use super::super::ticks::plain;
use super::{Series, Xy};

/// The most hints of a figure, and the most lines of all its hints: more make it heavy.
const MOST_HINTS: usize = 100;
const MOST_LINES: usize = 240;
/// The side of the square around a point, and the most lines of one hint.
const SQUARE: f64 = 10.0;
const LINES_OF_ONE: usize = 8;
/// The room of a name in a hint, as a width at a font of one pixel.
const NAME: f64 = 20.0;

impl Xy {
    pub(super) fn draw_hints(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        if self.epochs { self.hints_of_epochs(canvas, axes) } else { self.hints_of_points(canvas, axes) }
    }

    /// A strip of the plot for each epoch says the values of all curves there; of very many epochs, for some of them.
    fn hints_of_epochs(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let (left, right) = (axes.plot.left, axes.plot.right());
        let inside = |&epoch: &f64| (left - 0.5..=right + 0.5).contains(&axes.place((epoch, 0.0)).0);
        let epochs: Vec<f64> =
            (1..=self.longest()).map(|epoch| epoch as f64).filter(|&epoch| epoch > self.after).filter(inside).collect();
        let most = (MOST_LINES / self.series.len().clamp(1, LINES_OF_ONE)).min(MOST_HINTS);
        let step = epochs.len().div_ceil(most).max(1);
        let half = 0.5 * step as f64;
        for &epoch in epochs.iter().skip(step / 2).step_by(step) {
            let from = axes.place((epoch - half, 0.0)).0.max(left);
            let to = axes.place((epoch + half, 0.0)).0.min(right);
            let line = |series: &Series| {
                let value = series.points.get(epoch as usize - 1)?.1;
                Some(format!("\n{} {}", text::shorten(&series.name, 1.0, NAME), plain(value)))
            };
            let mut words = format!("epoch {epoch}");
            words.extend(self.series.iter().filter_map(line).take(LINES_OF_ONE));
            canvas.hint(Area { left: from, width: to - from, ..axes.plot }, words);
        }
    }

    /// A square around each point says where it is; of very many points, around some of them.
    fn hints_of_points(&self, canvas: &mut Canvas, axes: &Axes<'_>) {
        let points = self.series.iter().flat_map(|series| {
            self.kept(series).filter_map(move |(x, y)| y.map(|y| (series, axes.place((x, y)), (x, y))))
        });
        let plot = axes.plot;
        let inside = |&(_, (x, y), _): &(_, (f64, f64), _)| {
            (plot.left..=plot.right()).contains(&x) && (plot.top..=plot.bottom()).contains(&y)
        };
        let points: Vec<_> = points.filter(inside).collect();
        let step = points.len().div_ceil(MOST_HINTS + 50).max(1);
        for (series, (left, top), (x, y)) in points.into_iter().step_by(step) {
            let area = Area { left: left - SQUARE / 2.0, top: top - SQUARE / 2.0, width: SQUARE, height: SQUARE };
            canvas.hint(area, format!("{}: {}, {}", text::shorten(&series.name, 1.0, NAME), plain(x), plain(y)));
        }
    }
}
