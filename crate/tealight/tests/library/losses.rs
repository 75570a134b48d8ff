//! Losses and metrics: invalid options, targets and weights, and user-defined functions.

use super::{compiled, flat, points, quiet, says, small};
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
fn regression_targets_have_no_classes() {
    let data = numbers(&[4]);
    assert!(data.labels().is_empty() && data.class_names().is_empty() && data.class_counts().is_empty());
    assert!(data.to_string().ends_with("one number to predict for each example, from 0.5 to 0.5"), "{data}");
    assert_eq!(data.one_hot().to_tensors().unwrap().1.dims(), [4]);
    assert_eq!(data.slice(1..3).unwrap().to_tensors().unwrap().1.dims(), [2]);
    assert_eq!(numbers(&[4, 2, 3]).to_tensors().unwrap().1.dims(), [4, 2, 3]);
    assert!(fitted(1, MeanSquaredError, &data).is_ok() && fitted(3, MeanSquaredError, &numbers(&[4, 3])).is_ok());
}

#[test]
fn loss_rejects_targets_that_do_not_fit() {
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
fn loss_and_metric_options_out_of_range_are_errors() {
    let argument = ErrorKind::Argument;
    let compile = |loss: Loss, metrics: &[Metric]| {
        let mut model = Sequential::new([2]).add(Dense::new(2)).build(1).unwrap();
        model.compile(Adam::new(), loss, metrics)
    };
    says(compile(Huber::new().delta(0.0).into(), &[]), argument, &["Huber: delta 0", "above 0"]);
    let smooth = CategoricalCrossentropy::new().from_logits(true).label_smoothing(1.5);
    says(compile(smooth.into(), &[]), argument, &["label_smoothing 1.5", "from 0 to 1"]);
    says(compile(BinaryCrossentropy::new().into(), &[]), argument, &["ends with Linear", ".activation(Sigmoid)"]);
    says(compile(Loss::MeanSquaredError, &[TopKAccuracy::new(0).into()]), argument, &["k = 0", "at least 1"]);
    let own = |name: &str| Metric::custom(name, |targets, _| Ok(targets.clone()));
    says(compile(Loss::MeanSquaredError, &[own("loss")]), argument, &["\"loss\"", "reserved", "another name"]);
    says(compile(Loss::MeanSquaredError, &[own("a"), own("a")]), argument, &["two metrics are called \"a\""]);
}

#[test]
fn invalid_class_and_sample_weights_are_errors() {
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

/// y = 2 x + 1 at 32 points, with targets of shape [32] and outputs of shape [32, 1].
fn line() -> (Dataset, Sequential) {
    let x =
        Tensor::arange(0_f32, 32.0, &Device::Cpu).unwrap().affine(1.0 / 16.0, -1.0).unwrap().reshape((32, 1)).unwrap();
    let y = x.affine(2.0, 1.0).unwrap().flatten_all().unwrap();
    (Dataset::from_tensors(&x, &y).unwrap(), Sequential::new(1).add(Dense::new(1)))
}

#[test]
fn custom_loss_gets_targets_in_the_shape_of_the_outputs() {
    let (data, network) = line();
    let learned = |loss: Loss| {
        let mut model = network.build(1).unwrap();
        model.compile(SGD::new().learning_rate(0.1), loss, [MeanAbsoluteError]).unwrap();
        model.fit(&data, quiet().epochs(50)).unwrap();
        flat(&model.weight("dense/kernel").unwrap())[0]
    };
    let expected = learned(MeanSquaredError.into());
    assert!((expected - 1.918).abs() < 0.05, "{expected}");
    let minus = Loss::custom("squares", |targets, predictions| Ok((predictions - targets)?.sqr()?));
    // With targets of shape [32], this broadcast to [32, 32] and learned a kernel of -0.018.
    let broadcast = Loss::custom("squares", |targets, predictions| Ok(predictions.broadcast_sub(targets)?.sqr()?));
    for loss in [minus, broadcast] {
        assert!((learned(loss) - expected).abs() < 1e-4);
    }
    // For a network with one output, classes come as numbers.
    let yes = Metric::custom("distance", |targets, predictions| Ok((predictions - targets)?.abs()?));
    let mut model = Sequential::new(2).add(Dense::new(1).activation(Sigmoid)).build(1).unwrap();
    model.compile(SGD::new(), BinaryCrossentropy::new(), (yes, MeanAbsoluteError)).unwrap();
    let score = model.evaluate(&points(40)).unwrap();
    assert!((score.metrics[0].1 - score.metrics[1].1).abs() < 1e-6, "{score}");
}

#[test]
fn custom_loss_errors_state_the_shapes() {
    let (data, network) = line();
    let fitted = |function: fn(&Tensor, &Tensor) -> Result<Tensor>| {
        let mut model = network.build(1)?;
        model.compile(SGD::new(), Loss::custom("squares", function), ())?;
        model.fit(&data, quiet())
    };
    let flattened = fitted(|targets, predictions| Ok((predictions - targets.flatten_all()?)?));
    let parts = [
        "\"squares\": the function failed",
        "targets of shape [32, 1], f32",
        "predictions of shape [32, 1]",
        "shape mismatch",
    ];
    says(flattened, ErrorKind::Candle, &parts);
    let all = fitted(|targets, predictions| Ok(predictions.broadcast_sub(&targets.flatten_all()?)?.sqr()?));
    says(all, ErrorKind::Shape, &["\"squares\"", "[32, 32]", "each example with every other one", ".mean(1)?"]);
    let pairs =
        fitted(|targets, predictions| Ok(predictions.broadcast_sub(&targets.flatten_all()?)?.sqr()?.mean(1)?));
    assert!(pairs.is_ok());
}

#[test]
fn softmax_over_one_unit_matches_keras() {
    // The values of Keras 3.15, which warns, as `build` does.
    let rows = [[0.0f32, 0.1], [0.6, 0.8], [0.1, 0.2], [0.9, 0.8], [0.9, 0.7], [0.3, 0.0], [0.2, 0.2], [0.5, 0.9]];
    let x = Tensor::new(&rows, &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[0u32, 1, 0, 1, 1, 0, 0, 1], &Device::Cpu).unwrap()).unwrap();
    let scores = |activation: Activation, loss: Loss| {
        let hidden = Sequential::new(2).add(Dense::new(64).activation(Tanh));
        let mut model = hidden.add(Dense::new(1).activation(activation)).build(1).unwrap();
        model.compile(SGD::new().learning_rate(0.1).momentum(0.9), loss, Accuracy).unwrap();
        model.fit(&data, quiet().epochs(20).batch_size(4)).unwrap();
        let score = model.evaluate(&data).unwrap();
        (score.loss, score.accuracy().unwrap())
    };
    assert_eq!(scores(Softmax.into(), MeanSquaredError.into()), (0.5, 0.5));
    let (loss, accuracy) = scores(Softmax.into(), BinaryCrossentropy::new().into());
    assert!((loss - 7.97).abs() < 0.1 && accuracy == 0.5, "{loss}");
    let (loss, accuracy) = scores(Sigmoid.into(), MeanSquaredError.into());
    assert!(loss < 0.01 && accuracy == 1.0, "{loss}");
}

#[test]
fn custom_function_as_loss_and_metric() {
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
