//! `LayerNormalization` against Keras: outputs, gradients, a training, a saved model.

use super::{flat, numbers, quiet, says};
use serde_json::Value;
use std::path::Path;
use tealight::candle_core::Var;
use tealight::prelude::*;

/// The vectors of `vectors/make_layer_normalization.py`.
fn keras() -> Value {
    serde_json::from_str(include_str!("../vectors/layer_normalization.json")).unwrap()
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
fn close(what: &str, ours: &Tensor, theirs: &Value) {
    let (ours, theirs) = (flat(ours), flat(&tensor(theirs)));
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (ours, theirs) in ours.iter().zip(theirs) {
        assert!((ours - theirs).abs() <= 1e-5 * theirs.abs().max(1.0), "{what}: {ours} for {theirs}");
    }
}

fn layer(options: &Value) -> LayerNormalization {
    let mut layer = LayerNormalization::new();
    match &options["axis"] {
        Value::Null => {}
        Value::Array(axes) => layer = layer.axis(axes.iter().map(|axis| axis.as_i64().unwrap())),
        axis => layer = layer.axis([axis.as_i64().unwrap()]),
    }
    if let Some(epsilon) = options["epsilon"].as_f64() {
        layer = layer.epsilon(epsilon);
    }
    layer.center(options["center"] != false).scale(options["scale"] != false)
}

#[test]
fn layer_normalization_has_the_outputs_and_gradients_of_keras() {
    for case in keras()["cases"].as_array().unwrap() {
        let x = Var::from_tensor(&tensor(&case["x"])).unwrap();
        let mut model = Sequential::new(&x.dims()[1..]).add(layer(&case["options"])).build(0).unwrap();
        let names = model.parameters().into_iter().map(|(name, _)| name).collect::<Vec<_>>();
        let start = case["parameters"].as_array().unwrap();
        assert_eq!(names.len(), start.len());
        for (name, values) in names.iter().zip(start) {
            model.set_weight(name, &tensor(values)).unwrap();
        }
        let outputs = model.forward(&x, true).unwrap();
        close("outputs", &outputs, &case["outputs"]);
        assert_eq!(flat(&outputs), flat(&model.forward(&x, false).unwrap()));
        let store = (outputs * tensor(&case["weights"])).unwrap().sum_all().unwrap().backward().unwrap();
        let vars = std::iter::once(x).chain(model.parameters().into_iter().map(|(_, var)| var));
        for (var, gradient) in vars.zip(case["gradients"].as_array().unwrap()) {
            close(&format!("gradient {:?}", case["options"]), store.get(&var).unwrap(), gradient);
        }
    }
}

#[test]
fn layer_normalization_trains_as_in_keras() {
    let keras = &keras()["training"];
    let normalization = LayerNormalization::new()
        .gamma_regularizer(L2::new(0.05))
        .beta_regularizer(L1::new(0.02))
        .gamma_constraint(MaxNorm::new(2.0))
        .beta_initializer(Constant::new(0.1));
    let network = Sequential::new([6])
        .add(Dense::new(5).activation(Tanh))
        .add(normalization)
        .add(Dense::new(3).activation(Softmax));
    let mut model = network.build(0).unwrap();
    assert_eq!(flat(&model.weight("layer_normalization/beta").unwrap()), [0.1; 5]);
    assert_eq!(flat(&model.weight("layer_normalization/gamma").unwrap()), [1.0; 5]);
    for ((name, _), values) in model.parameters().iter().zip(keras["start"].as_array().unwrap()) {
        model.set_weight(name, &tensor(values)).unwrap();
    }
    model.compile(Adam::new().learning_rate(0.01), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    let labels = tensor(&keras["y"]).to_dtype(DType::U32).unwrap();
    let data = Dataset::from_tensors(&tensor(&keras["x"]), &labels).unwrap();
    let history = model.fit(&data, quiet().epochs(3).batch_size(8).shuffle(false)).unwrap();
    for name in ["loss", "accuracy"] {
        for (ours, theirs) in history.get(name).unwrap().iter().zip(numbers(&keras["history"][name])) {
            assert!((ours - theirs).abs() < 1e-5, "{name}: {ours} for {theirs}");
        }
    }
    for ((name, weight), values) in model.weights().unwrap().iter().zip(keras["end"].as_array().unwrap()) {
        close(name, weight, values);
    }

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("model.safetensors");
    model.save(&path).unwrap();
    let again = Model::load(&path).unwrap();
    assert_eq!(again.network(), &network);
    assert_eq!(flat(&again.predict(&data).unwrap()), flat(&model.predict(&data).unwrap()));
}

#[test]
fn layer_normalization_of_a_keras_file_predicts_the_same() {
    let network = Sequential::new([3, 4])
        .add(LayerNormalization::new().axis([1, 2]))
        .add(Flatten)
        .add(Dense::new(5).activation(Relu))
        .add(LayerNormalization::new().center(false))
        .add(Dense::new(2).activation(Softmax));
    let summary = network.summary().unwrap();
    assert_eq!((summary.total_params(), summary.non_trainable_params()), (24 + 65 + 5 + 12, 0));
    assert!(summary.to_string().contains("layer_normalization_1 (LayerNormalization)"), "{summary}");
    let mut model = network.build(0).unwrap();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/layer_normalization.keras");
    model.load_keras_weights(file).unwrap();
    let saved = &keras()["saved"];
    close("outputs", &model.forward(&tensor(&saved["x"]), false).unwrap(), &saved["outputs"]);
}

#[test]
fn layer_normalization_checks_its_options() {
    let fails = |layer: LayerNormalization, parts: &[&str]| {
        says(Sequential::new([3, 4]).add(layer).build(0), ErrorKind::Argument, parts);
    };
    fails(LayerNormalization::new().axis([0]), &["LayerNormalization \"layer_normalization\": axis [0]", "[3, 4]"]);
    fails(LayerNormalization::new().axis([1, -2]), &["axis [1, -2]", "different dimensions from 1 to 2"]);
    fails(LayerNormalization::new().axis([0_i64; 0]), &["axis []", "such as [-1]"]);
    fails(LayerNormalization::new().epsilon(0.0), &["epsilon 0", "above 0"]);
    fails(LayerNormalization::new().gamma_initializer(Constant::new(f64::NAN)), &["Constant initializer of NaN"]);
    fails(LayerNormalization::new().beta_regularizer(L2::new(-1.0)), &["l2 = -1"]);
    fails(LayerNormalization::new().gamma_constraint(MaxNorm::new(0.0)), &["MaxNorm of 0"]);
}
