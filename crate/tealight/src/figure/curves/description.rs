//! What curves show, in words: for readers who can't see them, and for terminals.

use super::super::ticks::plain;
use super::{Curves, Line, counted, drawable};

/// Descriptions and summaries name so many lines one by one.
const NAMED: usize = 8;

impl Curves {
    pub(super) fn in_words(&self) -> String {
        let mut words = format!("Line chart of {} over {}.", counted(self.lines.len(), "curve"), self.span());
        for line in self.lines.iter().take(NAMED) {
            words.push(' ');
            words += &line.in_words(&self.x_name());
        }
        if self.lines.len() > NAMED {
            words += &format!(" And {}.", counted(self.lines.len() - NAMED, "more curve"));
        }
        words
    }

    pub(super) fn in_short(&self) -> String {
        let last = |line: &Line| {
            let value = line.values.last().map_or("no values".to_owned(), |&value| plain(value));
            format!("{} {value}", line.name)
        };
        let mut last: Vec<String> = self.lines.iter().take(NAMED).map(last).collect();
        if self.lines.len() > NAMED {
            last.push("…".to_owned());
        }
        let after = if last.is_empty() { String::new() } else { format!("; last: {}", last.join(", ")) };
        format!("{}, {}{after}", counted(self.lines.len(), "curve"), self.span())
    }

    fn span(&self) -> String {
        counted(self.epochs(), if self.x_name() == "epoch" { "epoch" } else { "point" })
    }

    fn x_name(&self) -> String {
        if self.x_label.eq_ignore_ascii_case("epoch") { "epoch".to_owned() } else { "point".to_owned() }
    }
}

impl Line {
    fn in_words(&self, x_name: &str) -> String {
        let Self { name, values, dashed } = self;
        let look = if *dashed { "dashed" } else { "solid" };
        let drawn: Vec<(usize, f64)> = values
            .iter()
            .enumerate()
            .map(|(index, &value)| (index + 1, value))
            .filter(|point| drawable(point.1))
            .collect();
        let lowest = drawn.iter().min_by(|one, other| one.1.total_cmp(&other.1));
        let highest = drawn.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        let (Some((_, first)), Some((_, last)), Some(lowest), Some(highest)) =
            (drawn.first(), drawn.last(), lowest, highest)
        else {
            return format!("{name} ({look}): no finite values.");
        };
        let mut words = format!(
            "{name} ({look}): from {} to {}, lowest {} at {x_name} {}, highest {} at {x_name} {}.",
            plain(*first),
            plain(*last),
            plain(lowest.1),
            lowest.0,
            plain(highest.1),
            highest.0
        );
        let missing: Vec<usize> =
            values.iter().enumerate().filter(|value| !drawable(*value.1)).map(|(index, _)| index + 1).collect();
        if !missing.is_empty() {
            let places: Vec<String> = missing.iter().take(NAMED).map(ToString::to_string).collect();
            let more = if missing.len() > NAMED { ", …" } else { "" };
            words += &format!(
                " Not drawn, because not finite: {} ({x_name} {}{more}).",
                counted(missing.len(), "value"),
                places.join(", ")
            );
        }
        words
    }
}
