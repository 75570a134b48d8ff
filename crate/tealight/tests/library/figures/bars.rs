//! Bar charts.

use super::gallery;
use super::svg::{Drawing, Text, read, series_bars};
use tealight::prelude::*;

#[test]
fn bars_are_as_high_as_their_values() {
    let bars = Bars::new("Bars", ["a", "b", "c"]).group("one", [1, 2, 4]).group("two", [3.0, 0.0, 2.0]);
    let drawing = read(bars.figure());
    let heights: Vec<f64> = series_bars(&drawing).iter().map(|bar| bar.1).collect();
    for (height, value) in heights.iter().zip([1.0, 2.0, 4.0, 3.0, 0.0, 2.0]) {
        assert!((height - value * heights[0]).abs() < 0.6, "{heights:?}");
    }
    let horizontal = read(bars.clone().horizontal(true).figure());
    let widths: Vec<f64> = series_bars(&horizontal).iter().map(|bar| bar.0).collect();
    assert!((widths[2] - 4.0 * widths[0]).abs() < 0.6, "{widths:?}");
    assert_eq!(drawing.tooltips[5].1, "c\ntwo: 2");
    assert_eq!(bars.figure().unwrap().csv(), "name,one,two\na,1,3\nb,2,0\nc,4,2\n");
}

#[test]
fn no_value_overlaps_a_bar() {
    for (name, figure) in gallery::bars() {
        let drawing = Drawing::read(figure.svg());
        let values: Vec<&Text> = drawing.texts.iter().filter(|text| text.color == "#1B1F24").collect();
        for (color, bar) in &drawing.colored_boxes {
            for value in values.iter().filter(|_| color != "#FFFFFF" && !name.contains("limits")) {
                let apart = value.area.right <= bar.left + 0.5
                    || bar.right <= value.area.left + 0.5
                    || value.area.bottom <= bar.top + 0.5
                    || bar.bottom <= value.area.top + 0.5;
                assert!(apart, "{name}: {} at {:?} and a bar at {bar:?}", value.content, value.area);
            }
        }
    }
}

#[test]
fn values_above_the_limits_do_not_overlap() {
    let bars = Bars::new("Bars", ["a", "b"]).group("one", [0.99, 0.95]).group("two", [0.93, 1.2]).y_limits(0.9, 1.0);
    let drawing = read(bars.figure());
    for value in ["0.99", "1.20"] {
        let value = drawing.text(value).area;
        for name in ["one", "two"] {
            assert!(value.top >= drawing.text(name).area.bottom, "{value:?} and the legend's {name}");
        }
        for (_, bar) in
            drawing.colored_boxes.iter().filter(|(color, _)| ["#0072B2", "#D55E00"].contains(&color.as_str()))
        {
            let beside = value.right <= bar.left || bar.right <= value.left;
            assert!(beside || value.bottom <= bar.top + 0.5 || bar.bottom <= value.top, "{value:?} in the bar {bar:?}");
        }
    }
}

#[test]
fn bars_with_long_names_are_horizontal() {
    let of = |case| Drawing::of(&gallery::bars(), case);
    let are_horizontal = |drawing: &Drawing| {
        let bars = series_bars(drawing);
        bars.windows(2).all(|pair| (pair[0].1 - pair[1].1).abs() < 0.11)
    };
    assert!(are_horizontal(&of("bars-wordy")));
    assert!(!are_horizontal(&of("bars-10")));
}

#[test]
fn bars_report_invalid_input() {
    let error_of = |bars: Bars| bars.figure().unwrap_err().to_string();
    assert_eq!(
        error_of(Bars::new("Bars", ["a", "b"]).group("one", [1])),
        "Bars \"Bars\": group \"one\" has 1 values for 2 names. Give one for each."
    );
    assert!(error_of(Bars::new("", ["a"])).starts_with("Bars: there are no bars. Give names, and add values"));
    let many: Vec<String> = (0..500).map(|index| index.to_string()).collect();
    assert!(error_of(Bars::new("", many).group("", 0..500)).contains("got 500 bars; draw at most 400"));
}

#[test]
fn an_axis_of_small_counts_has_integer_ticks() {
    let bars = Bars::new("Pairs", ["a", "b"]).group("examples", [1, 2]);
    let figure = bars.figure().unwrap();
    let texts = roxmltree::Document::parse(figure.svg()).unwrap();
    let texts = texts.descendants().filter_map(|node| node.text().map(str::trim)).collect::<Vec<_>>();
    assert!(["0", "1", "2"].iter().all(|mark| texts.contains(mark)), "{texts:?}");
    assert!(texts.iter().all(|text| !text.contains(".5")), "{texts:?}");
}
