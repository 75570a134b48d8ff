//! What each kind of chart draws, read back from its SVG.

use super::gallery;
use super::svg::{Drawing, Line, Text};
use tealight::prelude::*;

fn read(figure: Result<Figure>) -> Drawing {
    Drawing::read(figure.unwrap().svg())
}

fn curves() -> Curves {
    Curves::new("Accuracy").line("training", [0.90, 0.94, 0.97]).dashed_line("validation", [0.92, 0.95, 0.93])
}

#[test]
fn the_best_epoch_is_the_one_of_validation() {
    let figure = curves().mark_highest().figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    drawing.text("best validation: 0.9500 at epoch 2");
    // One ring in the legend, one in the plot, in the middle of three epochs.
    assert_eq!(drawing.rings.len(), 2);
    assert!((drawing.rings[1].0 - drawing.text("2").middle()).abs() < 0.11);
    assert!(figure.description().contains("Best of validation: 0.9500 at epoch 2."));
    assert!(curves().mark_lowest().figure().unwrap().description().contains("Best of validation: 0.9200 at epoch 1."));
}

#[test]
fn the_gap_is_shaded_only_where_it_was_asked_for() {
    assert_eq!(read(curves().figure()).polygons, 0);
    assert_eq!(read(curves().shade_gap().figure()).polygons, 1);
    let alone = Curves::new("Alone").line("training", [0.5, 0.6]).shade_gap();
    assert_eq!(read(alone.figure()).polygons, 0);
}

#[test]
fn first_epochs_are_left_out_of_curves_and_axis() {
    let drawing = read(Curves::new("Loss").line("training", [50.0, 0.5, 0.4, 0.3]).skip_epochs(1).figure());
    let curve = drawing.lines.iter().find(|line| line.is_curve()).unwrap();
    assert_eq!(curve.points.len(), 3);
    assert!(drawing.texts.iter().all(|text| text.content != "1" && text.content != "50"));
    drawing.text("2");
    assert!(drawing.hints.iter().all(|(_, hint)| !hint.starts_with("epoch 1\n")));
}

#[test]
fn reference_lines_go_through_the_whole_plot_and_are_explained() {
    let drawing = read(curves().horizontal_line("published", 0.96).vertical_line("stopped", 2).figure());
    for name in ["published", "stopped"] {
        drawing.text(name);
    }
    let level = drawing.lines.iter().filter(|line| line.dashed && line.points.len() == 2);
    let long = level.filter(|line| {
        let [from, to] = [line.points[0], line.points[1]];
        (from.0 - to.0).abs() > 500.0 || (from.1 - to.1).abs() > 200.0
    });
    assert_eq!(long.count(), 2);
    // Several that are near one another share the name of the first.
    let shared = read(curves().horizontal_line("0.96 and 0.97", 0.96).horizontal_line("", 0.97).legend(true).figure());
    assert_eq!(shared.lines.iter().filter(|line| line.dashed && line.points.len() == 2).count(), 4);
    shared.text("0.96 and 0.97");
    assert!(shared.texts.iter().all(|text| !text.content.trim().is_empty()));
}

#[test]
fn several_histories_have_a_colour_each() {
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
    let told = Curves::compare("f1", [("first", &history)]).figure().unwrap_err().to_string();
    assert!(told.starts_with("Curves \"F1 by epoch\": first: History: no \"f1\""), "{told}");
}

#[test]
fn the_pointer_finds_the_values_of_each_epoch() {
    let drawing = read(curves().figure());
    let hints: Vec<&str> = drawing.hints.iter().map(|(_, hint)| hint.as_str()).collect();
    assert_eq!(
        hints,
        [
            "epoch 1\ntraining 0.9000\nvalidation 0.9200",
            "epoch 2\ntraining 0.9400\nvalidation 0.9500",
            "epoch 3\ntraining 0.9700\nvalidation 0.9300"
        ]
    );
    // The strips lie side by side, each with its epoch in it.
    for (index, (area, _)) in drawing.hints.iter().enumerate() {
        assert!(area.contains(drawing.text(&(index + 1).to_string()).middle(), area.middle_y()));
    }
    assert!(drawing.hints.windows(2).all(|pair| (pair[0].0.right - pair[1].0.left).abs() < 0.21));
}

#[test]
fn hints_of_very_many_epochs_stay_few_and_tell_the_truth() {
    let values: Vec<f64> = (0..10_000).map(f64::from).collect();
    let drawing = read(Curves::new("Ten thousand").line("index", values).figure());
    assert!((50..=100).contains(&drawing.hints.len()), "{}", drawing.hints.len());
    for (_, hint) in &drawing.hints {
        let (epoch, value) = hint.split_once('\n').unwrap();
        let epoch: f64 = epoch.trim_start_matches("epoch ").parse().unwrap();
        let value: f64 = value.trim_start_matches("index ").replace(',', "").parse().unwrap();
        assert_eq!(value, epoch - 1.0);
    }
}

#[test]
fn a_plot_has_its_points_where_its_numbers_say() {
    let plot = Plot::new("Points").scatter("three", [0.0, 1.0, 2.0], [0, 10, 5]).line("line", [0, 2], [0, 10]);
    let figure = plot.figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    // The first dot is the legend's.
    let dots = &drawing.dots[1..];
    assert_eq!(dots.len(), 3);
    assert!(((dots[0].0 + dots[2].0) / 2.0 - dots[1].0).abs() < 0.11);
    assert!(((dots[0].1 + dots[1].1) / 2.0 - dots[2].1).abs() < 0.11);
    let hints: Vec<_> = drawing.hints.iter().map(|(_, hint)| hint.as_str()).collect();
    assert_eq!(hints[..3], ["three: 0, 0", "three: 1, 10", "three: 2, 5"]);
    assert_eq!(figure.csv(), "series,x,y\nthree,0,0\nthree,1,10\nthree,2,5\nline,0,0\nline,2,10\n");
    let told = Plot::new("Points").line("line", [1, 2, 3], [1]).figure().unwrap_err().to_string();
    assert_eq!(told, "Plot \"Points\": \"line\" has 3 x values and 1 y values. Give one y for each x.");
}

/// The bars: boxes in the colours of curves, without the samples in the legend.
fn bars_of(drawing: &Drawing) -> Vec<(f64, f64)> {
    let colored = drawing.colored_boxes.iter().filter(|(color, area)| {
        ["#0072B2", "#D55E00", "#009E73"].contains(&color.as_str()) && area.right - area.left != 14.0
    });
    colored.map(|(_, area)| (area.right - area.left, area.bottom - area.top)).collect()
}

#[test]
fn bars_are_as_high_as_their_values_and_say_them() {
    let bars = Bars::new("Bars", ["a", "b", "c"]).group("one", [1, 2, 4]).group("two", [3.0, 0.0, 2.0]);
    let drawing = read(bars.figure());
    let heights: Vec<f64> = bars_of(&drawing).iter().map(|bar| bar.1).collect();
    for (height, value) in heights.iter().zip([1.0, 2.0, 4.0, 3.0, 0.0, 2.0]) {
        assert!((height - value * heights[0]).abs() < 0.6, "{heights:?}");
    }
    let lying = read(bars.clone().horizontal(true).figure());
    let widths: Vec<f64> = bars_of(&lying).iter().map(|bar| bar.0).collect();
    assert!((widths[2] - 4.0 * widths[0]).abs() < 0.6, "{widths:?}");
    assert_eq!(drawing.hints[5].1, "c\ntwo: 2");
    assert_eq!(bars.figure().unwrap().csv(), "name,one,two\na,1,3\nb,2,0\nc,4,2\n");
}

#[test]
fn no_value_stands_in_a_bar_or_on_another() {
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
fn with_limits_a_value_at_the_top_stands_clear_of_bar_and_legend() {
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
fn bars_with_long_names_lie() {
    let of = |case| Drawing::of(&gallery::bars(), case);
    let level = |drawing: &Drawing| {
        let bars = bars_of(drawing);
        bars.windows(2).all(|pair| (pair[0].1 - pair[1].1).abs() < 0.11)
    };
    assert!(level(&of("bars-wordy")));
    assert!(!level(&of("bars-10")));
}

#[test]
fn bars_say_what_is_wrong_with_them() {
    let told = |bars: Bars| bars.figure().unwrap_err().to_string();
    assert_eq!(
        told(Bars::new("Bars", ["a", "b"]).group("one", [1])),
        "Bars \"Bars\": group \"one\" has 1 values for 2 names. Give one for each."
    );
    assert!(told(Bars::new("", ["a"])).starts_with("Bars: there are no bars. Give names, and add values"));
    let many: Vec<String> = (0..500).map(|index| index.to_string()).collect();
    assert!(told(Bars::new("", many).group("", 0..500)).contains("got 500 bars; draw at most 400"));
}

#[test]
fn a_histogram_counts_every_value_once() {
    let histogram = Histogram::new("Values").values("one", (0..1000).map(|index| f64::from(index % 37))).bins(5);
    let figure = histogram.figure().unwrap();
    let sum: f64 =
        figure.csv().lines().skip(1).map(|line| line.split(',').nth(2).unwrap().parse::<f64>().unwrap()).sum();
    assert_eq!(sum, 1000.0);
    let drawing = Drawing::read(figure.svg());
    assert_eq!((drawing.hints.len(), bars_of(&drawing).len()), (5, 5));
    let density = histogram.curve().figure().unwrap();
    let area: f64 =
        density.csv().lines().skip(1).map(|line| line.split(',').nth(2).unwrap().parse::<f64>().unwrap()).sum();
    assert!((area * 36.0 / 5.0 - 1.0).abs() < 1e-9, "{area}");
    let told = Histogram::new("None").figure().unwrap_err().to_string();
    assert_eq!(told, "Histogram \"None\": there are no values. Add some with values().");
    let told = Histogram::new("").values("a", [1]).bins(0).figure().unwrap_err().to_string();
    assert_eq!(told, "Histogram: bins(0): give a number from 1 to 400.");
}

#[test]
fn images_have_a_picture_and_a_title_each_and_mistakes_are_red() {
    let (_, test) = mnist::load().unwrap();
    let test = test.take(6).unwrap();
    let drawing = read(test.plot_images().predictions([7, 2, 1, 8, 4, 1]).columns(3).figure());
    assert_eq!((drawing.pictures.len(), drawing.hints.len()), (6, 6));
    // Three columns, two rows, none on another.
    let lefts: Vec<f64> = drawing.pictures.iter().map(|picture| picture.left).collect();
    assert_eq!(lefts[..3], lefts[3..]);
    assert!(drawing.pictures.windows(2).all(|pair| pair[0].right < pair[1].left || pair[0].bottom < pair[1].top));
    // Whole multiples of 28 pixels: every pixel as large as the others.
    assert!(drawing.pictures.iter().all(|picture| (picture.right - picture.left) % 28.0 < 1e-6));
    let wrong = drawing.text("true 0, got 8");
    assert_eq!(wrong.color, "#B83200");
    assert_ne!(drawing.text("7").color, wrong.color);
    let image = drawing.pictures[3];
    assert!(wrong.area.bottom < image.top && image.contains(wrong.middle(), image.middle_y()));
    assert_eq!(drawing.hints[3].1, "image 3: true 0, got 8");
}

#[test]
fn images_say_what_is_wrong_with_them() {
    let (_, test) = mnist::load().unwrap();
    let told = test.plot_images().predictions([1, 2]).figure().unwrap_err().to_string();
    assert_eq!(told, "Images: predictions() got 2 for 10000 images. Give one for each.");
    let flat = Tensor::zeros((4, 3, 5, 7, 9), DType::F32, &Device::Cpu).unwrap();
    let told = Images::new(&flat).title("Weights").figure().unwrap_err().to_string();
    assert_eq!(
        told,
        "Images \"Weights\": got a tensor of shape [4, 3, 5, 7, 9]; expected [images, height, width] (grey), or [images, \
         height, width, 3] (red, green, blue)."
    );
    let none = Tensor::zeros((0, 28, 28), DType::F32, &Device::Cpu).unwrap();
    assert_eq!(Images::new(&none).figure().unwrap_err().to_string(), "Images: there are no images. Give at least one.");
}

#[test]
fn a_large_map_is_one_picture_and_has_its_numbers() {
    let map = HeatMap::new((0..784).map(|row| (0..784).map(move |column| row ^ column)));
    let figure = map.figure().unwrap();
    let drawing = Drawing::read(figure.svg());
    assert_eq!((drawing.pictures.len(), drawing.hints.len()), (1, 0));
    assert!(drawing.boxes.len() < 100, "{}", drawing.boxes.len());
    let line = figure.csv().lines().nth(8).unwrap().split(',').nth(3).unwrap().parse::<i32>().unwrap();
    assert_eq!(line, 7 ^ 2);
}

#[test]
fn a_diverging_map_has_zero_in_its_middle() {
    let map = HeatMap::new([[-1.0, 0.0, 4.0]]).color_map(ColorMap::Coolwarm);
    let drawing = read(map.figure());
    let colors: Vec<&str> = drawing.colored_boxes[2..5].iter().map(|(color, _)| color.as_str()).collect();
    let grey = u32::from_str_radix(&colors[1][1..], 16).unwrap();
    let (red, blue) = (grey >> 16, grey & 0xff);
    assert!(red.abs_diff(blue) < 8, "{colors:?}");
}

#[test]
fn a_highlighted_panel_has_a_gold_border_the_bold_title_and_heavier_lines() {
    let panels = Panels::new("Two").add(curves().title("first")).add(curves().title("second"));
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
    let told = panels.highlight(2).figure().unwrap_err().to_string();
    assert_eq!(told, "Panels \"Two\": highlight(2): there are 2 panels, from 0 to 1.");
}

#[test]
fn several_panels_can_be_highlighted() {
    let panels = Panels::new("Three").add(curves().title("a")).add(curves().title("b")).add(curves().title("c"));
    let panels = panels.highlight(0).highlight(2);
    let drawing = read(panels.figure());
    assert_eq!(drawing.lines.iter().filter(|line| line.color == "#DAA520").count(), 2);
    assert_eq!(["a", "b", "c"].map(|title| drawing.text(title).bold), [true, false, true]);
    let told = panels.highlight(-1).figure().unwrap_err().to_string();
    assert_eq!(told, "Panels \"Three\": highlight(-1): there are 3 panels, from 0 to 2.");
}

#[test]
fn lines_take_the_colours_and_the_crosses_that_are_asked_for() {
    let drawing = read(curves().colors([Color::Red, Color::Rgb(1, 2, 3)]).crosses().figure());
    assert!(drawing.dots.is_empty());
    for (color, dashed) in [("#C8252C", false), ("#010203", true)] {
        let lines = || drawing.lines.iter().filter(|line| line.color == color);
        let curve = lines().find(|line| line.points.len() == 3).unwrap();
        assert_eq!(curve.dashed, dashed);
        // Two strokes cross in each point.
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
fn panels_have_the_numbers_of_all_their_panels() {
    let bars = Bars::new("bars", ["a"]).group("one", [5]);
    let panels = Panels::new("Two").add(Curves::new("curves").line("loss", [0.5, 0.25])).add(bars);
    let expected = "panel,row,column,value\ncurves,1,loss,0.5\ncurves,2,loss,0.25\nbars,a,one,5\n";
    assert_eq!(panels.figure().unwrap().csv(), expected);
}

#[test]
fn several_things_are_shown_at_once() {
    // In a terminal it prints a line for each; that they are one output in a notebook is tested beside `display`.
    show!(curves(), Bars::new("Bars", ["a"]).group("one", [5]), curves().figure(),);
}
