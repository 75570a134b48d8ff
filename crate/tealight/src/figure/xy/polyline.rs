//! Polylines: from the values of a curve to the lines that draw it.

use super::super::canvas::{Area, Point};

/// The most isolated points. A curve with more is drawn in coarser steps, which join them.
const MAX_ISOLATED_POINTS: usize = 60;

/// Joins the points of a curve to polylines with gaps at missing values, and reduces them to about `max_points` points.
///
/// To reduce the points, each of many equal chunks is replaced by its lowest and its highest value. This preserves the
/// outline of the curve, including spikes.
pub(super) fn polylines(points: &[(f64, Option<f64>)], max_points: usize) -> Vec<Vec<Point>> {
    let mut chunk_len = if points.len() <= max_points { 1 } else { points.len().div_ceil((max_points / 2).max(1)) };
    loop {
        let lines = join(points.chunks(chunk_len).map(min_and_max));
        let isolated = lines.iter().filter(|line| line.len() == 1).count();
        if isolated <= MAX_ISOLATED_POINTS || chunk_len >= points.len() {
            return lines;
        }
        chunk_len *= 2;
    }
}

/// Returns the lowest and the highest point of a chunk in order of `x`; none if it has no values.
fn min_and_max(chunk: &[(f64, Option<f64>)]) -> Vec<Point> {
    let values = chunk.iter().filter_map(|&(x, y)| y.map(|y| (x, y)));
    let lowest = values.clone().min_by(|one, other| one.1.total_cmp(&other.1));
    let highest = values.max_by(|one, other| one.1.total_cmp(&other.1));
    match (lowest, highest) {
        (Some(one), Some(other)) if one.0 < other.0 => vec![one, other],
        (Some(one), Some(other)) if one.0 > other.0 => vec![other, one],
        (Some(one), _) => vec![one],
        _ => Vec::new(),
    }
}

fn join(chunks: impl Iterator<Item = Vec<Point>>) -> Vec<Vec<Point>> {
    let mut lines = vec![Vec::new()];
    for chunk in chunks {
        match lines.last_mut() {
            Some(line) if !chunk.is_empty() => line.extend(chunk),
            Some(line) if line.is_empty() => {}
            _ => lines.push(Vec::new()),
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Returns the parts of a polyline inside `area`.
pub(super) fn clip_polyline(line: &[Point], area: Area) -> Vec<Vec<Point>> {
    if let &[point] = line {
        return if area.contains(point) { vec![vec![point]] } else { Vec::new() };
    }
    let mut parts: Vec<Vec<Point>> = Vec::new();
    for pair in line.windows(2) {
        let &[from, to] = pair else { continue };
        let Some((from, to)) = clip_segment(from, to, area) else { continue };
        match parts.last_mut() {
            Some(part) if part.last() == Some(&from) => part.push(to),
            _ => parts.push(vec![from, to]),
        }
    }
    parts
}

/// Returns the part of a segment inside `area`, by the Liang–Barsky algorithm: the segment is a range of fractions of its length,
/// and each of the four edges can shorten the range.
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
    // An end inside the area stays exactly the same, so that the next segment joins it.
    (start <= end).then(|| (if start > 0.0 { at(start) } else { from }, if end < 1.0 { at(end) } else { to }))
}

#[cfg(test)]
mod tests {
    use super::{Area, clip_polyline, polylines};

    fn points(values: &[f64]) -> Vec<(f64, Option<f64>)> {
        values.iter().enumerate().map(|(index, &y)| (index as f64, y.is_finite().then_some(y))).collect()
    }

    #[test]
    fn a_missing_value_leaves_a_gap() {
        let lines = polylines(&points(&[f64::NAN, 1.0, 2.0, f64::NAN, f64::NAN, 3.0, f64::INFINITY]), 100);
        assert_eq!(lines, [vec![(1.0, 1.0), (2.0, 2.0)], vec![(5.0, 3.0)]]);
        assert!(polylines(&points(&[f64::NAN]), 100).is_empty());
        assert!(polylines(&[], 100).is_empty());
    }

    #[test]
    fn many_points_keep_spikes_and_ends() {
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
    fn a_polyline_is_clipped_at_the_edges_of_the_plot() {
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
