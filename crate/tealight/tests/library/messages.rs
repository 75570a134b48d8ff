//! Error messages: they name the place, the given value, the expected one, and what to do.

use super::{compiled, points, quiet, says, small};
use tealight::prelude::*;

#[test]
fn invalid_layers_are_named() {
    let image = || Sequential::new([28, 28]);
    says(
        image().add(Dense::new(10)).summary(),
        ErrorKind::Shape,
        &["Dense \"dense\"", "such as [784]", "got [28, 28]", "Add a Flatten"],
    );
    let network = image().add(Flatten).add(Dense::new(5)).add(Dense::new(0));
    says(network.summary(), ErrorKind::Argument, &["Dense \"dense_1\"", "0 units"]);
    for rate in [1.0, -0.1, 30.0, f64::NAN] {
        let network = image().add(Flatten).add(Dropout::new(rate).name("thin"));
        let rate = format!("rate {rate}");
        says(network.build(1), ErrorKind::Argument, &["Dropout \"thin\"", &rate, "below 1, such as 0.3"]);
    }
    says(image().summary(), ErrorKind::State, &["no layers", "network.add"]);
    says(Sequential::new([28, 0]).add(Flatten).summary(), ErrorKind::Shape, &["[28, 0]"]);
    says(Sequential::new([usize::MAX, 2]).add(Flatten).summary(), ErrorKind::Shape, &["too many"]);
    let twins = Sequential::new([2]).add(Dense::new(2).name("a")).add(Relu).add(Dropout::new(0.1).name("a"));
    says(twins.summary(), ErrorKind::Argument, &["layers 0 and 2 are both named \"a\""]);
    let slash = Sequential::new([2]).add(Dense::new(2).name("a/b"));
    says(slash.summary(), ErrorKind::Argument, &["\"a/b\"", "no /"]);
    let slope = Sequential::new([2]).add(Dense::new(2).activation(LeakyRelu::new().negative_slope(f64::NAN)));
    says(slope.summary(), ErrorKind::Argument, &["Dense \"dense\"", "negative_slope NaN"]);
}

#[test]
fn too_large_layers_are_rejected_before_allocation() {
    let network = |units| Sequential::new([28, 28]).add(Flatten).add(Dense::new(units));
    says(
        network(1_000_000_000).build(1),
        ErrorKind::Argument,
        &["Dense \"dense\"", "785,000,000,000 parameters (2.86 TB)", "up to 8.00 GB", "fewer units"],
    );
    says(network(usize::MAX).build(1), ErrorKind::Argument, &["Dense \"dense\"", "units are more than"]);
    // Each layer fits, but not all together.
    let sum = Sequential::new([30_000]).add(Dense::new(30_000)).add(Dense::new(30_000)).add(Dense::new(30_000));
    says(sum.build(1), ErrorKind::Argument, &["Dense", "up to 8.00 GB"]);
}

#[test]
fn optimizer_options_out_of_range_are_named() {
    let mut model = small().build(1).unwrap();
    let cases = [
        (Adam::new().learning_rate(0.0), "learning_rate 0"),
        (Adam::new().learning_rate(f64::NAN), "learning_rate NaN"),
        (Adam::new().beta_1(1.0), "beta_1 1"),
        (Adam::new().beta_2(-0.5), "beta_2 -0.5"),
        (Adam::new().epsilon(-1e-7), "epsilon"),
    ];
    for (adam, what) in cases {
        let compiled = model.compile(adam, SparseCategoricalCrossentropy::new(), [Accuracy]);
        says(compiled, ErrorKind::Argument, &["Adam", what, "expected a number"]);
    }
}

#[test]
fn clipping_and_schedules_out_of_range_are_named() {
    let mut model = small().build(1).unwrap();
    let mut fails = |optimizer: Optimizer, parts: &[&str]| {
        let compiled = model.compile(optimizer, SparseCategoricalCrossentropy::new(), [Accuracy]);
        says(compiled, ErrorKind::Argument, parts);
    };
    fails(SGD::new().momentum(1.0).into(), &["SGD: momentum 1", "below 1, such as 0.9"]);
    fails(SGD::new().clipnorm(0.0).into(), &["SGD: clipnorm 0", "above 0"]);
    let both = RMSprop::new().clipvalue(1.0).global_clipnorm(1.0);
    fails(both.into(), &["RMSprop: clipvalue and global_clipnorm", "Keep one"]);
    fails(AdamW::new().weight_decay(-1.0).into(), &["AdamW: weight_decay -1", "0 or more"]);
    let schedule = |rate: LearningRate| SGD::new().learning_rate(rate).into();
    fails(schedule(CosineDecay::new(0.1, 0).into()), &["SGD: CosineDecay: decay_steps 0", "at least 1"]);
    fails(schedule(ExponentialDecay::new(-0.1, 10, 0.5).into()), &["ExponentialDecay: initial -0.1", "above 0"]);
    fails(schedule(StepDecay::new(0.1, -3, 0.5).into()), &["StepDecay: every -3"]);
    fails(schedule(PiecewiseConstantDecay::new([5], [0.1]).into()), &["1 values for 1 boundaries", "one value more"]);
    fails(
        schedule(PiecewiseConstantDecay::new([5, 2], [0.1, 0.2, 0.3]).into()),
        &["boundaries [5, 2]", "increasing steps"],
    );
}

#[test]
fn set_learning_rate_checks_range_and_schedule() {
    let mut model = small().build(1).unwrap();
    says(model.set_learning_rate(0.1), ErrorKind::State, &["not compiled"]);
    model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    says(model.set_learning_rate(-0.1), ErrorKind::Argument, &["Adam: learning_rate -0.1"]);
    let falling = Adam::new().learning_rate(ExponentialDecay::new(0.1, 10, 0.5));
    model.compile(falling, SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    says(
        model.set_learning_rate(0.1),
        ErrorKind::State,
        &["Adam", "follows a schedule", "Adam::new().learning_rate(0.1)"],
    );
    model.fit(&points(20), quiet().epochs(5).batch_size(10)).unwrap();
    assert_eq!(model.learning_rate().unwrap(), 0.05);
}

#[test]
fn loss_that_does_not_fit_the_outputs_says_what_to_do() {
    let mut linear = Sequential::new([2]).add(Dense::new(2)).build(1).unwrap();
    says(
        linear.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy]),
        ErrorKind::Argument,
        &["SparseCategoricalCrossentropy", "ends with Linear", ".activation(Softmax)", ".from_logits(true)"],
    );
    let mut dropped = Sequential::new([2]).add(Dense::new(2)).add(Dropout::new(0.1)).build(1).unwrap();
    assert!(dropped.compile(Adam::new(), CategoricalCrossentropy::new(), [Accuracy]).is_err());
    let mut image = Sequential::new([2, 2]).add(Softmax).build(1).unwrap();
    says(
        image.compile(Adam::new(), CategoricalCrossentropy::new(), [Accuracy]),
        ErrorKind::Shape,
        &["one number for each class", "[2, 2]", "Flatten"],
    );
}

#[test]
fn targets_that_do_not_fit_name_both_sides() {
    let mut sparse = compiled(&small(), 1);
    let data = points(20);
    says(
        sparse.fit(&data.one_hot(), quiet()),
        ErrorKind::Shape,
        &["SparseCategoricalCrossentropy", "rows of 2", "CategoricalCrossentropy"],
    );
    let x = Tensor::zeros((2, 2), DType::F32, &Device::Cpu).unwrap();
    let seven = Dataset::from_tensors(&x, &Tensor::new(&[1u32, 7], &Device::Cpu).unwrap()).unwrap();
    says(sparse.fit(&seven, quiet()), ErrorKind::Shape, &["2 outputs (classes 0 to 1)", "class 7", "8 units"]);
    says(sparse.evaluate(&seven), ErrorKind::Shape, &["class 7"]);

    let mut rows = small().build(1).unwrap();
    rows.compile(Adam::new(), CategoricalCrossentropy::new(), [Accuracy]).unwrap();
    says(rows.fit(&data, quiet()), ErrorKind::Shape, &["CategoricalCrossentropy", "are classes", "one_hot()"]);
    says(rows.fit(&seven.one_hot(), quiet()), ErrorKind::Shape, &["2 outputs", "rows of 8"]);
}

#[test]
fn fit_checks_its_options() {
    let (mut model, data) = (compiled(&small(), 1), points(20));
    let mut fails = |options: Fit, parts: &[&str]| says(model.fit(&data, options), ErrorKind::Argument, parts);
    fails(quiet().epochs(0), &["Fit: 0 epochs", "at least 1"]);
    fails(quiet().batch_size(0), &["Fit: batch_size 0", "at least 1"]);
    fails(quiet().validation_split(1.5), &["validation split 1.5"]);
    fails(quiet().validation_split(0.1).validation_data(&data), &["both validation_split and validation_data"]);
}

#[test]
fn uncompiled_model_says_how_to_compile() {
    let mut model = small().build(1).unwrap();
    says(model.fit(&points(9), quiet()), ErrorKind::State, &["not compiled", "model.compile("]);
    says(model.evaluate(&points(9)), ErrorKind::State, &["not compiled", "model.compile("]);
    assert!(model.predict(&points(9)).is_ok());
}

#[test]
fn data_that_does_not_fit_the_model_names_both_shapes() {
    let images = Dataset::from_bytes(vec![0; 16], [2, 4], vec![0, 1], ["a", "b"]).unwrap();
    let flat = Sequential::new([8]).add(Dense::new(2).activation(Softmax));
    let mut model = compiled(&flat, 1);
    let expected = ["[8]", "training data have [2, 4]", "Both hold 8 numbers", "Sequential::new([2, 4]).add(Flatten)"];
    says(model.fit(&images, quiet()), ErrorKind::Shape, &expected);
    let points = points(9);
    says(model.predict(&points), ErrorKind::Shape, &["[8]", "[2]", "Sequential::new([2])"]);
    says(model.evaluate(&points), ErrorKind::Shape, &["[8]", "[2]"]);
    let mut other = compiled(&small(), 1);
    let options = quiet().validation_data(&images);
    says(other.fit(&points, options), ErrorKind::Shape, &["validation data have [2, 4]"]);
    let x = Tensor::zeros((3, 4), DType::F32, &Device::Cpu).unwrap();
    says(model.forward(&x, false), ErrorKind::Shape, &["[8] for each example", "got [3, 4]"]);
    let x = Tensor::zeros((3, 8), DType::F64, &Device::Cpu).unwrap();
    says(model.forward(&x, false), ErrorKind::Argument, &["f32", "f64", "to_dtype"]);
}

#[test]
fn unknown_names_list_the_known_ones() {
    let mut model = compiled(&small(), 1);
    let history = model.fit(&points(20), quiet()).unwrap();
    says(history.get("val_loss"), ErrorKind::Name, &["\"val_loss\"", "accuracy, loss", "validation_data"]);
    says(history.get("precision"), ErrorKind::Name, &["it has accuracy, loss", "Compile the model with the metric"]);
    says(History::new().last("loss"), ErrorKind::Name, &["no epochs"]);
    let score = model.evaluate(&points(20)).unwrap();
    says(score.get("recall"), ErrorKind::Name, &["\"recall\"", "loss, accuracy"]);
}
