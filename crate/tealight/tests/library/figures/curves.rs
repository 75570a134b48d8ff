//! Line charts by epoch.

use super::gallery;
use super::sample_data::{error_of, rising, two_curves};
use super::svg::{Drawing, Line, read};
use tealight::prelude::*;

#[test]
fn curves_are_solid_and_dashed_with_round_ticks() {
    let drawing = Drawing::of(&gallery::curves(), "accuracy-20");
    let curves: Vec<_> = drawing.lines.iter().filter(|line| line.points.len() == 20).collect();
    assert_eq!(curves.len(), 2);
    assert_eq!(curves.iter().map(|curve| curve.dashed).collect::<Vec<_>>(), [false, true]);
    assert_ne!(curves[0].color, curves[1].color);
    assert!(curves[0].points.windows(2).all(|pair| pair[0].0 < pair[1].0));
    for text in ["Accuracy by epoch", "training", "validation", "epoch", "accuracy", "1", "5", "10", "15", "20"] {
        assert!(drawing.texts.iter().any(|found| found.content == text), "{text}");
    }
    let numbers: Vec<&str> = drawing.texts.iter().map(|text| text.content.as_str()).collect();
    assert!(["0.90", "0.92", "0.94", "0.96", "0.98"].iter().all(|number| numbers.contains(number)), "{numbers:?}");
    // The curves end above the last tick label.
    let last = drawing.text("20").middle();
    assert!((curves[0].points[19].0 - last).abs() < 0.11, "{last}");
}

#[test]
fn ticks_from_97_to_98_percent_have_enough_digits() {
    let drawing = Drawing::of(&gallery::curves(), "accuracy-97-98");
    assert!(drawing.texts.iter().any(|text| text.content == "0.972"));
    assert!(drawing.texts.iter().any(|text| text.content == "0.980"));
}

#[test]
fn no_legend_covers_a_curve() {
    let cases = gallery::curves();
    let names = [
        ("accuracy-20", vec!["training", "validation"]),
        ("accuracy-20-small", vec!["training", "validation"]),
        ("accuracy-20-least", vec!["training", "validation"]),
        ("noise-10000-wild", vec!["a", "b"]),
        ("many-lines", vec!["hidden layers of 16 units", "hidden layers of 192 units"]),
        ("forty-lines", vec!["run 0", "run 39"]),
        ("limits", vec!["training", "validation"]),
        ("long-title-small", vec!["test"]),
    ];
    for (case, labels) in names {
        let drawing = Drawing::of(&cases, case);
        for label in labels {
            let place = drawing.text(label).area;
            // All lines above the bottom of the legend are its swatches: horizontal lines of two points.
            let above = drawing.lines.iter().filter(|line| line.is_curve() && line.top() < place.bottom);
            for line in above {
                let level = line.points.len() == 2 && line.points[0].1 == line.points[1].1;
                assert!(level, "{case}: {label} is covered by {:?}", line.points);
            }
        }
    }
}

#[test]
fn a_single_epoch_is_a_dot_for_each_curve() {
    let drawing = Drawing::of(&gallery::curves(), "accuracy-1");
    assert_eq!(drawing.dots.len(), 2);
    let middle = drawing.text("1").middle();
    assert!(drawing.dots.iter().all(|dot| (dot.0 - middle).abs() < 0.11));
}

#[test]
fn missing_values_leave_gaps_and_are_described() {
    let drawing = Drawing::of(&gallery::curves(), "holes");
    let curves: Vec<usize> =
        drawing.lines.iter().filter(|line| line.is_curve()).map(|line| line.points.len()).collect();
    assert_eq!((curves, drawing.dots.len()), (vec![7, 12], 1));
    let words = "Not drawn, because not finite: 5 values (epoch 1, 9, 10, 12, 25).";
    assert!(drawing.description.ends_with(words), "{}", drawing.description);
}

#[test]
fn an_empty_plot_says_why() {
    let cases = gallery::curves();
    for (case, notice) in
        [("empty", "no values to draw"), ("no-lines", "no values to draw"), ("all-nan", "no finite values to draw")]
    {
        Drawing::of(&cases, case).text(notice);
    }
    let outside = Curves::new("Outside").line("training", [0.5, 0.6]).y_limits(2.0, 3.0).figure().unwrap();
    Drawing::read(outside.svg()).text("no values within the limits");
}

#[test]
fn limits_clip_the_curves() {
    let drawing = Drawing::of(&gallery::curves(), "limits");
    let (low, high) = (drawing.text("0.970").area.middle_y(), drawing.text("0.990").area.middle_y());
    for line in drawing.lines.iter().filter(|line| line.points.len() > 2) {
        assert!(line.points.iter().all(|point| (high - 2.0..=low + 2.0).contains(&point.1)), "{:?}", line.points);
    }
}

#[test]
fn ten_thousand_epochs_keep_their_spike() {
    let mut values = rising(10_000, 0.2, 0.9, 0.01, 1);
    values[4321] = 7.0;
    let figure = Curves::new("Spike").line("training", values).figure().unwrap();
    assert!(figure.svg().contains("highest 7 at epoch 4322"));
    let drawing = Drawing::read(figure.svg());
    let top = drawing.lines.iter().filter(|line| line.is_curve()).map(Line::top).fold(f64::MAX, f64::min);
    let seven = drawing.texts.iter().find(|text| text.content == "7" || text.content == "7.0");
    let six = drawing.text("6").area.middle_y();
    assert!(top < six, "{top} {six} {seven:?}");
}

#[test]
fn the_best_epoch_is_that_of_validation() {
    let figure = two_curves().mark_highest().figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    drawing.text("best validation: 0.9500 at epoch 2");
    // One circle in the legend, one in the plot, in the middle of three epochs.
    assert_eq!(drawing.circle_outlines.len(), 2);
    assert!((drawing.circle_outlines[1].0 - drawing.text("2").middle()).abs() < 0.11);
    assert!(figure.description().contains("Best of validation: 0.9500 at epoch 2."));
    assert!(
        two_curves().mark_lowest().figure().unwrap().description().contains("Best of validation: 0.9200 at epoch 1.")
    );
}

#[test]
fn the_gap_is_shaded_on_request() {
    assert_eq!(read(two_curves().figure()).polygons, 0);
    assert_eq!(read(two_curves().shade_gap().figure()).polygons, 1);
    let alone = Curves::new("Alone").line("training", [0.5, 0.6]).shade_gap();
    assert_eq!(read(alone.figure()).polygons, 0);
}

#[test]
fn skipped_epochs_are_not_on_curves_and_axis() {
    let drawing = read(Curves::new("Loss").line("training", [50.0, 0.5, 0.4, 0.3]).skip_epochs(1).figure());
    let curve = drawing.lines.iter().find(|line| line.is_curve()).unwrap();
    assert_eq!(curve.points.len(), 3);
    assert!(drawing.texts.iter().all(|text| text.content != "1" && text.content != "50"));
    drawing.text("2");
    assert!(drawing.tooltips.iter().all(|(_, tooltip)| !tooltip.starts_with("epoch 1\n")));
}

#[test]
fn reference_lines_cross_the_plot_and_are_in_the_legend() {
    let drawing = read(two_curves().horizontal_line("published", 0.96).vertical_line("stopped", 2).figure());
    for name in ["published", "stopped"] {
        drawing.text(name);
    }
    let level = drawing.lines.iter().filter(|line| line.dashed && line.points.len() == 2);
    let long = level.filter(|line| {
        let [from, to] = [line.points[0], line.points[1]];
        (from.0 - to.0).abs() > 500.0 || (from.1 - to.1).abs() > 200.0
    });
    assert_eq!(long.count(), 2);
    // Several lines next to each other share the name of the first.
    let shared =
        read(two_curves().horizontal_line("0.96 and 0.97", 0.96).horizontal_line("", 0.97).legend(true).figure());
    assert_eq!(shared.lines.iter().filter(|line| line.dashed && line.points.len() == 2).count(), 4);
    shared.text("0.96 and 0.97");
    assert!(shared.texts.iter().all(|text| !text.content.trim().is_empty()));
}

#[test]
fn compared_histories_have_different_colors() {
    let history = |loss: [f64; 3], validation: [f64; 3]| -> History {
        let columns = serde_json::json!({"loss": loss, "val_loss": validation});
        serde_json::from_value(serde_json::json!({"columns": columns, "seconds": [1.0, 1.0, 1.0]})).unwrap()
    };
    let (history, other) = (history([0.9, 0.5, 0.3], [0.8, 0.6, 0.7]), history([0.7, 0.6, 0.5], [0.9, 0.8, 0.7]));
    let drawing = read(Curves::compare("loss", [("first", &history), ("second", &other)]).figure());
    let curves: Vec<_> = drawing.lines.iter().filter(|line| line.points.len() == 3).collect();
    assert_eq!(curves.iter().map(|line| line.dashed).collect::<Vec<_>>(), [false, true, false, true]);
    assert_eq!(curves[0].color, curves[1].color);
    assert_eq!(curves[2].color, curves[3].color);
    assert_ne!(curves[0].color, curves[2].color);
    for name in ["first, training", "first, validation", "second, training", "second, validation"] {
        drawing.text(name);
    }
    let marked = history.plot_loss().mark_best().figure().unwrap().description();
    assert!(marked.ends_with("Best of validation: 0.6000 at epoch 2."), "{marked}");
    let error = Curves::compare("f1", [("first", &history)]).figure().unwrap_err().to_string();
    assert!(error.starts_with("Curves \"F1 by epoch\": first: History: no \"f1\""), "{error}");
}

#[test]
fn tooltips_show_the_values_of_each_epoch() {
    let drawing = read(two_curves().figure());
    let tooltips: Vec<&str> = drawing.tooltips.iter().map(|(_, tooltip)| tooltip.as_str()).collect();
    assert_eq!(
        tooltips,
        [
            "epoch 1\ntraining 0.9000\nvalidation 0.9200",
            "epoch 2\ntraining 0.9400\nvalidation 0.9500",
            "epoch 3\ntraining 0.9700\nvalidation 0.9300"
        ]
    );
    // The strips are side by side, each around its epoch.
    for (index, (area, _)) in drawing.tooltips.iter().enumerate() {
        assert!(area.contains(drawing.text(&(index + 1).to_string()).middle(), area.middle_y()));
    }
    assert!(drawing.tooltips.windows(2).all(|pair| (pair[0].0.right - pair[1].0.left).abs() < 0.21));
}

#[test]
fn tooltips_of_very_many_epochs_are_few_and_correct() {
    let values: Vec<f64> = (0..10_000).map(f64::from).collect();
    let drawing = read(Curves::new("Ten thousand").line("index", values).figure());
    assert!((50..=100).contains(&drawing.tooltips.len()), "{}", drawing.tooltips.len());
    for (_, tooltip) in &drawing.tooltips {
        let (epoch, value) = tooltip.split_once('\n').unwrap();
        let epoch: f64 = epoch.trim_start_matches("epoch ").parse().unwrap();
        let value: f64 = value.trim_start_matches("index ").replace(',', "").parse().unwrap();
        assert_eq!(value, epoch - 1.0);
    }
}

#[test]
fn colors_and_crosses_can_be_set() {
    let drawing = read(two_curves().colors([Color::Red, Color::Rgb(1, 2, 3)]).crosses().figure());
    assert!(drawing.dots.is_empty());
    for (color, dashed) in [("#C8252C", false), ("#010203", true)] {
        let lines = || drawing.lines.iter().filter(|line| line.color == color);
        let curve = lines().find(|line| line.points.len() == 3).unwrap();
        assert_eq!(curve.dashed, dashed);
        // Two strokes cross at each point.
        let middle =
            |line: &Line| ((line.points[0].0 + line.points[1].0) / 2.0, (line.points[0].1 + line.points[1].1) / 2.0);
        for &(x, y) in &curve.points {
            let near = |line: &&Line| (middle(line).0 - x).abs() < 0.11 && (middle(line).1 - y).abs() < 0.11;
            let strokes = lines().filter(|line| line.points.len() == 2).filter(near);
            assert_eq!(strokes.count(), 2, "{color} at {x}, {y}");
        }
    }
}

#[test]
fn curves_report_invalid_input() {
    let curves = || Curves::new("Loss").line("training", [0.5, 0.4]).dashed_line("validation", [0.6, 0.5]);
    assert_eq!(
        error_of(curves().labels(["one"]).figure()),
        "Curves \"Loss\": labels() got 1 for 2 curves. Give one for each, in the order they were added."
    );
    assert_eq!(
        error_of(curves().colors([Color::Red]).figure()),
        "Curves \"Loss\": colors() got 1 for 2 curves. Give one for each, in the order they were added."
    );
    assert_eq!(
        error_of(curves().y_limits(1.0, 0.0).figure()),
        "Curves \"Loss\": y_limits(1, 0): give a lower and a higher limit, both finite."
    );
    assert_eq!(
        error_of(curves().x_limits(1.0, f64::NAN).figure()),
        "Curves \"Loss\": x_limits(1, NaN): give a lower and a higher limit, both finite."
    );
    assert_eq!(
        error_of(curves().size(100, 5000).figure()),
        "Curves \"Loss\": size(100, 5000) is out of range. Give a width and height from 200 to 4000 pixels."
    );
    assert_eq!(
        error_of(curves().mark_best().figure()),
        "Curves \"Loss\": mark_best() can't tell whether high or low values are better. Use mark_highest() or \
         mark_lowest()."
    );
    let many = (0..41).fold(Curves::new("Many"), |curves, _| curves.line("run", [0.1]));
    assert_eq!(
        error_of(many.figure()),
        "Curves \"Many\": got 41 curves; more than 40 can't be told apart. Draw them in several figures."
    );
    assert_eq!(
        error_of(curves().save("loss.pdf")),
        "Figure::save: loss.pdf has the extension .pdf; expected .svg (a vector graphic), .png (an image) or .csv (its data). \
         Save it as loss.svg."
    );
}
