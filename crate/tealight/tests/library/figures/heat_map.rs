//! Heat maps.

use super::gallery;
use super::sample_data::{digits, error_of, matrix};
use super::svg::{Drawing, Text, read};
use tealight::prelude::*;

#[test]
fn a_confusion_matrix_has_a_number_for_each_pair() {
    let matrix = matrix(10, 10_000, &digits(10));
    let drawing = Drawing::read(matrix.plot().figure().unwrap().svg());
    for (row, counts) in matrix.counts().iter().enumerate() {
        for (column, count) in counts.iter().enumerate() {
            let cell = drawing.cell(row, column, 10);
            let inside = |text: &&Text| cell.contains(text.middle(), text.area.middle_y());
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
fn illegible_numbers_are_left_out() {
    let maps = gallery::heat_maps();
    let of_cells = |case| {
        let drawing = Drawing::of(&maps, case);
        drawing.texts.iter().filter(|text| text.align == "middle" && text.content.parse::<u64>().is_ok()).count()
    };
    // A hundred cells and ten names of columns; in the small figure only the names.
    assert_eq!(of_cells("confusion-10"), 110);
    assert_eq!(of_cells("confusion-10-60000"), 110);
    assert_eq!(of_cells("confusion-40-names"), 0);
    assert_eq!(Drawing::of(&maps, "confusion-100").images.len(), 1);
    assert!(Drawing::of(&maps, "confusion-20").images.is_empty());
}

#[test]
fn a_large_map_is_one_image_with_all_data() {
    let map = HeatMap::new((0..784).map(|row| (0..784).map(move |column| row ^ column)));
    let figure = map.figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    assert_eq!((drawing.images.len(), drawing.tooltips.len()), (1, 0));
    assert!(drawing.boxes.len() < 100, "{}", drawing.boxes.len());
    let line = figure.csv().lines().nth(8).unwrap().split(',').nth(3).unwrap().parse::<i32>().unwrap();
    assert_eq!(line, 7 ^ 2);
}

#[test]
fn a_diverging_map_has_zero_in_the_middle() {
    let map = HeatMap::new([[-1.0, 0.0, 4.0]]).color_map(ColorMap::Coolwarm);
    let drawing = read(map.figure());
    let colors: Vec<&str> = drawing.colored_boxes[2..5].iter().map(|(color, _)| color.as_str()).collect();
    let gray = u32::from_str_radix(&colors[1][1..], 16).unwrap();
    let (red, blue) = (gray >> 16, gray & 0xff);
    assert!(red.abs_diff(blue) < 8, "{colors:?}");
}

#[test]
fn heat_maps_report_invalid_input() {
    let map = || HeatMap::new([[1.0, -2.0], [3.0, 4.0]]);
    let empty: [[f64; 0]; 0] = [];
    assert_eq!(
        error_of(HeatMap::new(empty).figure()),
        "HeatMap: there are no values. Give at least one row with one value."
    );
    assert_eq!(
        error_of(HeatMap::new([vec![1.0], vec![1.0, 2.0]]).title("Map").figure()),
        "HeatMap \"Map\": row 1 has 2 values and row 0 has 1. Make them equal."
    );
    assert_eq!(
        error_of(map().row_names(["a"]).figure()),
        "HeatMap: row_names() got 1 name for 2 rows. Give one for each."
    );
    assert_eq!(
        error_of(map().column_names(["a", "b", "c"]).figure()),
        "HeatMap: column_names() got 3 names for 2 columns. Give one for each."
    );
    assert_eq!(
        error_of(map().color_scale(ColorScale::Log).figure()),
        "HeatMap: ColorScale::Log needs values from 0 up, got -2. Use ColorScale::Linear."
    );
    assert_eq!(
        error_of(map().limits(2.0, 2.0).figure()),
        "HeatMap: limits(2, 2): give a lower and a higher limit, both finite."
    );
}
