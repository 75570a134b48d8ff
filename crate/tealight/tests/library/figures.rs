//! What figures look like, by the structure of their SVG. Texts are measured in the font that a picture is drawn in; that
//! the page's fonts fit as well was looked at in a browser.
//!
//! With `TEALIGHT_FIGURES=folder`, every figure of the gallery is also written to that folder: as SVG, PNG, CSV, and as the
//! texts and MIME types of a notebook. Written before and after a change, the two folders show what it changes.

mod charts;
pub(crate) mod gallery;
mod messages;
mod reports;
mod svg;

use svg::Drawing;
use tealight::prelude::*;

/// What a notebook that shows the figure grows by, all of its forms together.
fn kilobytes_in_page(figure: &Figure) -> f64 {
    figure.mime_bundle().iter().map(|(_, content)| content.len()).sum::<usize>() as f64 / 1000.0
}

#[test]
fn every_figure_is_described_fits_its_sheet_and_has_no_texts_that_overlap() {
    let folder = std::env::var_os("TEALIGHT_FIGURES").map(std::path::PathBuf::from);
    for (name, figure) in gallery::all() {
        if let Some(folder) = &folder {
            figure.save(folder.join(name).with_extension("svg")).unwrap();
            figure.save(folder.join(name).with_extension("png")).unwrap();
            figure.save(folder.join(name).with_extension("csv")).unwrap();
            let mime_bundle =
                figure.mime_bundle().into_iter().map(|(mime_type, content)| format!("{mime_type}\n{content}\n"));
            let text = format!("{figure}\n{}\n{}", figure.description(), mime_bundle.collect::<String>());
            std::fs::write(folder.join(name).with_extension("txt"), text).unwrap();
        }
        let drawing = Drawing::read(figure.svg());
        assert!(drawing.description.len() > 20, "{name}: {}", drawing.description);
        drawing.assert_inside(name);
        drawing.assert_no_overlap(name);
    }
}

#[test]
fn figures_weigh_little() {
    for (name, figure) in gallery::all() {
        let lines = ["Line chart", "Chart of"].iter().any(|start| figure.description().starts_with(start));
        let most = if lines { 60.0 } else { 300.0 };
        assert!(kilobytes_in_page(&figure) < most, "{name}: {} KB", kilobytes_in_page(&figure));
    }
}

#[test]
fn twenty_epochs_have_a_solid_and_a_dashed_curve_with_round_numbers() {
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
    // The curves end at the right of the epochs' numbers, where the axis says that they do.
    let last = drawing.text("20").middle();
    assert!((curves[0].points[19].0 - last).abs() < 0.11, "{last}");
}

#[test]
fn an_accuracy_from_97_to_98_percent_has_enough_digits() {
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
            // Everything above the foot of the legend is legend: samples, which are level lines of two points.
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
fn values_that_are_not_finite_leave_gaps_and_are_named() {
    let drawing = Drawing::of(&gallery::curves(), "holes");
    let curves: Vec<usize> =
        drawing.lines.iter().filter(|line| line.is_curve()).map(|line| line.points.len()).collect();
    assert_eq!((curves, drawing.dots.len()), (vec![7, 12], 1));
    let words = "Not drawn, because not finite: 5 values (epoch 1, 9, 10, 12, 25).";
    assert!(drawing.description.ends_with(words), "{}", drawing.description);
}

#[test]
fn a_figure_without_curves_says_why() {
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
fn limits_cut_the_curves_at_the_edge_of_the_plot() {
    let drawing = Drawing::of(&gallery::curves(), "limits");
    let (low, high) = (drawing.text("0.970").area.middle_y(), drawing.text("0.990").area.middle_y());
    for line in drawing.lines.iter().filter(|line| line.points.len() > 2) {
        assert!(line.points.iter().all(|point| (high - 2.0..=low + 2.0).contains(&point.1)), "{:?}", line.points);
    }
}

#[test]
fn ten_thousand_epochs_keep_their_spike() {
    let mut values = gallery::rising(10_000, 0.2, 0.9, 0.01, 1);
    values[4321] = 7.0;
    let figure = Curves::new("Spike").line("training", values).figure().unwrap();
    assert!(figure.svg().contains("highest 7 at epoch 4322"));
    let drawing = Drawing::read(figure.svg());
    let top = drawing.lines.iter().filter(|line| line.is_curve()).map(svg::Line::top).fold(f64::MAX, f64::min);
    let seven = drawing.texts.iter().find(|text| text.content == "7" || text.content == "7.0");
    let six = drawing.text("6").area.middle_y();
    assert!(top < six, "{top} {six} {seven:?}");
}

#[test]
fn a_confusion_matrix_has_a_cell_and_a_number_for_each_pair() {
    let matrix = gallery::matrix(10, 10_000, &gallery::digits(10));
    let drawing = Drawing::read(matrix.plot().figure().unwrap().svg());
    for (row, counts) in matrix.counts().iter().enumerate() {
        for (column, count) in counts.iter().enumerate() {
            let cell = drawing.cell(row, column, 10);
            let inside = |text: &&svg::Text| cell.contains(text.middle(), text.area.middle_y());
            let number = drawing.texts.iter().find(inside).unwrap();
            assert_eq!(number.content, count.to_string(), "true {row}, predicted {column}");
            assert!(number.area.right - number.area.left < cell.right - cell.left);
            assert_eq!(number.color == "#FFFFFF", row == column, "{number:?}");
        }
    }
    for text in ["predicted", "true", "Confusion matrix", "0", "1", "10", "100", "examples, log scale"] {
        assert!(drawing.texts.iter().any(|found| found.content == text), "{text}");
    }
    let words = "rows are true, columns predicted: 10 classes, 10000 examples, accuracy 0.9";
    assert!(drawing.description.contains(words), "{}", drawing.description);
}

#[test]
fn numbers_drop_out_where_they_could_not_be_read() {
    let maps = gallery::heat_maps();
    let of_cells = |case| {
        let drawing = Drawing::of(&maps, case);
        drawing.texts.iter().filter(|text| text.align == "middle" && text.content.parse::<u64>().is_ok()).count()
    };
    // A hundred cells, ten names of columns; in the small figure the names alone.
    assert_eq!(of_cells("confusion-10"), 110);
    assert_eq!(of_cells("confusion-10-60000"), 110);
    assert_eq!(of_cells("confusion-40-names"), 0);
    assert_eq!(Drawing::of(&maps, "confusion-100").pictures.len(), 1);
    assert!(Drawing::of(&maps, "confusion-20").pictures.is_empty());
}

#[test]
fn panels_stand_side_by_side_under_one_title() {
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
