//! Networks: names, shapes, counts, parameters.

use super::{flat, keras_vectors, says, small};
use tealight::prelude::*;

#[test]
fn summary_counts_parameters_as_keras() {
    for expected in keras_vectors()["summaries"].as_array().unwrap() {
        let units: Vec<usize> = serde_json::from_value(expected["units"].clone()).unwrap();
        let network = units.iter().fold(Sequential::new([28, 28]).add(Flatten), |network, &units| {
            network.add(Dense::new(units)).add(Dropout::new(0.2))
        });
        let (summary, parameters) = (network.summary().unwrap(), expected["parameters"].as_u64().unwrap());
        assert_eq!(summary.total_params() as u64, parameters, "{units:?}");
        let total = format!("({})", expected["memory"].as_str().unwrap());
        assert!(summary.to_string().contains(&total), "{total} is not in\n{summary}");
        assert_eq!(summary.output_shape(), [*units.last().unwrap()]);
        let built = network.build(1).unwrap().parameters();
        assert_eq!(built.iter().map(|(_, var)| var.elem_count() as u64).sum::<u64>(), parameters);
    }
}

#[test]
fn summary_text_is_that_of_keras() {
    let network = Sequential::new([28, 28])
        .add(Flatten)
        .add(Dense::new(256).activation(Relu))
        .add(Dropout::new(0.3))
        .add(Dense::new(10).activation(Softmax).name("digits"));
    let expected = "
 Layer (type)         Output Shape    Param #
──────────────────────────────────────────────
 flatten (Flatten)    (None, 784)           0
 dense (Dense)        (None, 256)     200,960
 dropout (Dropout)    (None, 256)           0
 digits (Dense)       (None, 10)        2,570
──────────────────────────────────────────────
 Total params: 203,530 (795.04 KB)
 Trainable params: 203,530 (795.04 KB)
 Non-trainable params: 0 (0.00 B)";
    assert_eq!(network.summary().unwrap().to_string(), expected[1..]);
    assert_eq!(format!("{:?}", network.summary()), format!("Ok({})", &expected[1..]));
}

#[test]
fn layers_are_named_after_their_types_by_default() {
    let network = Sequential::new([4])
        .add(Dense::new(2))
        .add(LeakyRelu::new())
        .add(Dense::new(2).name("dense_1"))
        .add(Dense::new(2))
        .add(Relu.name("kink"))
        .add(Relu);
    let names = network.summary().unwrap().to_string();
    let names = names.lines().skip(2).take(6).map(|line| line.split_whitespace().next().unwrap());
    assert_eq!(names.collect::<Vec<_>>(), ["dense", "leaky_relu", "dense_1", "dense_2", "kink", "relu"]);
    let parameters = network.build(0).unwrap().parameters();
    let parameters = parameters.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>();
    let expected = ["dense/kernel", "dense/bias", "dense_1/kernel", "dense_1/bias", "dense_2/kernel", "dense_2/bias"];
    assert_eq!(parameters, expected);
}

#[test]
fn dense_starts_glorot_uniform_with_zero_biases() {
    let keras = &keras_vectors()["glorot"];
    let model = Sequential::new([784]).add(Dense::new(256)).build(3).unwrap();
    let kernel = flat(&model.weight("dense/kernel").unwrap());
    let limit = (6.0f64 / (784.0 + 256.0)).sqrt();
    let largest = kernel.iter().map(|w| f64::from(w.abs())).fold(0.0, f64::max);
    let count = kernel.len() as f64;
    let mean = kernel.iter().map(|&w| f64::from(w)).sum::<f64>() / count;
    let deviation = (kernel.iter().map(|&w| (f64::from(w) - mean).powi(2)).sum::<f64>() / count).sqrt();
    assert!(largest <= limit && largest > 0.999 * limit, "{largest}, limit {limit}");
    assert!((largest - keras["largest"].as_f64().unwrap()).abs() < 1e-4);
    // Within five standard errors of each other.
    assert!((deviation - keras["deviation"].as_f64().unwrap()).abs() < 3e-4, "{deviation}");
    assert!(mean.abs() < 5e-4, "{mean}");
    assert!(flat(&model.weight("dense/bias").unwrap()).iter().all(|&b| b == 0.0));
}

#[test]
fn build_depends_on_the_seed_alone() {
    let kernel = |seed| flat(&small().build(seed).unwrap().weight("dense/kernel").unwrap());
    assert_eq!(kernel(5), kernel(5));
    assert_ne!(kernel(5), kernel(6));
    let twice = Sequential::new([4]).add(Dense::new(4)).add(Dense::new(4)).build(1).unwrap();
    assert_ne!(flat(&twice.weight("dense/kernel").unwrap()), flat(&twice.weight("dense_1/kernel").unwrap()));
}

#[test]
fn sequential_survives_json() {
    let network = small().add(LeakyRelu::new()).add(Flatten.name("end"));
    let text = serde_json::to_string(&network).unwrap();
    assert_eq!(serde_json::from_str::<Sequential>(&text).unwrap(), network);
}

#[test]
fn weights_are_copies_and_checked_when_set() {
    let mut model = small().build(1).unwrap();
    let weights = model.weights().unwrap();
    let other = small().build(2).unwrap().weights().unwrap();
    model.set_weights(&other).unwrap();
    assert_eq!(flat(&model.weight("dense/kernel").unwrap()), flat(&other[0].1));
    assert_ne!(flat(&weights[0].1), flat(&other[0].1), "weights() gave what the model changed");
    let kernel = Tensor::ones((2, 16), DType::F64, &Device::Cpu).unwrap();
    model.set_weight("dense/kernel", &kernel).unwrap();
    assert_eq!(flat(&model.weight("dense/kernel").unwrap()), [1.0; 32]);
    says(model.set_weight("dense/bias", &kernel), ErrorKind::Shape, &["\"dense/bias\"", "[16]", "[2, 16]"]);
    says(model.weight("dense_7/kernel"), ErrorKind::Name, &["dense_7/kernel", "dense/kernel, dense/bias"]);
    says(model.set_weights(&other[1..]), ErrorKind::Name, &["no values", "dense/kernel"]);
    let extra = [&other[..], &[("more".to_owned(), kernel)]].concat();
    says(model.set_weights(&extra), ErrorKind::Name, &["\"more\""]);
    assert_eq!(flat(&model.weight("dense/kernel").unwrap()), [1.0; 32], "a failed set_weights changed the model");
}

#[test]
fn dropout_acts_in_training_only_and_by_seed() {
    let model = Sequential::new([64]).add(Dropout::new(0.5)).build(9).unwrap();
    let x = Tensor::ones((8, 64), DType::F32, &Device::Cpu).unwrap();
    assert_eq!(flat(&model.forward(&x, false).unwrap()), flat(&x));
    let dropped = flat(&model.forward(&x, true).unwrap());
    assert!(dropped.iter().all(|&value| value == 0.0 || value == 2.0));
    assert!((150..362).contains(&dropped.iter().filter(|&&value| value == 0.0).count()));
    assert_eq!(dropped, flat(&model.forward(&x, true).unwrap()));
}

#[test]
fn dense_without_bias_has_no_bias() {
    let network = Sequential::new([3]).add(Dense::new(4).use_bias(false));
    assert_eq!(network.summary().unwrap().total_params(), 12);
    let mut model = network.build(1).unwrap();
    model.set_weight("dense/kernel", &Tensor::ones((3, 4), DType::F32, &Device::Cpu).unwrap()).unwrap();
    let x = Tensor::new(&[[1f32, 2.0, 3.0]], &Device::Cpu).unwrap();
    assert_eq!(flat(&model.forward(&x, false).unwrap()), [6.0; 4]);
}

#[test]
fn predict_returns_every_example_for_any_batch_size() {
    // More examples than one batch.
    let data = super::points(2500);
    let model = small().build(4).unwrap();
    let all = model.predict(&data).unwrap();
    assert_eq!(all.dims(), [2500, 2]);
    let one = model.predict(&data.slice(2345..2346).unwrap()).unwrap();
    let (all, one) = (flat(&all), flat(&one));
    assert!((all[2 * 2345] - one[0]).abs() < 1e-6);
    assert!(all.chunks(2).all(|row| (row[0] + row[1] - 1.0).abs() < 1e-6));
    let classes = model.predict_classes(&data).unwrap();
    assert!(all.chunks(2).zip(&classes).all(|(row, &class)| class == u32::from(row[1] > row[0])));
}
