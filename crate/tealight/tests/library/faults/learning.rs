//! Trainings from which nothing can come.

use super::super::{compiled, flat, points, quiet, says, small};
use tealight::prelude::*;

/// Five examples, the fourth of which has `number` among its inputs.
fn inputs_with(number: f32) -> Dataset {
    let x = Tensor::new(&[[0.0_f32, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, number], [0.0, 0.0]], &Device::Cpu).unwrap();
    Dataset::from_tensors(&x, &Tensor::new(&[0_u32, 1, 1, 0, 1], &Device::Cpu).unwrap()).unwrap()
}

#[test]
fn numbers_that_are_none_are_found_before_a_training() {
    for (number, name) in [(f32::NAN, "NaN"), (f32::INFINITY, "inf"), (f32::NEG_INFINITY, "-inf")] {
        let bad = inputs_with(number);
        let mut model = compiled(&small(), 1);
        let what = format!("has an input of {name}");
        let parts = ["Model::fit: example 3 of the training data", &what, "data.select"];
        says(model.fit(&bad, quiet()), ErrorKind::Numeric, &parts);
        let validated = quiet().validation_data(&bad);
        let parts = ["Model::fit: example 3 of the validation data", &what];
        says(model.fit(&points(10), validated), ErrorKind::Numeric, &parts);
        // Of the examples left, counted anew.
        let parts = ["example 1 of the training data", &what];
        says(model.fit(&bad.select(&[4, 3]).unwrap(), quiet()), ErrorKind::Numeric, &parts);
        assert!(model.fit(&bad.select(&[0, 1, 2, 4]).unwrap(), quiet()).is_ok());
        let parts = ["example 0 of the training data", "an input of", "rescaled by"];
        says(model.fit(&points(10).rescale(f64::from(number)), quiet()), ErrorKind::Numeric, &parts);

        // As Keras does it, where that is asked for.
        let history = compiled(&small(), 1).fit(&bad, quiet().terminate_on_nan(false)).unwrap();
        assert!(history.last("loss").unwrap().is_nan());
        assert!(model.evaluate(&bad).unwrap().loss.is_nan());
        let parts = ["Model::predict_classes", "example 3 are NaN, which is no class"];
        says(model.predict_classes(&bad), ErrorKind::Numeric, &parts);
    }
    let x = Tensor::zeros((3, 2), DType::F32, &Device::Cpu).unwrap();
    let y = Tensor::new(&[0.5_f32, 1.0, f32::NAN], &Device::Cpu).unwrap();
    let mut model = Sequential::new([2]).add(Dense::new(1)).build(1).unwrap();
    model.compile(SGD::new(), MeanSquaredError, None::<Metric>).unwrap();
    let numbers = Dataset::from_tensors(&x, &y).unwrap();
    let parts = ["example 2 of the training data has a target of NaN"];
    says(model.fit(&numbers, quiet()), ErrorKind::Numeric, &parts);
}

#[test]
fn steps_that_are_far_too_long_end_a_training_with_what_to_do() {
    let optimizers: [Optimizer; 3] = [
        SGD::new().learning_rate(1e9).into(),
        Adam::new().learning_rate(1e9).into(),
        RMSprop::new().learning_rate(1e9).into(),
    ];
    for optimizer in optimizers {
        let mut model = small().build(1).unwrap();
        model.compile(optimizer, SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
        let parts = ["Model::fit: the loss", "in epoch 1", "a smaller learning rate", "build a new model"];
        says(model.fit(&points(64), quiet().epochs(5)), ErrorKind::Numeric, &parts);
        assert!(model.history().stopped().is_some());
    }
    // One step, after which there is no loss to look at.
    let mut model = Sequential::new([2]).add(Dense::new(1)).build(1).unwrap();
    model.compile(SGD::new().learning_rate(3e38), MeanSquaredError, None::<Metric>).unwrap();
    let data = points(64).rescale(100.0);
    let parts = ["Model::fit: the parameter \"dense/kernel\" became", "in epoch 1", "smaller learning rate"];
    says(model.fit(&data, quiet().batch_size(64)), ErrorKind::Numeric, &parts);
    model.compile(SGD::new(), MeanSquaredError, None::<Metric>).unwrap();
    let sgd = SGD::new().learning_rate(1e300);
    let parts = ["SGD: learning_rate", "a number above 0, such as 0.001"];
    says(model.compile(sgd, MeanSquaredError, None::<Metric>), ErrorKind::Argument, &parts);
}

#[test]
fn a_loss_that_was_large_from_the_start_is_no_fault() {
    let x = Tensor::new(&[[0.0_f32], [1.0], [2.0]], &Device::Cpu).unwrap();
    let y = Tensor::new(&[3e5_f32, -2e5, 1e5], &Device::Cpu).unwrap();
    let mut model = Sequential::new([1]).add(Dense::new(1)).build(1).unwrap();
    model.compile(SGD::new(), MeanSquaredError, None::<Metric>).unwrap();
    let history = model.fit(&Dataset::from_tensors(&x, &y).unwrap(), quiet().epochs(3)).unwrap();
    assert!(history.get("loss").unwrap()[0] > 1e9);
}

#[test]
fn a_batch_may_be_larger_than_the_data() {
    let train = |size: u64| {
        let mut model = compiled(&small(), 1);
        model.fit(&points(20), quiet().batch_size(size)).unwrap();
        model.weights().unwrap().iter().flat_map(|(_, weight)| flat(weight)).collect::<Vec<_>>()
    };
    assert_eq!(train(20), train(21));
    assert_eq!(train(20), train(u64::MAX));
}

#[test]
fn weights_beyond_single_precision_and_parts_of_nothing_are_named() {
    let mut model = compiled(&small(), 1);
    let mut fails = |options: Fit, parts: &[&str]| says(model.fit(&points(20), options), ErrorKind::Argument, parts);
    fails(quiet().class_weight([(1, 1e300)]), &["class_weight 1", "for class 1", "0 or more"]);
    fails(quiet().class_weight([(1, -1.0)]), &["class_weight -1 for class 1", "0 or more"]);
    fails(quiet().class_weight([(7, 1.0)]), &["class_weight for class 7", "has 2 classes"]);
    fails(quiet().validation_split(0.99), &["leaves 0 for training"]);
    fails(quiet().validation_split(-0.1), &["validation split -0.1", "above 0 and below 1"]);
    let one = points(20).take(1).unwrap();
    says(model.fit(&one, quiet().validation_split(0.5)), ErrorKind::Argument, &["0.5 of 1 examples"]);
}

#[test]
fn windows_and_shapes_that_cannot_be_counted_are_named() {
    let image = || Sequential::new([4, 4, 1]);
    let large = 1_u64 << 60;
    let pool = MaxPooling2D::new().pool_size([large, large]).padding(Padding::Same);
    says(
        image().add(pool).summary(),
        ErrorKind::Shape,
        &["more than twice as large as images of [4, 4, 1]", "smaller"],
    );
    let conv = Conv2D::new(2, [9, 9]).padding(Padding::Same);
    says(image().add(conv).summary(), ErrorKind::Shape, &["a window of [9, 9]", "smaller"]);
    assert!(image().add(Conv2D::new(2, [8, 8]).padding(Padding::Same)).summary().is_ok());
    let vast = Sequential::new([1_usize << 31, 1 << 31, 1]).add(Conv2D::new(4, [1, 1])).add(Flatten).add(Dense::new(2));
    says(vast.summary(), ErrorKind::Argument, &["Conv2D \"conv2d\": outputs of shape", "smaller input"]);
}
