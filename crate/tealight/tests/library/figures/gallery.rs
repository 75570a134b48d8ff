//! Figures of every kind that people may make, the awkward ones too.

use tealight::{ColorScale, ConfusionMatrix, Curves, Figure, HeatMap, Normalize, Panels};

pub(crate) const LONG: &str = "Training and validation accuracy of the network with two hidden layers of 256 and 128 units, \
                        dropout of 0.3 after each, trained with Adam on all of MNIST for twenty epochs in batches of 32";

/// Numbers that look like training, from a fixed sequence.
pub(crate) fn noise(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31) - 0.5
    }
}

pub(crate) fn rising(epochs: usize, from: f64, to: f64, shake: f64, seed: u64) -> Vec<f64> {
    let mut noise = noise(seed);
    let rate = 5.0 / epochs.max(1) as f64;
    (0..epochs).map(|epoch| to + (from - to) * (-(epoch as f64) * rate).exp() + shake * noise()).collect()
}

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

pub(crate) fn matrix(classes: usize, examples: usize, names: &[String]) -> ConfusionMatrix {
    let mut noise = noise(7);
    let (mut actual, mut predicted) = (Vec::new(), Vec::new());
    for index in 0..examples {
        let label = index % classes;
        let wrong = noise() > 0.47;
        actual.push(label as u32);
        predicted
            .push(if wrong { (((noise() + 0.5) * classes as f64) as usize).min(classes - 1) } else { label } as u32);
    }
    ConfusionMatrix::new(&actual, &predicted, names).unwrap()
}

pub(crate) fn digits(count: usize) -> Vec<String> {
    (0..count).map(|digit| digit.to_string()).collect()
}

fn clothes() -> Vec<String> {
    let names =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
    names.map(str::to_owned).to_vec()
}

pub(crate) fn curves() -> Vec<(&'static str, Figure)> {
    let mut spike = rising(30, 0.5, 0.05, 0.01, 5);
    spike[17] = 46.2;
    let mut holes = rising(25, 0.6, 0.95, 0.01, 6);
    (holes[0], holes[8], holes[9], holes[11], holes[24]) = (f64::NAN, f64::NAN, f64::INFINITY, f64::NAN, f64::NAN);
    let mut nothing = Curves::new("Nothing yet");
    nothing = nothing.line("training", []).dashed_line("validation", []);
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
        ("holes", Curves::new("Some values are missing").line("training", holes).y_label("accuracy")),
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
        ("panels-6", six),
        ("panels-mixed", Panels::new("").add(accuracy(20)).add(matrix(10, 10_000, &digits(10)).plot())),
    ];
    cases.into_iter().map(|(name, case)| (name, case.figure().unwrap())).collect()
}

/// Every case with its name.
pub(crate) fn all() -> Vec<(&'static str, Figure)> {
    [curves(), heat_maps(), panels()].concat()
}
