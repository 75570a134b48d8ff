//! A progress bar as HTML and as text.

use std::time::Duration;

use crate::notebook::escape_html;

/// A progress bar with lines of text below it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bar {
    /// From 0 to 1.
    pub(crate) fraction: f64,
    pub(crate) lines: Vec<String>,
}

impl Bar {
    /// Returns the bar and its lines in colors that can be read on light and dark pages.
    pub(crate) fn html(&self) -> String {
        let percent = self.fraction.clamp(0.0, 1.0) * 100.0;
        format!(
            "<div style=\"max-width:640px;height:6px;border-radius:3px;background:rgba(128,128,128,0.3)\">\
             <div style=\"width:{percent:.1}%;height:6px;border-radius:3px;background:#2f81c1\"></div></div>{}",
            html_lines(&self.lines)
        )
    }

    /// Returns the bar as text, for pages without HTML: `[######..............]` and the lines.
    pub(crate) fn text(&self) -> String {
        const WIDTH: usize = 20;
        let full = (self.fraction.clamp(0.0, 1.0) * WIDTH as f64) as usize;
        format!("[{}{}] {}", "#".repeat(full), ".".repeat(WIDTH - full), self.lines.join("\n"))
    }
}

/// Formats lines of text, one below the other.
pub(crate) fn html_lines(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| format!("<div style=\"font-variant-numeric:tabular-nums\">{}</div>", escape_html(line)))
        .collect()
}

/// Formats a duration: `1.4s`, `0.7ms`, `12µs`.
pub(crate) fn format_duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.1.. => format!("{seconds:.1}s"),
        1e-4.. => format!("{:.1}ms", seconds * 1e3),
        _ => format!("{:.0}µs", seconds * 1e6),
    }
}

/// Formats the time left if the first `fraction` of the work took `elapsed`: `9 s left`, `3 min 20 s left`, `2 h 5 min left`.
pub(crate) fn format_time_left(fraction: f64, elapsed: Duration) -> String {
    if fraction <= 0.0 {
        return "time left unknown".to_owned();
    }
    let seconds = (elapsed.as_secs_f64() * (1.0 - fraction).max(0.0) / fraction).ceil() as u64;
    match seconds {
        0..60 => format!("{seconds} s left"),
        60..3600 => format!("{} min {} s left", seconds / 60, seconds % 60),
        _ => format!("{} h {} min left", seconds / 3600, seconds % 3600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_progress_bar_has_its_length_and_escapes_its_lines() {
        let bar = Bar { fraction: 0.25, lines: vec!["a < b".to_owned(), "c".to_owned()] };
        assert!(bar.html().contains("width:25.0%;"), "{}", bar.html());
        assert!(bar.html().contains(">a &lt; b</div>"), "{}", bar.html());
        assert_eq!(bar.text(), "[#####...............] a < b\nc");
        for fraction in [-1.0, f64::NAN, 7.0] {
            let text = Bar { fraction, ..Bar::default() }.text();
            assert_eq!(text.len(), 23, "{text}");
        }
    }

    #[test]
    fn time_left_assumes_the_same_speed() {
        let left = |fraction, seconds| format_time_left(fraction, Duration::from_secs(seconds));
        assert_eq!(left(0.25, 3), "9 s left");
        assert_eq!(left(0.5, 200), "3 min 20 s left");
        assert_eq!(left(0.5, 7500), "2 h 5 min left");
        assert_eq!(left(1.0, 7), "0 s left");
        assert_eq!(left(0.0, 7), "time left unknown");
    }
}
