//! A bar, as a page and as text.

use std::time::Duration;

use crate::notebook::escape;

/// How far something is, with lines of text below.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Bar {
    /// From 0 to 1.
    pub(crate) share: f64,
    pub(crate) lines: Vec<String>,
}

impl Bar {
    /// The bar and its lines in colours that read on a light and on a dark page.
    pub(crate) fn html(&self) -> String {
        let hundredths = self.share.clamp(0.0, 1.0) * 100.0;
        format!(
            "<div style=\"max-width:640px;height:6px;border-radius:3px;background:rgba(128,128,128,0.3)\">\
             <div style=\"width:{hundredths:.1}%;height:6px;border-radius:3px;background:#2f81c1\"></div></div>{}",
            html_lines(&self.lines)
        )
    }

    /// For pages without HTML: `[######..............]` before the lines.
    pub(crate) fn text(&self) -> String {
        const WIDTH: usize = 20;
        let full = (self.share.clamp(0.0, 1.0) * WIDTH as f64) as usize;
        format!("[{}{}] {}", "#".repeat(full), ".".repeat(WIDTH - full), self.lines.join("\n"))
    }
}

/// Lines of text below each other.
pub(crate) fn html_lines(lines: &[String]) -> String {
    lines
        .iter()
        .map(|line| format!("<div style=\"font-variant-numeric:tabular-nums\">{}</div>", escape(line)))
        .collect()
}

/// `1.4s`, `0.7ms`, `12µs`.
pub(crate) fn duration(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match seconds {
        0.1.. => format!("{seconds:.1}s"),
        1e-4.. => format!("{:.1}ms", seconds * 1e3),
        _ => format!("{:.0}µs", seconds * 1e6),
    }
}

/// How long the rest takes, where the first `share` took `elapsed`: `9 s left`, `3 min 20 s left`, `2 h 5 min left`.
pub(crate) fn time_left(share: f64, elapsed: Duration) -> String {
    if share <= 0.0 {
        return "time left unknown".to_owned();
    }
    let seconds = (elapsed.as_secs_f64() * (1.0 - share).max(0.0) / share).ceil() as u64;
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
    fn a_bar_is_as_long_as_its_share_and_its_lines_are_text() {
        let bar = Bar { share: 0.25, lines: vec!["a < b".to_owned(), "c".to_owned()] };
        assert!(bar.html().contains("width:25.0%;"), "{}", bar.html());
        assert!(bar.html().contains(">a &lt; b</div>"), "{}", bar.html());
        assert_eq!(bar.text(), "[#####...............] a < b\nc");
        for share in [-1.0, f64::NAN, 7.0] {
            let text = Bar { share, ..Bar::default() }.text();
            assert_eq!(text.len(), 23, "{text}");
        }
    }

    #[test]
    fn time_left_is_what_the_rest_takes_at_the_same_speed() {
        let left = |share, seconds| time_left(share, Duration::from_secs(seconds));
        assert_eq!(left(0.25, 3), "9 s left");
        assert_eq!(left(0.5, 200), "3 min 20 s left");
        assert_eq!(left(0.5, 7500), "2 h 5 min left");
        assert_eq!(left(1.0, 7), "0 s left");
        assert_eq!(left(0.0, 7), "time left unknown");
    }
}
