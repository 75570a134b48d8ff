//! What lines and points show, in words: for readers who can't see them, and for terminals.

use super::super::canvas::Point;
use super::super::frame::drawable;
use super::super::ticks::plain;
use super::draw::MOST_DOTS;
use super::{Series, SeriesLook, Xy, counted};

/// Descriptions and summaries name so many lines one by one.
const NAMED: usize = 8;

impl Xy {
    fn thing(&self) -> &'static str {
        if self.epochs { "curve" } else { "series" }
    }

    pub(super) fn in_words(&self) -> String {
        let kind = if self.epochs { "Line chart" } else { "Chart" };
        let mut words = format!("{kind} of {} over {}.", counted(self.series.len(), self.thing()), self.span());
        for series in self.series.iter().take(NAMED) {
            words.push(' ');
            words += &self.of_series(series);
        }
        if self.series.len() > NAMED {
            words += &format!(" And {} more.", self.series.len() - NAMED);
        }
        for reference in &self.references {
            let kind = if reference.upright { "Vertical" } else { "Horizontal" };
            let name = if reference.name.trim().is_empty() { "line" } else { &format!("line {}", reference.name) };
            words += &format!(" {kind} {name} at {}.", plain(reference.value));
        }
        for (series, (x, y)) in self.best_points() {
            words += &format!(" Best of {}: {} at {}.", series.name, plain(y), self.place_name(x));
        }
        if self.after > 0.0 {
            words += &format!(" The first {} are left out.", counted(self.after as usize, "epoch"));
        }
        words
    }

    pub(super) fn in_short(&self) -> String {
        let last = |series: &Series| {
            let value = series.points.last().map_or("no values".to_owned(), |&(_, value)| plain(value));
            format!("{} {value}", series.name)
        };
        let mut last: Vec<String> = self.series.iter().take(NAMED).map(last).collect();
        if self.series.len() > NAMED {
            last.push("…".to_owned());
        }
        let after = match (last.is_empty(), self.epochs) {
            (true, _) => String::new(),
            (_, true) => format!("; last: {}", last.join(", ")),
            (_, false) => {
                let names: Vec<&str> = self.series.iter().take(NAMED).map(|series| series.name.as_str()).collect();
                format!(": {}", names.join(", "))
            }
        };
        format!("{}, {}{after}", counted(self.series.len(), self.thing()), self.span())
    }

    fn span(&self) -> String {
        let count =
            if self.epochs { self.longest() } else { self.series.iter().map(|series| series.points.len()).sum() };
        counted(count, if self.epochs { "epoch" } else { "point" })
    }

    fn of_series(&self, series: &Series) -> String {
        let Series { name, points, look, .. } = series;
        let spoken = match look {
            SeriesLook::Solid => "solid",
            SeriesLook::Dashed => "dashed",
            SeriesLook::Dots => "points",
        };
        let drawn: Vec<Point> = points.iter().copied().filter(|&(x, y)| drawable(x) && drawable(y)).collect();
        let lowest = drawn.iter().min_by(|one, other| one.1.total_cmp(&other.1));
        let highest = drawn.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        let (Some((_, first)), Some((_, last)), Some(lowest), Some(highest)) =
            (drawn.first(), drawn.last(), lowest, highest)
        else {
            return format!("{name} ({spoken}): no finite values.");
        };
        let mut words = format!(
            "{name} ({spoken}): from {} to {}, lowest {} at {}, highest {} at {}.",
            plain(*first),
            plain(*last),
            plain(lowest.1),
            self.place_name(lowest.0),
            plain(highest.1),
            self.place_name(highest.0)
        );
        let missing: Vec<String> =
            points.iter().filter(|point| !drawable(point.1)).map(|point| plain(point.0)).collect();
        if *look == SeriesLook::Dots && drawn.len() > MOST_DOTS {
            words += &format!(" Of its {} about {MOST_DOTS} are drawn, evenly chosen.", counted(drawn.len(), "point"));
        }
        if !missing.is_empty() {
            let more = if missing.len() > NAMED { ", …" } else { "" };
            words += &format!(
                " Not drawn, because not finite: {} ({} {}{more}).",
                counted(missing.len(), "value"),
                if self.epochs { "epoch" } else { "x =" },
                missing[..missing.len().min(NAMED)].join(", ")
            );
        }
        words
    }
}
