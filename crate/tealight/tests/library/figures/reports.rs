//! Figures of reports: of predictions, and of the counts in a table.

use super::report_gallery::{TABLE, cases, mistakes};
use super::sample_data::{digits, matrix};
use super::svg::{Drawing, bars_in};
use tealight::prelude::*;

#[test]
fn a_classification_report_has_three_bars_for_each_class() {
    let report = ClassificationReport::new(&[0, 0, 1, 1, 1], &[0, 1, 1, 1, 0], &["cat", "dog"]).unwrap();
    let figure = report.plot().figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    drawing.text("Precision, recall and F1 by class; accuracy 0.6000");
    for text in ["precision", "recall", "F1", "cat", "dog", "class", "score"] {
        drawing.text(text);
    }
    for color in ["#0072B2", "#D55E00", "#009E73"] {
        let heights = bars_in(&drawing, &[color]).iter().map(|bar| bar.bottom - bar.top).collect::<Vec<_>>();
        assert_eq!(heights.len(), 2);
        assert!((heights[0] / heights[1] - 0.75).abs() < 0.01, "{heights:?}");
    }
    assert_eq!(drawing.texts.iter().filter(|text| text.content == "0.667").count(), 3);
    let csv = figure.csv();
    assert_eq!(csv.lines().next(), Some("class,precision,recall,F1"));
    assert!(csv.contains("\ncat,0.5,0.5,0.5\n"), "{csv}");
}

#[test]
fn a_report_of_many_classes_draws_the_worst() {
    let many = matrix(100, 20_000, &digits(100)).report();
    let figure = many.plot().figure().unwrap();
    assert!(figure.to_string().contains("; the 40 lowest F1 of 100 classes, 120 bars in 40 groups"), "{figure}");
    let csv = figure.csv();
    let drawn = csv.lines().skip(1).map(|line| line.rsplit(',').next().unwrap().parse::<f64>().unwrap());
    let drawn = drawn.collect::<Vec<_>>();
    let mut all = many.classes().iter().map(|scores| scores.f1).collect::<Vec<_>>();
    all.sort_by(f64::total_cmp);
    assert_eq!(drawn, all[..40]);
    let absent = ClassificationReport::new(&[0, 0, 1], &[0, 0, 0], &["cat", "dog", "cow"]).unwrap();
    let description = absent.plot().figure().unwrap().description();
    let words = "Never predicted, so that the precision is set to 0: dog. Neither there nor predicted, and left out of the \
                 averages: cow.";
    assert!(description.ends_with(words), "{description}");
}

#[test]
fn confused_pairs_have_the_worst_on_top() {
    let matrix = ConfusionMatrix::new(&[0, 0, 0, 1, 2], &[1, 1, 0, 2, 1], &["cat", "dog", "cow"]).unwrap();
    let figure = matrix.confused_pairs(2).plot().figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    drawing.text("The 2 most confused of 3 pairs");
    let (first, second) = (drawing.text("cat → dog"), drawing.text("dog → cow"));
    assert!(first.area.bottom < second.area.top);
    let bars = bars_in(&drawing, &["#0072B2"]);
    let widths = bars.iter().map(|bar| bar.right - bar.left).collect::<Vec<_>>();
    assert!(widths.len() == 2 && (widths[0] - 2.0 * widths[1]).abs() < 0.3, "{widths:?}");
    assert!(bars[0].top < first.area.middle_y() && first.area.middle_y() < bars[0].bottom);
    assert_eq!(drawing.tooltips[0].1, "cat → dog\nexamples: 2");
    let all = Drawing::of(&cases(), "pairs-all");
    assert_eq!(bars_in(&all, &["#0072B2"]).len(), 40);
}

#[test]
fn empty_reports_draw_a_message() {
    let cases = cases();
    for (case, title, notice) in [
        ("pairs-none", "Confused pairs", "Nothing was mixed up"),
        ("nulls-none", "Missing values", "No missing values in 785 columns"),
        ("mistakes-0", "0 of 20 examples misclassified", "There are no mistakes to show"),
    ] {
        let drawing = Drawing::of(&cases, case);
        assert!(drawing.text(title).area.bottom < drawing.text(notice).area.top);
        assert!(drawing.description.ends_with(&format!("{notice}.")), "{}", drawing.description);
        assert!(drawing.images.is_empty() && drawing.tooltips.is_empty());
    }
}

#[test]
fn each_mistake_has_its_image_and_its_classes_in_red() {
    let (data, wrong) = mistakes(240, 12, &digits(10));
    let figure = wrong.plot(&data).figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    drawing.text("12 of 240 examples misclassified");
    assert_eq!((drawing.images.len(), drawing.tooltips.len()), (12, 12));
    let titles = drawing.texts.iter().filter(|text| text.content.starts_with("True: ")).collect::<Vec<_>>();
    assert_eq!(titles.len(), 12);
    let pixels = figure.csv();
    let mut rows = pixels.lines().skip(1);
    for ((mistake, title), (picture, (_, tooltip))) in
        wrong.mistakes().iter().zip(wrong.titles()).zip(drawing.images.iter().zip(&drawing.tooltips))
    {
        assert_eq!(*tooltip, format!("image {}: {title}", mistake.index));
        let above =
            titles.iter().find(|text| text.content == title && picture.contains(text.middle(), picture.middle_y()));
        assert!(above.is_some_and(|text| text.color == "#B83200" && text.area.bottom < picture.top), "{title}");
        // The pixels are those of the example.
        let row = rows.next().unwrap().split(',').collect::<Vec<_>>();
        assert_eq!(row[0], mistake.index.to_string());
        let image = data.image(mistake.index).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        let drawn = row[row.len() - 784..].iter().map(|pixel| pixel.parse::<f32>().unwrap());
        assert!(drawn.eq(image), "{title}");
    }
}

#[test]
fn mistakes_fill_a_grid_of_at_most_a_hundred() {
    let cases = cases();
    let columns = |case| {
        let drawing = Drawing::of(&cases, case);
        let top = drawing.images[0].top;
        (drawing.images.iter().filter(|picture| picture.top == top).count(), drawing.images.len())
    };
    assert_eq!(columns("mistakes-1"), (1, 1));
    assert_eq!(columns("mistakes-12"), (4, 12));
    assert_eq!(columns("mistakes-25"), (5, 25));
    assert_eq!(columns("mistakes-100"), (10, 100));
    Drawing::of(&cases, "mistakes-100").text("130 of 1000 examples misclassified; the first 100");
}

#[test]
fn mistakes_are_not_drawn_from_other_data() {
    let (data, wrong) = mistakes(240, 12, &digits(10));
    let error = wrong.plot(&data.take(100).unwrap()).figure().unwrap_err().to_string();
    assert_eq!(
        error,
        "Images \"12 of 240 examples misclassified\": the mistakes are of 240 examples, the data has 100. Give the dataset \
         that was predicted, all of it and in the same order."
    );
    let other = data.select(&(0..240).rev().collect::<Vec<_>>()).unwrap();
    let error = wrong.plot(&other).figure().unwrap_err().to_string();
    assert!(error.contains(" in the data, of class ") && error.contains("in the same order."), "{error}");
}

#[test]
fn counts_of_a_table_are_drawn_as_bars() {
    let values = TABLE.value_counts("color").unwrap().plot().figure().unwrap();
    assert_eq!(values.csv(), "color,rows\nred,12\ngreen,11\nblue,11\nmissing,11\n");
    assert_eq!(Drawing::read(values.svg()).tooltips[0].1, "red\nrows: 12 (26.7 %)");
    let many = TABLE.value_counts("size").unwrap().plot().figure().unwrap();
    assert!(many.to_string().starts_with("Figure: Rows by size; the first 40 of 45 values, 40 bars"), "{many}");
    let nulls = TABLE.null_counts().plot().figure().unwrap();
    assert_eq!(nulls.csv(), "column,missing\nage,9\ncolor,11\n");
    Drawing::read(nulls.svg()).text("20 missing values in 2 of 3 columns");
    let kinds = TABLE.kinds().plot().figure().unwrap();
    assert_eq!(kinds.csv(), "kind,columns\nwhole numbers,1\nnumbers,1\ntext,1\n");
}
