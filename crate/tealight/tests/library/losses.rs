//! Losses, metrics and weights that do not fit, and functions of a user's own.

use super::{compiled, points, quiet, says, small};
use tealight::prelude::*;

fn numbers(shape: &[usize]) -> Dataset {
    let x = Tensor::zeros((4, 2), DType::F32, &Device::Cpu).unwrap();
    Dataset::from_tensors(&x, &Tensor::full(0.5_f32, shape, &Device::Cpu).unwrap()).unwrap()
}

fn fitted(units: usize, loss: impl Into<Loss>, data: &Dataset) -> Result<History> {
    let mut model = Sequential::new([2]).add(Dense::new(units).activation(Sigmoid)).build(1)?;
    model.compile(Adam::new(), loss, None::<Metric>)?;
    model.fit(data, quiet())
}

#[test]
fn numbers_as_targets_have_no_classes() {
    let data = numbers(&[4]);
    assert!(data.labels().is_empty() && data.class_names().is_empty() && data.class_counts().is_empty());
    assert!(data.to_string().ends_with("one number to predict for each example, from 0.5 to 0.5"), "{data}");
    assert_eq!(data.one_hot().to_tensors().unwrap().1.dims(), [4]);
    assert_eq!(data.slice(1..3).unwrap().to_tensors().unwrap().1.dims(), [2]);
    assert_eq!(numbers(&[4, 2, 3]).to_tensors().unwrap().1.dims(), [4, 2, 3]);
    assert!(fitted(1, MeanSquaredError, &data).is_ok() && fitted(3, MeanSquaredError, &numbers(&[4, 3])).is_ok());
}

#[test]
fn targets_that_do_not_fit_the_loss_say_so() {
    let shape = ErrorKind::Shape;
    says(fitted(2, MeanSquaredError, &numbers(&[4, 3])), shape, &["MeanSquaredError", "shape [2]", "have [3]"]);
    says(fitted(2, Huber::new(), &points(8)), shape, &["Huber", "targets are classes", "one_hot()"]);
    says(fitted(2, SparseCategoricalCrossentropy::new(), &numbers(&[4])), shape, &["one number to predict for each"]);
    says(fitted(2, CategoricalCrossentropy::new(), &numbers(&[4])), shape, &["expected a row of 2"]);
    let three = Dataset::from_bytes(vec![0; 6], [2], vec![0, 1, 2], ["a", "b", "c"]).unwrap();
    says(fitted(1, BinaryCrossentropy::new(), &three), shape, &["classes 0 and 1", "a class 2", "3 units"]);
    let x = Tensor::zeros((1, 2), DType::F32, &Device::Cpu).unwrap();
    let far = Dataset::from_tensors(&x, &Tensor::new(&[3f32], &Device::Cpu).unwrap()).unwrap();
    says(fitted(1, BinaryCrossentropy::new(), &far), shape, &["from 0 to 1", "has 3"]);
}

#[test]
fn options_of_losses_and_metrics_out_of_range_say_so() {
    let argument = ErrorKind::Argument;
    let compile = |loss: Loss, metrics: &[Metric]| {
        let mut model = Sequential::new([2]).add(Dense::new(2)).build(1).unwrap();
        model.compile(Adam::new(), loss, metrics.iter().cloned())
    };
    says(compile(Huber::new().delta(0.0).into(), &[]), argument, &["Huber: delta 0", "above 0"]);
    let smooth = CategoricalCrossentropy::new().from_logits(true).label_smoothing(1.5);
    says(compile(smooth.into(), &[]), argument, &["label_smoothing 1.5", "from 0 to 1"]);
    says(compile(BinaryCrossentropy::new().into(), &[]), argument, &["ends with Linear", ".activation(Sigmoid)"]);
    says(compile(Loss::MeanSquaredError, &[TopKAccuracy::new(0).into()]), argument, &["k = 0", "at least 1"]);
    let own = |name: &str| Metric::custom(name, |targets, _| Ok(targets.clone()));
    says(compile(Loss::MeanSquaredError, &[own("loss")]), argument, &["\"loss\"", "name of its own"]);
    says(compile(Loss::MeanSquaredError, &[own("a"), own("a")]), argument, &["two metrics are called \"a\""]);
}

#[test]
fn weights_that_do_not_fit_say_so() {
    let data = points(8);
    let mut model = compiled(&small(), 1);
    let argument = ErrorKind::Argument;
    says(model.fit(&data, quiet().class_weight([(2, 1.0)])), argument, &["class 2", "2 classes"]);
    says(model.fit(&data, quiet().class_weight([(1, -1.0)])), argument, &["class_weight -1 for class 1"]);
    says(model.fit(&data, quiet().sample_weight(vec![1.0; 3])), ErrorKind::Shape, &["3 numbers", "8 examples"]);
    says(model.fit(&data, quiet().sample_weight(vec![f32::NAN; 8])), argument, &["sample_weight NaN for example 0"]);
    let both = quiet().sample_weight(vec![1.0; 8]).class_weight([(0, 1.0)]);
    says(model.fit(&data, both), argument, &["both class_weight and sample_weight"]);
}

#[test]
fn a_function_of_ones_own_is_a_loss_and_a_metric() {
    let mean = |targets: &Tensor, predictions: &Tensor| Ok((predictions - targets)?.sqr()?.mean_all()?);
    let x = Tensor::new(&[[0f32, 1.0], [2.0, 3.0], [1.0, 1.0]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[[1f32], [2.0], [3.0]], &Device::Cpu).unwrap()).unwrap();
    let mut model = Sequential::new([2]).add(Dense::new(1)).build(1).unwrap();
    model.compile(Adam::new(), MeanSquaredError, [Metric::custom("own", mean)]).unwrap();
    let score = model.evaluate(&data).unwrap();
    assert!((score.loss - score.get("own").unwrap()).abs() < 1e-6);
    model.compile(Adam::new(), Loss::custom("own", mean), None::<Metric>).unwrap();
    assert!((model.evaluate(&data).unwrap().loss - score.loss).abs() < 1e-6);
    assert!(model.to_string().contains("own"));

    let wrong = Loss::custom("wrong", |targets, _| Ok(targets.narrow(0, 0, 2)?));
    model.compile(Adam::new(), wrong.clone(), None::<Metric>).unwrap();
    says(model.evaluate(&data), ErrorKind::Shape, &["\"wrong\"", "3 examples", "[2, 1]"]);
    assert_eq!(wrong, wrong.clone());
    let refused = serde_json::to_string(&wrong).unwrap_err().to_string();
    assert!(refused.contains("\"wrong\" is a function of your own"), "{refused}");
}
