//! What a builder says where it can't draw.

use tealight::prelude::*;

fn told<T: std::fmt::Debug>(figure: Result<T>) -> String {
    figure.unwrap_err().to_string()
}

#[test]
fn curves_say_what_is_wrong_with_them() {
    let curves = || Curves::new("Loss").line("training", [0.5, 0.4]).dashed_line("validation", [0.6, 0.5]);
    assert_eq!(
        told(curves().labels(["one"]).figure()),
        "Curves \"Loss\": labels() got 1 for 2 curves. Give one for each, in the order they were added."
    );
    assert_eq!(
        told(curves().colors([Color::Red]).figure()),
        "Curves \"Loss\": colors() got 1 for 2 curves. Give one for each, in the order they were added."
    );
    assert_eq!(
        told(curves().y_limits(1.0, 0.0).figure()),
        "Curves \"Loss\": y_limits(1, 0): give a lower and a higher limit, both finite."
    );
    assert_eq!(
        told(curves().x_limits(1.0, f64::NAN).figure()),
        "Curves \"Loss\": x_limits(1, NaN): give a lower and a higher limit, both finite."
    );
    assert_eq!(
        told(curves().size(100, 5000).figure()),
        "Curves \"Loss\": size(100, 5000) is out of range. Give a width and height from 200 to 4000 pixels."
    );
    assert_eq!(
        told(curves().mark_best().figure()),
        "Curves \"Loss\": mark_best() can't tell whether high or low values are better. Use mark_highest() or \
         mark_lowest()."
    );
    let many = (0..41).fold(Curves::new("Many"), |curves, _| curves.line("run", [0.1]));
    assert_eq!(
        told(many.figure()),
        "Curves \"Many\": got 41 curves; more than 40 can't be told apart. Draw them in several figures."
    );
    assert_eq!(
        told(curves().save("loss.pdf")),
        "Figure::save: loss.pdf has .pdf; expected .svg (a drawing), .png (a picture) or .csv (its numbers). Save it as \
         loss.svg."
    );
}

#[test]
fn a_builder_that_cannot_draw_says_so_in_a_terminal() {
    let curves = Curves::new("").line("training", [0.5]).labels(["a", "b"]);
    let text = "No figure: Curves: labels() got 2 for 1 curve. Give one for each, in the order they were added.";
    assert_eq!(curves.to_string(), text);
    assert_eq!(format!("{curves:?}"), text);
}

#[test]
fn heat_maps_say_what_is_wrong_with_them() {
    let map = || HeatMap::new([[1.0, -2.0], [3.0, 4.0]]);
    let empty: [[f64; 0]; 0] = [];
    assert_eq!(
        told(HeatMap::new(empty).figure()),
        "HeatMap: there are no values. Give at least one row with one value."
    );
    assert_eq!(
        told(HeatMap::new([vec![1.0], vec![1.0, 2.0]]).title("Map").figure()),
        "HeatMap \"Map\": row 1 has 2 values and row 0 has 1. Make them equal."
    );
    assert_eq!(told(map().row_names(["a"]).figure()), "HeatMap: row_names() got 1 for 2. Give one for each.");
    assert_eq!(
        told(map().column_names(["a", "b", "c"]).figure()),
        "HeatMap: column_names() got 3 for 2. Give one for each."
    );
    assert_eq!(
        told(map().color_scale(ColorScale::Log).figure()),
        "HeatMap: ColorScale::Log needs values from 0 up, got -2. Use ColorScale::Linear."
    );
    assert_eq!(
        told(map().limits(2.0, 2.0).figure()),
        "HeatMap: limits(2, 2): give a lower and a higher limit, both finite."
    );
}

#[test]
fn panels_say_what_is_wrong_with_them() {
    assert_eq!(told(Panels::new("None").figure()), "Panels \"None\": there are no panels. Add one with add().");
    let six = (0..6).fold(Panels::new(""), |panels, _| panels.add(Curves::new("a").line("a", [1.0])));
    assert_eq!(
        told(six.clone().columns(6).size(600, 300).figure()),
        "Panels: 6 × 1 panels in 600 × 300 pixels leave 100 × 300 for each. Give them at least 160 × 120 with size() \
         or columns()."
    );
    assert!(six.columns(0).figure().is_ok());
    let wrong = Panels::new("").add(Curves::new("Loss").labels(["a"]));
    assert!(told(wrong.figure()).starts_with("Curves \"Loss\": labels() got 1 for 0 curves."));
}
