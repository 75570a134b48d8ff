//! Histograms.

use super::svg::{Drawing, series_bars};
use tealight::prelude::*;

#[test]
fn a_histogram_counts_every_value_once() {
    let histogram = Histogram::new("Values").values("one", (0..1000).map(|index| f64::from(index % 37))).bins(5);
    let figure = histogram.figure().unwrap();
    let sum: f64 =
        figure.csv().lines().skip(1).map(|line| line.split(',').nth(2).unwrap().parse::<f64>().unwrap()).sum();
    assert_eq!(sum, 1000.0);
    let drawing = Drawing::read(figure.svg());
    assert_eq!((drawing.tooltips.len(), series_bars(&drawing).len()), (5, 5));
    let density = histogram.curve().figure().unwrap();
    let area: f64 =
        density.csv().lines().skip(1).map(|line| line.split(',').nth(2).unwrap().parse::<f64>().unwrap()).sum();
    assert!((area * 36.0 / 5.0 - 1.0).abs() < 1e-9, "{area}");
    let error = Histogram::new("None").figure().unwrap_err().to_string();
    assert_eq!(error, "Histogram \"None\": there are no values. Add some with values().");
    let error = Histogram::new("").values("a", [1]).bins(0).figure().unwrap_err().to_string();
    assert_eq!(error, "Histogram: bins(0): give a number from 1 to 400.");
}
