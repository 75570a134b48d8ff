//! Small trainings compared with Keras number for number: every regularizer, loss, weighting and layer.

use super::{flat, numbers, quiet};
use serde_json::Value;
use tealight::prelude::*;

/// A training by Keras, from `vectors/make_keras_training.py`.
struct Case(Value);

impl Case {
    fn new(name: &str) -> Self {
        let keras: Value = serde_json::from_str(include_str!("../vectors/keras_training.json")).unwrap();
        Self(keras["cases"][name].clone())
    }

    /// Returns the values called `key`, with their shape.
    fn tensor(&self, key: &str) -> Tensor {
        tensor(&self.0[key])
    }

    /// Returns the weights of the examples.
    fn weights(&self) -> Vec<f32> {
        numbers(&self.0["sample_weight"]).into_iter().map(|weight| weight as f32).collect()
    }

    fn data(&self, part: &str, as_classes: bool) -> Dataset {
        let (x, y) = (self.tensor(&format!("{part}x")), self.tensor(&format!("{part}y")));
        let y = if as_classes { y.flatten_all().unwrap().to_dtype(DType::U32).unwrap() } else { y };
        Dataset::from_tensors(&x, &y).unwrap()
    }

    /// Trains `network` from Keras's initial weights, and compares everything that Keras measured.
    fn check(&self, network: &Sequential, loss: impl Into<Loss>, metrics: &[Metric], as_classes: bool) {
        let held_out = self.data("held_out_", as_classes);
        self.check_fit(network, loss, metrics, as_classes, quiet().validation_data(&held_out));
    }

    fn check_fit(
        &self,
        network: &Sequential,
        loss: impl Into<Loss>,
        metrics: &[Metric],
        as_classes: bool,
        options: Fit,
    ) {
        let mut model = network.build(0).unwrap();
        let start = model.weights().unwrap();
        assert_eq!(start.len(), self.0["start"].as_array().unwrap().len());
        for ((name, _), values) in start.iter().zip(self.0["start"].as_array().unwrap()) {
            model.set_weight(name, &tensor(values)).unwrap();
        }
        model.compile(Adam::new().learning_rate(0.01), loss, metrics.to_vec()).unwrap();
        let data = self.data("", as_classes);
        let history = model.fit(&data, options.epochs(3).batch_size(8).shuffle(false)).unwrap();
        for (name, column) in self.0["history"].as_object().unwrap() {
            close(&format!("{name} of {:?}", history.names()), history.get(name).unwrap(), &numbers(column), 1e-5);
        }
        for ((name, weight), values) in model.weights().unwrap().iter().zip(self.0["end"].as_array().unwrap()) {
            close(name, &wide(weight), &numbers(values), 1e-5);
        }
        let outputs = model.predict(&self.data("held_out_", as_classes)).unwrap();
        close("outputs", &wide(&outputs), &numbers(&self.0["outputs"]), 1e-5);
    }
}

fn wide(tensor: &Tensor) -> Vec<f64> {
    flat(tensor).into_iter().map(f64::from).collect()
}

/// Returns a tensor of type `f32` from nested lists of numbers.
fn tensor(value: &Value) -> Tensor {
    let (mut shape, mut inner) = (Vec::new(), value);
    while let Value::Array(values) = inner {
        shape.push(values.len());
        inner = &values[0];
    }
    Tensor::from_vec(numbers(value), shape, &Device::Cpu).unwrap().to_dtype(DType::F32).unwrap()
}

#[track_caller]
fn close(what: &str, ours: &[f64], theirs: &[f64], tolerance: f64) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let error = (ours - theirs).abs();
        assert!(error <= tolerance * theirs.abs().max(0.1), "{what} [{index}]: {ours} for {theirs}");
    }
}

#[test]
fn regularizers_and_constraints_train_as_in_keras() {
    let network = Sequential::new([6])
        .add(
            Dense::new(5)
                .activation(Relu)
                .kernel_regularizer(L1L2::new(0.01, 0.02))
                .bias_regularizer(L2::new(0.05))
                .activity_regularizer(L1L2::new(0.03, 0.04))
                .kernel_constraint(MaxNorm::new(0.7)),
        )
        .add(Dense::new(4).activation(Tanh).bias_regularizer(L1::default()).kernel_constraint(MaxNorm::default()))
        .add(Dense::new(3).activation(Softmax).kernel_regularizer(L2::default()).activity_regularizer(L2::new(0.2)));
    Case::new("regularized").check(&network, SparseCategoricalCrossentropy::new(), &[Accuracy.into()], true);
}

fn with_hidden() -> Sequential {
    Sequential::new([6]).add(Dense::new(5).activation(Tanh))
}

#[test]
fn label_smoothing_trains_as_in_keras() {
    let network = with_hidden().add(Dense::new(3).activation(Softmax));
    let loss = CategoricalCrossentropy::new().label_smoothing(0.1);
    Case::new("smoothed").check(&network, loss, &[Accuracy.into()], false);
}

#[test]
fn binary_crossentropy_trains_as_in_keras() {
    let metrics = [
        Accuracy.into(),
        Precision::new().into(),
        Recall::new().average(Average::Macro).into(),
        MeanAbsoluteError.into(),
    ];
    let case = Case::new("binary");
    let network = with_hidden().add(Dense::new(1).activation(Sigmoid));
    case.check(&network, BinaryCrossentropy::new(), &metrics, true);
    case.check(&network, BinaryCrossentropy::new(), &metrics, false);
    let network = with_hidden().add(Dense::new(3));
    let loss = BinaryCrossentropy::new().from_logits(true).label_smoothing(0.2);
    Case::new("multi").check(&network, loss, &[], false);
}

#[test]
fn regression_losses_train_as_in_keras() {
    let network = with_hidden().add(Dense::new(2));
    Case::new("squared").check(&network, MeanSquaredError, &[MeanAbsoluteError.into()], false);
    Case::new("absolute").check(&network, MeanAbsoluteError, &[], false);
    Case::new("huber").check(&network, Huber::new().delta(0.7), &[], false);
    let cubes = |targets: &Tensor, predictions: &Tensor| Ok((predictions - targets)?.abs()?.powf(3.0)?.sum(1)?);
    let case = Case::new("custom");
    let options = quiet().sample_weight(case.weights()).validation_split(0.2);
    case.check_fit(&network, Loss::custom("cubes", cubes), &[], false, options);
}

#[test]
fn class_weight_and_sample_weight_train_as_in_keras() {
    let network = with_hidden().add(Dense::new(3).activation(Softmax));
    let metrics = [Accuracy.into(), TopKAccuracy::new(2).into()];
    let case = Case::new("class_weight");
    let options = quiet().class_weight([(0, 0.5), (2, 3.0)]).validation_data(&case.data("held_out_", true));
    case.check_fit(&network, SparseCategoricalCrossentropy::new(), &metrics, true, options);

    let case = Case::new("sample_weight");
    let options = quiet().sample_weight(case.weights()).validation_split(0.2);
    case.check_fit(&network, CategoricalCrossentropy::new(), &[Accuracy.into()], false, options);

    let case = Case::new("weighted_numbers");
    let options = quiet().sample_weight(case.weights()).validation_data(&case.data("held_out_", false));
    case.check_fit(&with_hidden().add(Dense::new(2)), MeanSquaredError, &[], false, options);
}

#[test]
fn precision_recall_and_f1_are_those_of_scikit_learn() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/metrics.json")).unwrap();
    let labels = Tensor::new(super::labels(&vectors["true"]), &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&tensor(&vectors["outputs"]), &labels).unwrap();
    // A network that returns its input, so that the outputs are those of the vectors.
    let mut model = Sequential::new([6]).add(Linear).build(0).unwrap();
    for (average, key) in [(Average::Macro, "macro"), (Average::Micro, "micro"), (Average::Weighted, "weighted")] {
        let metrics: [Metric; 3] = [
            Precision::new().average(average).into(),
            Recall::new().average(average).into(),
            F1Score::new().average(average).into(),
        ];
        let loss = SparseCategoricalCrossentropy::new().from_logits(true);
        model.compile(Adam::new(), loss, metrics).unwrap();
        let score = model.evaluate(&data).unwrap();
        let ours = score.metrics.iter().map(|(_, value)| *value).collect::<Vec<_>>();
        close(key, &ours, &numbers(&vectors["cases"][key]), 1e-12);
        // The history has the same numbers for batches of 7: the metrics are those of the whole epoch.
        let history = model.fit(&data, quiet().batch_size(7)).unwrap();
        for (name, value) in &score.metrics {
            assert!((history.last(name).unwrap() - value).abs() < 1e-12, "{name}");
        }
    }
}

#[test]
fn conv2d_pooling_batch_normalization_train_as_in_keras() {
    let network = Sequential::new([7, 6, 2])
        .add(Conv2D::new(3, [3, 3]).padding(Padding::Same).activation(Relu).kernel_regularizer(L2::new(0.02)))
        .add(BatchNormalization::new())
        .add(MaxPooling2D::new())
        .add(Conv2D::new(4, [2, 3]).strides([2, 1]).padding(Padding::Same).use_bias(false))
        .add(LeakyRelu::new())
        .add(AveragePooling2D::new().strides([1, 2]).padding(Padding::Same))
        .add(Flatten)
        .add(Dense::new(3).activation(Softmax));
    let loss = SparseCategoricalCrossentropy::new();
    Case::new("convolution").check(&network, loss, &[Accuracy.into()], true);

    let network = Sequential::new([9, 8])
        .add(Reshape::new([6, -1, 2]))
        .add(MaxPooling2D::new().pool_size([3, 2]).strides([2, 2]).padding(Padding::Same))
        .add(Conv2D::new(4, [2, 3]).strides([1, 2]).activation(Tanh))
        .add(BatchNormalization::new().momentum(0.8).epsilon(0.01))
        .add(AveragePooling2D::new().pool_size([1, 1]))
        .add(GlobalAveragePooling2D)
        .add(Dense::new(5).activation(Tanh))
        .add(BatchNormalization::new())
        .add(Dense::new(3).activation(Softmax));
    let summary = network.summary().unwrap();
    assert_eq!((summary.total_params(), summary.non_trainable_params()), (52 + 16 + 25 + 20 + 18, 18));
    Case::new("global_average").check(&network, loss, &[Accuracy.into()], true);
}

#[test]
fn conv2d_max_norm_batch_normalization_train_as_in_keras() {
    let network = Sequential::new([5, 4, 2])
        .add(
            Conv2D::new(4, [3, 2])
                .padding(Padding::Same)
                .activation(Tanh)
                .bias_regularizer(L2::new(0.05))
                .activity_regularizer(L1L2::new(0.003, 0.004))
                .kernel_constraint(MaxNorm::new(0.9).axis([0, 1, 2])),
        )
        .add(BatchNormalization::new().center(false))
        .add(
            Conv2D::new(3, [2, 2])
                .use_bias(false)
                .kernel_regularizer(L1::new(0.001))
                .kernel_constraint(MaxNorm::new(0.5)),
        )
        .add(BatchNormalization::new().scale(false))
        .add(Tanh)
        .add(Conv2D::new(3, [2, 2]).use_bias(false).kernel_constraint(MaxNorm::new(0.4).axis([1, 3])))
        .add(BatchNormalization::new().center(false).scale(false))
        .add(Flatten)
        .add(Dense::new(3).activation(Softmax).kernel_constraint(MaxNorm::new(0.8).axis([1])));
    let summary = network.summary().unwrap();
    assert_eq!((summary.total_params(), summary.non_trainable_params()), (52 + 12 + 48 + 9 + 36 + 6 + 57, 8 + 6 + 6));
    let loss = SparseCategoricalCrossentropy::new();
    Case::new("bounded_convolution").check(&network, loss, &[Accuracy.into()], true);
}

#[test]
fn mixture_density_trains_as_its_formula() {
    let network = with_hidden().add(MixtureDensity::new(3));
    Case::new("mixture").check(&network, MixtureNegativeLogLikelihood, &[], false);
    let case = Case::new("weighted_mixture");
    let options = quiet().sample_weight(case.weights()).validation_data(&case.data("held_out_", false));
    case.check_fit(&network, MixtureNegativeLogLikelihood, &[], false, options);
}
