//! Figures of several panels.

use super::gallery;
use super::sample_data::{error_of, two_curves};
use super::svg::{Drawing, read};
use tealight::prelude::*;

#[test]
fn panels_are_side_by_side_under_one_title() {
    let panels = gallery::panels();
    let drawing = Drawing::of(&panels, "panels-2");
    let (title, left, right) =
        (drawing.text("Training"), drawing.text("Accuracy by epoch"), drawing.text("Loss by epoch"));
    assert!(title.area.bottom < left.area.top);
    assert_eq!(left.area.top, right.area.top);
    assert!(left.area.right < right.area.left);
    let down = Drawing::of(&panels, "panels-2-down");
    assert!(down.text("Accuracy by epoch").area.bottom < down.text("Loss by epoch").area.top);
}

#[test]
fn a_highlighted_panel_has_a_border_and_a_bold_title() {
    let panels = Panels::new("Two").add(two_curves().title("first")).add(two_curves().title("second"));
    let highlighted = panels.clone().highlight(1);
    let drawing = read(highlighted.figure());
    let border: Vec<_> = drawing.lines.iter().filter(|line| line.color == "#DAA520").collect();
    assert_eq!(border.len(), 1);
    let title = drawing.text("second");
    let (lefts, tops): (Vec<f64>, Vec<f64>) = border[0].points.iter().copied().unzip();
    let inside =
        |values: &[f64], value: f64| values.iter().any(|&edge| edge < value) && values.iter().any(|&edge| edge > value);
    assert!(inside(&lefts, title.middle()) && inside(&tops, title.area.middle_y()));
    assert!(title.bold && !drawing.text("first").bold);
    assert!(read(panels.figure()).text("first").bold);
    let error = panels.highlight(2).figure().unwrap_err().to_string();
    assert_eq!(error, "Panels \"Two\": highlight(2): there are 2 panels, from 0 to 1.");
}

#[test]
fn several_panels_can_be_highlighted() {
    let panels =
        Panels::new("Three").add(two_curves().title("a")).add(two_curves().title("b")).add(two_curves().title("c"));
    let panels = panels.highlight(0).highlight(2);
    let drawing = read(panels.figure());
    assert_eq!(drawing.lines.iter().filter(|line| line.color == "#DAA520").count(), 2);
    assert_eq!(["a", "b", "c"].map(|title| drawing.text(title).bold), [true, false, true]);
    let error = panels.highlight(-1).figure().unwrap_err().to_string();
    assert_eq!(error, "Panels \"Three\": highlight(-1): there are 3 panels, from 0 to 2.");
}

#[test]
fn panels_have_the_data_of_all_panels() {
    let bars = Bars::new("bars", ["a"]).group("one", [5]);
    let panels = Panels::new("Two").add(Curves::new("curves").line("loss", [0.5, 0.25])).add(bars);
    let expected = "panel,row,column,value\ncurves,1,loss,0.5\ncurves,2,loss,0.25\nbars,a,one,5\n";
    assert_eq!(panels.figure().unwrap().csv(), expected);
}

#[test]
fn panels_report_invalid_input() {
    assert_eq!(error_of(Panels::new("None").figure()), "Panels \"None\": there are no panels. Add one with add().");
    let six = (0..6).fold(Panels::new(""), |panels, _| panels.add(Curves::new("a").line("a", [1.0])));
    assert_eq!(
        error_of(six.clone().columns(6).size(600, 300).figure()),
        "Panels: 6 × 1 panels in 600 × 300 pixels leave 100 × 300 for each. Give each at least 160 × 120 with size() \
         or columns()."
    );
    assert!(six.columns(0).figure().is_ok());
    let invalid = Panels::new("").add(Curves::new("Loss").labels(["a"]));
    assert!(error_of(invalid.figure()).starts_with("Curves \"Loss\": labels() got 1 for 0 curves."));
}
