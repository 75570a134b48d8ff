//! Charts of lines and points.

use super::svg::Drawing;
use tealight::prelude::*;

#[test]
fn points_are_at_their_coordinates() {
    let plot = Plot::new("Points").scatter("three", [0.0, 1.0, 2.0], [0, 10, 5]).line("line", [0, 2], [0, 10]);
    let figure = plot.figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    // The first dot is in the legend.
    let dots = &drawing.dots[1..];
    assert_eq!(dots.len(), 3);
    assert!(((dots[0].0 + dots[2].0) / 2.0 - dots[1].0).abs() < 0.11);
    assert!(((dots[0].1 + dots[1].1) / 2.0 - dots[2].1).abs() < 0.11);
    let tooltips: Vec<_> = drawing.tooltips.iter().map(|(_, tooltip)| tooltip.as_str()).collect();
    assert_eq!(tooltips[..3], ["three: 0, 0", "three: 1, 10", "three: 2, 5"]);
    assert_eq!(figure.csv(), "series,x,y\nthree,0,0\nthree,1,10\nthree,2,5\nline,0,0\nline,2,10\n");
    let error = Plot::new("Points").line("line", [1, 2, 3], [1]).figure().unwrap_err().to_string();
    assert_eq!(error, "Plot \"Points\": \"line\" has 3 x values and 1 y values. Give one y for each x.");
}
