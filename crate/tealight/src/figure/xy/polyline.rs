//! From the values of a curve to the lines that draw it.

use super::super::canvas::{Area, Point};

/// A figure with more isolated points than this is drawn with coarser steps, which join them.
const MAX_ISOLATED_POINTS: usize = 60;

/// Joins a curve's points to lines, interrupted where there is no value, and keeps it to about `most` points.
///
/// Where there are more, the points are taken in equal stretches of the axis, of which each gives its lowest and its
/// highest value: the curve keeps its min_and_max, spikes included.
pub(super) fn polylines(points: &[(f64, Option<f64>)], most: usize) -> Vec<Vec<Point>> {
    let mut stretch = if points.len() <= most { 1 } else { points.len().div_ceil((most / 2).max(1)) };
    loop {
        let runs = join(points.chunks(stretch).map(min_and_max));
        let dots = runs.iter().filter(|run| run.len() == 1).count();
        if dots <= MAX_ISOLATED_POINTS || stretch >= points.len() {
            return runs;
        }
        stretch *= 2;
    }
}

/// The lowest and the highest point of a stretch, in the order in which they come; nothing where it has no values.
fn min_and_max(stretch: &[(f64, Option<f64>)]) -> Vec<Point> {
    let values = stretch.iter().filter_map(|&(x, y)| y.map(|y| (x, y)));
    let lowest = values.clone().min_by(|one, other| one.1.total_cmp(&other.1));
    let highest = values.max_by(|one, other| one.1.total_cmp(&other.1));
    match (lowest, highest) {
        (Some(one), Some(other)) if one.0 < other.0 => vec![one, other],
        (Some(one), Some(other)) if one.0 > other.0 => vec![other, one],
        (Some(one), _) => vec![one],
        _ => Vec::new(),
    }
}

fn join(stretches: impl Iterator<Item = Vec<Point>>) -> Vec<Vec<Point>> {
    let mut runs = vec![Vec::new()];
    for stretch in stretches {
        match runs.last_mut() {
            Some(run) if !stretch.is_empty() => run.extend(stretch),
            Some(run) if run.is_empty() => {}
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The parts of a line that lie inside of `area`.
pub(super) fn clip_polyline(run: &[Point], area: Area) -> Vec<Vec<Point>> {
    if let &[point] = run {
        return if area.contains(point) { vec![vec![point]] } else { Vec::new() };
    }
    let mut parts: Vec<Vec<Point>> = Vec::new();
    for pair in run.windows(2) {
        let &[from, to] = pair else { continue };
        let Some((from, to)) = clip_segment(from, to, area) else { continue };
        match parts.last_mut() {
            Some(part) if part.last() == Some(&from) => part.push(to),
            _ => parts.push(vec![from, to]),
        }
    }
    parts
}

/// The part of a segment inside of `area`, after Liang and Barsky: the segment is a range of fractions of its length,
/// which each of the four edges can shorten.
fn clip_segment(from: Point, to: Point, area: Area) -> Option<(Point, Point)> {
    let (across, down) = (to.0 - from.0, to.1 - from.1);
    let edges = [
        (-across, from.0 - area.left),
        (across, area.right() - from.0),
        (-down, from.1 - area.top),
        (down, area.bottom() - from.1),
    ];
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    for (outward, distance) in edges {
        if outward == 0.0 {
            if distance < 0.0 {
                return None;
            }
        } else if outward < 0.0 {
            start = start.max(distance / outward);
        } else {
            end = end.min(distance / outward);
        }
    }
    let at = |fraction: f64| (from.0 + fraction * across, from.1 + fraction * down);
    // An end that was inside stays the very same point, so that the next segment joins it.
    (start <= end).then(|| (if start > 0.0 { at(start) } else { from }, if end < 1.0 { at(end) } else { to }))
}

#[cfg(test)]
mod tests {
    use super::{Area, clip_polyline, polylines};

    fn points(values: &[f64]) -> Vec<(f64, Option<f64>)> {
        values.iter().enumerate().map(|(index, &y)| (index as f64, y.is_finite().then_some(y))).collect()
    }

    #[test]
    fn a_missing_value_interrupts_the_line() {
        let lines = polylines(&points(&[f64::NAN, 1.0, 2.0, f64::NAN, f64::NAN, 3.0, f64::INFINITY]), 100);
        assert_eq!(lines, [vec![(1.0, 1.0), (2.0, 2.0)], vec![(5.0, 3.0)]]);
        assert!(polylines(&points(&[f64::NAN]), 100).is_empty());
        assert!(polylines(&[], 100).is_empty());
    }

    #[test]
    fn many_points_keep_their_spike_and_their_ends() {
        let mut values: Vec<f64> = (0..10_000).map(|index| f64::from(index) / 10_000.0).collect();
        values[7777] = 50.0;
        values[3333] = -50.0;
        let lines = polylines(&points(&values), 1000);
        assert_eq!(lines.len(), 1);
        assert!(lines[0].len() <= 1000, "{}", lines[0].len());
        for kept in [(0.0, 0.0), (9999.0, 0.9999), (7777.0, 50.0), (3333.0, -50.0)] {
            assert!(lines[0].contains(&kept), "{kept:?}");
        }
    }

    #[test]
    fn a_thousand_isolated_points_are_joined() {
        let values: Vec<f64> = (0..1000).map(|index| if index % 2 == 0 { 0.5 } else { f64::NAN }).collect();
        assert_eq!(polylines(&points(&values), 2000).len(), 1);
    }

    #[test]
    fn a_line_is_cut_at_the_edges_of_the_plot() {
        let area = Area { left: 0.0, top: 0.0, width: 10.0, height: 10.0 };
        let through = clip_polyline(&[(-5.0, 5.0), (5.0, 5.0), (5.0, 50.0), (7.0, 5.0)], area);
        assert_eq!(through.len(), 2);
        assert_eq!(through[0], [(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)]);
        assert_eq!(through[1][1], (7.0, 5.0));
        assert!((through[1][0].1 - 10.0).abs() < 1e-9, "{through:?}");
        assert!(clip_polyline(&[(-5.0, 5.0), (-1.0, 7.0)], area).is_empty());
        assert!(clip_polyline(&[(11.0, 5.0)], area).is_empty());
    }
}
