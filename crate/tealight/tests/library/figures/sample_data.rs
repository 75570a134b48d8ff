//! Sample data for figures.

use tealight::prelude::*;

pub(crate) const LONG: &str = "Training and validation accuracy of the network with two hidden layers of 256 and 128 units, \
                        dropout of 0.3 after each, trained with Adam on all of MNIST for twenty epochs in batches of 32";

/// Random numbers between -0.5 and 0.5 from a fixed sequence.
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

pub(crate) fn clothes() -> Vec<String> {
    let names =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];
    names.map(str::to_owned).to_vec()
}

/// Curves of three epochs of training and validation.
pub(crate) fn two_curves() -> Curves {
    Curves::new("Accuracy").line("training", [0.90, 0.94, 0.97]).dashed_line("validation", [0.92, 0.95, 0.93])
}

/// The message of a figure that can't be drawn.
pub(crate) fn error_of<T: std::fmt::Debug>(figure: Result<T>) -> String {
    figure.unwrap_err().to_string()
}
