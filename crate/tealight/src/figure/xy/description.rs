//! Descriptions of lines and points, for screen readers and terminals.

use super::super::canvas::Point;
use super::super::text;
use super::super::ticks::format_value;
use super::super::value_range::is_drawable;
use super::draw::MAX_DOTS;
use super::{Series, SeriesStyle, XyData};

/// The most series that a description names individually.
const MAX_NAMED_SERIES: usize = 8;

impl XyData {
    fn noun(&self) -> &'static str {
        if self.by_epoch { "curve" } else { "series" }
    }

    pub(super) fn describe(&self) -> String {
        let kind = if self.by_epoch { "Line chart" } else { "Chart" };
        let mut text = format!("{kind} of {} over {}.", text::pluralize(self.series.len(), self.noun()), self.span());
        for series in self.series.iter().take(MAX_NAMED_SERIES) {
            text.push(' ');
            text += &self.describe_series(series);
        }
        if self.series.len() > MAX_NAMED_SERIES {
            text += &format!(" And {} more.", self.series.len() - MAX_NAMED_SERIES);
        }
        for reference in &self.references {
            let kind = if reference.vertical { "Vertical" } else { "Horizontal" };
            let name = if reference.name.trim().is_empty() { "line" } else { &format!("line {}", reference.name) };
            text += &format!(" {kind} {name} at {}.", format_value(reference.value));
        }
        for (series, (x, y)) in self.best_points() {
            text += &format!(" Best of {}: {} at {}.", series.name, format_value(y), self.x_name(x));
        }
        if self.skip_through > 0.0 {
            text += &format!(" The first {} are left out.", text::pluralize(self.skip_through as usize, "epoch"));
        }
        text
    }

    pub(super) fn summarize(&self) -> String {
        let last = |series: &Series| {
            let value = series.points.last().map_or("no values".to_owned(), |&(_, value)| format_value(value));
            format!("{} {value}", series.name)
        };
        let mut last: Vec<String> = self.series.iter().take(MAX_NAMED_SERIES).map(last).collect();
        if self.series.len() > MAX_NAMED_SERIES {
            last.push("…".to_owned());
        }
        let after = match (last.is_empty(), self.by_epoch) {
            (true, _) => String::new(),
            (_, true) => format!("; last: {}", last.join(", ")),
            (_, false) => {
                let names: Vec<&str> =
                    self.series.iter().take(MAX_NAMED_SERIES).map(|series| series.name.as_str()).collect();
                format!(": {}", names.join(", "))
            }
        };
        format!("{}, {}{after}", text::pluralize(self.series.len(), self.noun()), self.span())
    }

    fn span(&self) -> String {
        let count =
            if self.by_epoch { self.longest() } else { self.series.iter().map(|series| series.points.len()).sum() };
        text::pluralize(count, if self.by_epoch { "epoch" } else { "point" })
    }

    fn describe_series(&self, series: &Series) -> String {
        let Series { name, points, style, .. } = series;
        let style_name = match style {
            SeriesStyle::Solid => "solid",
            SeriesStyle::Dashed => "dashed",
            SeriesStyle::Dots => "points",
        };
        let drawn: Vec<Point> = points.iter().copied().filter(|&(x, y)| is_drawable(x) && is_drawable(y)).collect();
        let lowest = drawn.iter().min_by(|one, other| one.1.total_cmp(&other.1));
        let highest = drawn.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        let (Some((_, first)), Some((_, last)), Some(lowest), Some(highest)) =
            (drawn.first(), drawn.last(), lowest, highest)
        else {
            return format!("{name} ({style_name}): no finite values.");
        };
        let mut text = format!(
            "{name} ({style_name}): from {} to {}, lowest {} at {}, highest {} at {}.",
            format_value(*first),
            format_value(*last),
            format_value(lowest.1),
            self.x_name(lowest.0),
            format_value(highest.1),
            self.x_name(highest.0)
        );
        let missing: Vec<String> =
            points.iter().filter(|point| !is_drawable(point.1)).map(|point| format_value(point.0)).collect();
        if *style == SeriesStyle::Dots && drawn.len() > MAX_DOTS {
            text += &format!(
                " Of its {} about {MAX_DOTS} are drawn, evenly chosen.",
                text::pluralize(drawn.len(), "point")
            );
        }
        if !missing.is_empty() {
            let more = if missing.len() > MAX_NAMED_SERIES { ", …" } else { "" };
            text += &format!(
                " Not drawn, because not finite: {} ({} {}{more}).",
                text::pluralize(missing.len(), "value"),
                if self.by_epoch { "epoch" } else { "x =" },
                missing[..missing.len().min(MAX_NAMED_SERIES)].join(", ")
            );
        }
        text
    }
}
