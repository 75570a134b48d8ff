//! Predicted mixtures of normal distributions and samples from them, compared with SciPy.

use super::{numbers, quiet, says};
use serde_json::Value;
use tealight::prelude::*;

fn cases() -> Vec<(Value, Mixture)> {
    let file: Value = serde_json::from_str(include_str!("../vectors/mixtures.json")).unwrap();
    let mixture = |case: &Value| {
        let row = ["mean", "deviation", "weight"].map(|part| numbers(&case[part])).concat();
        let width = row.len();
        Mixture::from_outputs(&Tensor::from_vec(row, (1, width), &Device::Cpu).unwrap()).unwrap().remove(0)
    };
    file["cases"].as_array().unwrap().iter().map(|case| (case.clone(), mixture(case))).collect()
}

#[test]
fn mixture_densities_are_those_of_scipy() {
    let close = |ours: f64, theirs: f64, what: &str| {
        assert!((ours - theirs).abs() <= 1e-9 * theirs.abs() + 1e-300, "{what}: {ours} for {theirs}");
    };
    let mut far = 0;
    for (case, mixture) in cases() {
        assert_eq!(mixture.means(), numbers(&case["mean"]));
        assert_eq!(mixture.deviations(), numbers(&case["deviation"]));
        assert_eq!(mixture.weights(), numbers(&case["weight"]));
        close(mixture.mean(), case["of_mean"].as_f64().unwrap(), "mean");
        close(mixture.deviation(), case["of_deviation"].as_f64().unwrap(), "deviation");
        for (x, density) in numbers(&case["points"]).into_iter().zip(numbers(&case["densities"])) {
            close(mixture.density(x), density, "density");
        }
        let ranges = case["ranges"].as_array().unwrap().iter().map(numbers);
        for (range, probability) in ranges.zip(numbers(&case["probabilities"])) {
            close(mixture.probability(range[0], range[1]), probability, &format!("probability of {range:?}"));
            far += usize::from(probability > 0.0 && probability < 1e-20);
        }
        close(mixture.probability(f64::NEG_INFINITY, 4.5) + mixture.probability(4.5, f64::INFINITY), 1.0, "everything");
        assert_eq!(
            [mixture.probability(2.0, 2.0), mixture.probability(2.0, 1.0), mixture.probability(f64::NAN, 1.0)],
            [0.0; 3]
        );
    }
    assert!(far > 2, "{far} probabilities far out");
}

#[test]
fn mixture_samples_follow_the_distribution_and_the_seed() {
    const COUNT: usize = 100_000;
    for (case, mixture) in cases() {
        let sample = mixture.sample(COUNT, 5);
        let mean = sample.iter().sum::<f64>() / COUNT as f64;
        let error = (mean - mixture.mean()) / mixture.deviation() * (COUNT as f64).sqrt();
        assert!(error.abs() < 4.0, "{error} standard errors: {case}");
        for range in case["ranges"].as_array().unwrap().iter().map(numbers) {
            let share = sample.iter().filter(|x| (range[0]..range[1]).contains(*x)).count() as f64 / COUNT as f64;
            let probability = mixture.probability(range[0], range[1]);
            let error = (probability * (1.0 - probability) / COUNT as f64).sqrt();
            assert!((share - probability).abs() <= 4.0 * error + 1e-9, "{share} for {probability}: {case}");
        }
        assert_eq!(sample[..7], mixture.sample(7, 5));
        assert_ne!(sample[..7], mixture.sample(7, 6));
    }
    let (_, mixture) = cases().remove(0);
    assert!(mixture.sample(0, 1).is_empty() && mixture.sample(-3, 1).is_empty());
}

#[test]
fn mixture_loss_is_the_mean_log_density() {
    let x = Tensor::new(&[[0f32, 1.0], [2.0, 0.5], [-1.0, 1.0], [0.3, 0.2]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[3u32, 0, 9, 1], &Device::Cpu).unwrap()).unwrap();
    let mut model =
        Sequential::new([2]).add(Dense::new(6).activation(Tanh)).add(MixtureDensity::new(4)).build(3).unwrap();
    model.compile(Adam::new(), MixtureNegativeLogLikelihood, None::<Metric>).unwrap();
    model.fit(&data, quiet().epochs(20)).unwrap();
    let mixtures = Mixture::from_outputs(&model.predict(&data).unwrap()).unwrap();
    let logs = mixtures.iter().zip(data.labels()).map(|(mixture, &label)| -mixture.density(f64::from(label)).ln());
    let mean = logs.sum::<f64>() / 4.0;
    let loss = model.evaluate(&data).unwrap().loss;
    assert!((loss - mean).abs() < 1e-4 * mean.abs(), "{loss} for {mean}");
}

#[test]
fn mixture_displays_its_components() {
    let outputs = Tensor::new(&[[1.0f32, 7.0, 0.5, 0.25, 0.25, 0.75]], &Device::Cpu).unwrap();
    let mixture = Mixture::from_outputs(&outputs).unwrap().remove(0);
    assert_eq!(
        mixture.to_string(),
        "Mixture with mean 5.5000 and standard deviation 2.6190\n\
         component  weight    mean  standard deviation\n        1  0.2500  1.0000              0.5000\n        \
         2  0.7500  7.0000              0.2500"
    );
}

#[test]
fn mixture_of_other_outputs_is_an_error() {
    let mixtures = |row: &[f32]| Mixture::from_outputs(&Tensor::new(row, &Device::Cpu).unwrap().unsqueeze(0).unwrap());
    says(
        mixtures(&[0.1, 0.9, 0.0, 0.0]),
        ErrorKind::Shape,
        &["[examples, 3 · components]", "[1, 4]", "MixtureDensity"],
    );
    let flat = Tensor::zeros(6, DType::F32, &Device::Cpu).unwrap();
    says(Mixture::from_outputs(&flat), ErrorKind::Shape, &["got [6]"]);
    let argument = ErrorKind::Argument;
    says(mixtures(&[f32::NAN, 1.0, 1.0]), argument, &["example 0", "not finite"]);
    says(mixtures(&[1.0, 0.0, 1.0]), argument, &["example 0 has a standard deviation of 0."]);
    says(mixtures(&[1.0, 2.0, 1.0, 1.0, 0.5, 0.25]), argument, &["weights [0.5, 0.25]"]);
    says(mixtures(&[1.0, 2.0, 1.0, 1.0, 1.5, -0.5]), argument, &["weights [1.5, -0.5]"]);
}
