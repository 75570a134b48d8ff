//! Figures of every kind, including awkward ones.

use super::sample_data::{LONG, clothes, digits, matrix, noise, rising};
use tealight::prelude::*;
use tealight::{ColorScale, Normalize};

fn accuracy(epochs: usize) -> Curves {
    Curves::new("Accuracy by epoch")
        .line("training", rising(epochs, 0.90, 0.988, 0.001, 1))
        .dashed_line("validation", rising(epochs, 0.955, 0.982, 0.002, 2))
        .y_label("accuracy")
}

fn loss(epochs: usize) -> Curves {
    Curves::new("Loss by epoch")
        .line("training", rising(epochs, 0.35, 0.04, 0.004, 3))
        .dashed_line("validation", rising(epochs, 0.14, 0.075, 0.008, 4))
        .y_label("loss")
}

pub(crate) fn curves() -> Vec<(&'static str, Figure)> {
    let mut spike = rising(30, 0.5, 0.05, 0.01, 5);
    spike[17] = 46.2;
    let mut holes = rising(25, 0.6, 0.95, 0.01, 6);
    (holes[0], holes[8], holes[9], holes[11], holes[24]) = (f64::NAN, f64::NAN, f64::INFINITY, f64::NAN, f64::NAN);
    let mut nothing = Curves::new("Nothing yet");
    nothing = nothing.line("training", [0.0; 0]).dashed_line("validation", [0.0; 0]);
    let every_other: Vec<f64> = (0..10_000).map(|epoch| if epoch % 2 == 0 { 0.5 } else { f64::NAN }).collect();
    let many = (0..12_u32).fold(Curves::new("Twelve runs").y_label("accuracy"), |curves, run| {
        let values = rising(40, 0.5, 0.85 + f64::from(run) * 0.01, 0.01, run.into());
        curves.line(format!("hidden layers of {} units", 16 * (run + 1)), values)
    });
    let forty = (0..40).fold(Curves::new("Forty runs"), |curves, run| {
        curves.line(format!("run {run}"), rising(10_000, 0.1, 0.9, 0.1, run))
    });
    let wordy = Curves::new("Words").line("word ".repeat(25), [0.1, 0.4]).dashed_line("other ".repeat(25), [0.3, 0.2]);
    let cases: Vec<(_, Curves)> = vec![
        ("accuracy-1", accuracy(1)),
        ("accuracy-2", accuracy(2)),
        ("accuracy-10", accuracy(10)),
        ("accuracy-20", accuracy(20)),
        ("accuracy-20-small", accuracy(20).size(320, 220)),
        ("accuracy-20-least", accuracy(20).size(200, 200)),
        ("accuracy-20-wide", accuracy(20).size(1200, 300)),
        ("accuracy-97-98", Curves::new("Accuracy").line("test", rising(20, 0.97, 0.98, 0.0005, 8)).y_label("accuracy")),
        ("loss-20", loss(20)),
        ("loss-50-no-grid", loss(50).grid(false).legend(false)),
        ("loss-spike", Curves::new("Loss by epoch").line("training", spike.clone()).dashed_line("validation", spike)),
        ("noise-10000", accuracy(10_000).title("Ten thousand epochs")),
        (
            "noise-10000-wild",
            Curves::new("Noise")
                .line("a", rising(10_000, 0.0, 1.0, 1.0, 1))
                .dashed_line("b", rising(10_000, 1.0, 0.0, 1.0, 2)),
        ),
        ("holes", Curves::new("Some values are missing").line("training", holes.clone()).y_label("accuracy")),
        ("every-other-missing", Curves::new("Every other value is missing").line("training", every_other)),
        ("long-title", accuracy(20).title(LONG).labels([LONG, "test"]).x_label(LONG).y_label(LONG)),
        (
            "long-title-small",
            accuracy(20).title(LONG).labels([LONG, "test"]).x_label(LONG).y_label(LONG).size(360, 320),
        ),
        ("one-long-word", accuracy(20).title("Donaudampfschifffahrtsgesellschaft".repeat(6))),
        ("wordy-legend", wordy),
        ("many-lines", many),
        ("forty-lines", forty),
        (
            "forty-names-small",
            (0..40).fold(Curves::new("x"), |c, i| c.line(format!("run {i}"), [0.1, 0.2])).size(320, 240),
        ),
        ("empty", nothing),
        ("no-lines", Curves::new("No lines")),
        ("all-nan", Curves::new("All values are missing").line("training", [f64::NAN, f64::INFINITY])),
        ("constant", Curves::new("Constant").line("training", [0.1; 12])),
        ("zero", Curves::new("Zero").line("training", [0.0; 12])),
        ("one-point", Curves::new("One point").line("training", [0.97])),
        ("huge", Curves::new("Huge").line("training", [f64::MAX, -1e300, 1e300, 4.0])),
        ("tiny", Curves::new("Tiny").line("training", [1e-7, 3e-7, 2.5e-7, f64::MIN_POSITIVE])),
        (
            "negative",
            Curves::new("Log-likelihood").line("training", rising(20, -2300.0, -120.0, 9.0, 1)).y_label("nats"),
        ),
        ("large", Curves::new("Large").line("training", rising(20, 120_000.0, 1_430_000.0, 9.0, 1)).y_label("images")),
        ("limits", accuracy(20).x_limits(4.0, 20.0).y_limits(0.97, 0.99).title("From the fourth epoch on")),
        ("no-title", accuracy(20).title("")),
        ("marked", accuracy(20).mark_highest().shade_gap().markers(true).horizontal_line("published", 0.98)),
        ("marked-small", accuracy(20).mark_highest().shade_gap().horizontal_line("published", 0.98).size(320, 240)),
        ("skipped", accuracy(30).skip_epochs(5).vertical_line("learning rate halved", 17)),
        ("skipped-all", accuracy(3).skip_epochs(5)),
        ("best-of-each", loss(30).line("other", rising(30, 0.4, 0.1, 0.03, 9)).mark_lowest()),
        ("gap-holes", Curves::new("Gap").line("training", holes.clone()).dashed_line("validation", holes).shade_gap()),
        (
            "gap-10000",
            accuracy(10_000).shade_gap().mark_highest().markers(true).title("Ten thousand epochs and their gap"),
        ),
        (
            "odd-text",
            accuracy(5).title("<b>\"A\" & 'B'</b>\u{0}\u{8}\u{ffff} 数字 ☕").labels(["<a>", ""]).y_label("\n"),
        ),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

pub(crate) fn heat_maps() -> Vec<(&'static str, Figure)> {
    let mut noise = noise(9);
    let pixels: Vec<Vec<f64>> = (0..300).map(|_| (0..300).map(|_| noise() * 2.0).collect()).collect();
    let long: Vec<String> =
        (0..10).map(|index| format!("class {index} with a name that says far too much about it")).collect();
    let countries: Vec<String> = (0..40).map(|index| format!("country {index}")).collect();
    let few = ConfusionMatrix::new(&[0, 1, 1, 2], &[0, 1, 1, 2], &["ant", "bee", "cat"]).unwrap();
    let mut holes = vec![vec![0.5, -0.25, 1.0], vec![f64::NAN, 0.0, f64::INFINITY]];
    holes[0][0] = 0.125;
    let cases: Vec<(_, HeatMap)> = vec![
        ("confusion-2", matrix(2, 1000, &["cat".to_owned(), "dog".to_owned()]).plot()),
        ("confusion-10", matrix(10, 10_000, &digits(10)).plot().x_label("predicted digit").y_label("true digit")),
        ("confusion-10-small", matrix(10, 10_000, &digits(10)).plot().size(320, 300)),
        ("confusion-10-large", matrix(10, 10_000, &digits(10)).plot().size(1000, 900)),
        ("confusion-10-60000", matrix(10, 600_000, &digits(10)).plot()),
        ("confusion-clothes", matrix(10, 10_000, &clothes()).plot().title(LONG)),
        ("confusion-long", matrix(10, 10_000, &long).plot()),
        ("confusion-long-small", matrix(10, 10_000, &long).plot().size(300, 300)),
        ("confusion-20", matrix(20, 10_000, &digits(20)).plot()),
        ("confusion-40", matrix(40, 10_000, &digits(40)).plot()),
        ("confusion-40-names", matrix(40, 10_000, &countries).plot()),
        ("confusion-100", matrix(100, 20_000, &digits(100)).plot()),
        ("confusion-perfect", few.plot()),
        ("confusion-1", ConfusionMatrix::new(&[0], &[0], &["only"]).unwrap().plot()),
        (
            "shares",
            HeatMap::new(matrix(10, 10_000, &digits(10)).normalized(Normalize::True))
                .title("Recall")
                .color_scale(ColorScale::Log),
        ),
        (
            "correlation",
            HeatMap::new(pixels).title("Correlation of pixels").limits(-1.0, 1.0).color_label("correlation"),
        ),
        ("holes-map", HeatMap::new(holes).title("Holes").row_names(["first", "second"]).column_names(["a", "b", "c"])),
        ("one-row", HeatMap::new([[1.0, 2.0, 3.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]]).color_bar(false)),
        ("one-column", HeatMap::new([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0], [8.0]])),
        (
            "diverging",
            HeatMap::new([[-2.0, 0.0, 1.0], [0.5, -0.5, 4.0]]).color_map(ColorMap::Coolwarm).title("Diverging"),
        ),
        (
            "viridis",
            HeatMap::new((0..12).map(|row| (0..12).map(move |column| row * column))).color_map(ColorMap::Viridis),
        ),
        (
            "pixels-784",
            HeatMap::new((0..784).map(|row| (0..784).map(move |column| f64::from(row * 7 % 31 - column * 5 % 29))))
                .color_map(ColorMap::Coolwarm)
                .title("784 × 784"),
        ),
        ("noise-784", {
            let mut row = || (0..784).map(|_| (noise() + noise() + noise()) / 2.0).collect::<Vec<_>>();
            HeatMap::new((0..784).map(|_| row())).limits(-1, 1).color_map(ColorMap::Coolwarm)
        }),
        ("all-nan-map", HeatMap::new([[f64::NAN, f64::NAN]])),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

pub(crate) fn panels() -> Vec<(&'static str, Figure)> {
    let six = (0..6).fold(Panels::new("Six panels"), |panels, index| panels.add(loss(10 * (index + 1))));
    let cases: Vec<(_, Panels)> = vec![
        ("panels-2", Panels::new("Training").add(accuracy(20)).add(loss(20))),
        ("panels-2-small", Panels::new("Training").add(accuracy(20)).add(loss(20)).size(560, 260)),
        ("panels-2-down", Panels::new(LONG).add(accuracy(20)).add(loss(20)).columns(1)),
        ("panels-6", six.clone()),
        ("panels-highlight", six.clone().highlight(4)),
        ("panels-highlight-two", six.clone().highlight(1).highlight(4)),
        (
            "panels-crosses",
            [accuracy(20), loss(20)].into_iter().fold(Panels::new("Red and blue"), |panels, curves| {
                panels.add(curves.colors([Color::Red, Color::Blue]).crosses())
            }),
        ),
        ("panels-highlight-small", six.clone().highlight(0).size(640, 420)),
        (
            "panels-all",
            Panels::new("All kinds")
                .add(accuracy(20))
                .add(Bars::new("Bars", digits(10)).group("a", 1..=10))
                .add(Histogram::new("Histogram").values("a", rising(200, 0.0, 1.0, 0.2, 1)))
                .add(Plot::new("Points").scatter("a", rising(50, 0.0, 1.0, 0.3, 1), rising(50, 0.0, 1.0, 0.3, 2)))
                .add(HeatMap::new([[1, 2], [3, 4]]).title("Map"))
                .add(mnist::load().unwrap().1.take(9).unwrap().plot_images().title("Digits"))
                .highlight(3),
        ),
        ("panels-mixed", Panels::new("").add(accuracy(20)).add(matrix(10, 10_000, &digits(10)).plot())),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

pub(crate) fn plots() -> Vec<(&'static str, Figure)> {
    let mut noise = noise(11);
    let cloud: (Vec<f64>, Vec<f64>) = (0..300).map(|_| (noise() + noise(), noise() * 40.0)).unzip();
    let many: (Vec<f64>, Vec<f64>) = (0..20_000).map(|_| (noise() + noise() + noise(), noise() + noise())).unzip();
    let sizes = [8, 16, 32, 64, 128];
    let cases: Vec<(_, Plot)> = vec![
        ("plot-line", Plot::new("Accuracy by size").line("test", sizes, [0.91, 0.94, 0.96, 0.975, 0.98]).markers(true)),
        (
            "plot-mixed",
            Plot::new("A line through points")
                .scatter("measured", cloud.0.clone(), cloud.1.clone())
                .line("fitted", [-0.9, 0.9], [-8.0, 8.0])
                .dashed_line("bound", [-0.9, 0.9], [8.0, 24.0])
                .horizontal_line("nothing", 0.0)
                .x_label("what was varied")
                .y_label("what came of it"),
        ),
        ("plot-mixed-small", Plot::new("Points").scatter("measured", cloud.0, cloud.1).size(300, 240)),
        ("plot-many", Plot::new("Twenty thousand points").scatter("all", many.0, many.1)),
        ("plot-one", Plot::new("One point").scatter("it", [3.0], [4.0])),
        ("plot-none", Plot::new("None").scatter("nothing", [0.0; 0], [0.0; 0])),
        ("plot-nan", Plot::new("Not numbers").line("nan", [f64::NAN, 1.0], [1.0, f64::INFINITY])),
        (
            "plot-back",
            Plot::new("There and back").line("loop", [0, 1, 1, 0, 0], [0, 0, 1, 1, 0]).line(
                "level",
                [0, 1],
                [0.5, 0.5],
            ),
        ),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

pub(crate) fn bars() -> Vec<(&'static str, Figure)> {
    let wordy: Vec<String> =
        (0..6).map(|index| format!("run {index} {}", "with very many words in its name ".repeat(4))).collect();
    let forty: Vec<String> = (0..40).map(|index| format!("layer {index}")).collect();
    let values = |count: usize| rising(count, 5000.0, 6700.0, 700.0, 3).into_iter().map(f64::round).collect::<Vec<_>>();
    let two = Bars::new("Accuracy with and without dropout", ["no dropout", "dropout 0.3", "dropout 0.5"])
        .group("training", [0.9991, 0.9912, 0.9754])
        .group("test", [0.9794, 0.9823, 0.9781]);
    let cases: Vec<(_, Bars)> = vec![
        (
            "bars-10",
            Bars::new("Images by digit", digits(10)).group("images", values(10)).x_label("digit").y_label("images"),
        ),
        ("bars-groups", two.clone()),
        ("bars-groups-small", two.clone().size(300, 220)),
        ("bars-groups-limits", two.clone().y_limits(0.95, 1.0)),
        ("bars-groups-level", two.horizontal(true)),
        ("bars-40", Bars::new("Forty bars", forty.clone()).group("units", values(40))),
        ("bars-40-small", Bars::new("Forty bars", forty.clone()).group("units", values(40)).size(320, 240)),
        ("bars-40-level", Bars::new("Forty lying bars", forty).group("units", values(40)).horizontal(true)),
        ("bars-wordy", Bars::new(LONG, wordy.clone()).group("units", values(6)).group(LONG, values(6))),
        ("bars-wordy-upright", Bars::new(LONG, wordy.clone()).group("units", values(6)).horizontal(false)),
        ("bars-wordy-small", Bars::new(LONG, wordy).group("units", values(6)).size(320, 320)),
        (
            "bars-clothes",
            Bars::new("Clothes", clothes()).group("a", values(10)).group("b", values(10)).group("c", values(10)),
        ),
        (
            "bars-negative",
            Bars::new("Change", ["a", "b", "c", "d"]).group("change", [-0.5, 0.25, 0.0, 1.0]).decimals(2),
        ),
        ("bars-negative-level", Bars::new("Change", ["a", "b"]).group("change", [-0.5, 0.25]).horizontal(true)),
        ("bars-nan", Bars::new("Missing", ["a", "b", "c"]).group("value", [f64::NAN, 2.0, f64::INFINITY])),
        ("bars-zero", Bars::new("Zero", ["a", "b"]).group("value", [0, 0])),
        ("bars-one", Bars::new("One", ["only"]).group("value", [1e9])),
        ("bars-tiny", Bars::new("Tiny", ["a", "b"]).group("value", [1e-9, 3e-9])),
        ("bars-100", Bars::new("A hundred bars", digits(100)).group("units", values(100))),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

pub(crate) fn histograms() -> Vec<(&'static str, Figure)> {
    let mut noise = noise(13);
    let mut bell =
        |count: usize, middle: f64| (0..count).map(|_| middle + noise() + noise() + noise()).collect::<Vec<_>>();
    let (one, two) = (bell(3000, 0.0), bell(500, 1.0));
    let mut holes = one.clone();
    holes[..40].fill(f64::NAN);
    let cases: Vec<(_, Histogram)> = vec![
        ("histogram", Histogram::new("Weights of the first layer").values("weights", &one).x_label("weight")),
        ("histogram-small", Histogram::new("Weights").values("weights", &one).size(300, 220)),
        ("histogram-two", Histogram::new("Two sets").values("many", &one).values("few", &two).density()),
        (
            "histogram-curve",
            Histogram::new("With curves").values("many", &one).values("few", &two).curve().x_label("value"),
        ),
        ("histogram-holes", Histogram::new("Some are missing").values("weights", holes).bins(12)),
        ("histogram-constant", Histogram::new("Constant").values("same", [0.5; 20]).curve()),
        ("histogram-none", Histogram::new("None").values("none", [f64::NAN])),
        ("histogram-limits", Histogram::new("Limits").values("weights", &one).x_limits(-0.25, 0.25).bins(50)),
        ("histogram-400", Histogram::new("Four hundred bins").values("weights", &one).bins(400)),
        ("histogram-one", Histogram::new("One value").values("it", [7])),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

pub(crate) fn images() -> Vec<(&'static str, Figure)> {
    let (_, test) = mnist::load().unwrap();
    let of = |count: i32| test.take(count).unwrap();
    let wrong = |count: i32| {
        of(count)
            .labels()
            .iter()
            .enumerate()
            .map(|(index, &label)| if index % 5 == 3 { (label + 1) % 10 } else { label })
            .collect::<Vec<_>>()
    };
    let mut noise = noise(17);
    let numbers: Vec<f32> = (0..12 * 8 * 10).map(|_| noise() as f32).collect();
    let weights = Tensor::new(numbers.clone(), &Device::Cpu).unwrap().reshape((12, 8, 10)).unwrap();
    let colored = Tensor::new(numbers[..5 * 8 * 8 * 3].to_vec(), &Device::Cpu).unwrap().reshape((5, 8, 8, 3)).unwrap();
    let names: Vec<String> = clothes();
    let clothes = of(10).with_class_names(names).unwrap();
    let cases: Vec<(_, Images)> = vec![
        ("images-25", of(25).plot_images().title("The first 25 test images")),
        ("images-predicted", of(20).plot_images().predictions(wrong(20)).title("True and predicted")),
        ("images-predicted-small", of(20).plot_images().predictions(wrong(20)).title("Predicted").size(320, 320)),
        ("images-100", of(100).plot_images().predictions(wrong(100)).title("A hundred test images")),
        ("images-all", test.plot_images().title("Some of all")),
        ("images-1", of(1).plot_images()),
        ("images-row", of(10).plot_images().columns(10).color_map(ColorMap::Greys).title("Ink on paper")),
        ("images-names", clothes.plot_images().predictions([9, 2, 1, 1, 6, 1, 4, 6, 5, 7]).title(LONG)),
        ("images-weights", Images::new(&weights).color_map(ColorMap::Coolwarm).title("Weights").titles(0..12)),
        ("images-colored", Images::new(&colored).limits(-0.5, 0.5).title("Colors")),
        ("images-large", of(4).plot_images().size(900, 900)),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

/// Every case with its name.
pub(crate) fn all() -> Vec<(&'static str, Figure)> {
    [curves(), plots(), bars(), histograms(), heat_maps(), images(), panels(), super::report_gallery::cases()].concat()
}
