//! `docs/coming-from-keras.md` against the prelude and against the names that Keras has.

use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use tealight::candle_nn::VarMap;
use tealight::prelude::*;

const PAGE: &str = include_str!("../../../../docs/coming-from-keras.md");
/// What `vectors/make_keras_names.py` found in Keras.
const KERAS: &str = include_str!("../vectors/keras_names.json");
const LIBRARY: &str = include_str!("../../src/lib.rs");
/// The layers of the prelude, which takes all of them.
const LAYERS: &str = include_str!("../../src/layers.rs");

/// The names that the page may call tealight's, each with an expression that uses it. The expressions are compiled and
/// never run.
macro_rules! there {
    (($($value:tt)*) $($name:literal: $use:expr;)*) => {
        const THERE: &[(&str, &str)] = &[$(($name, stringify!($use))),*];

        #[allow(dead_code, unused_must_use, clippy::let_underscore_must_use, clippy::too_many_arguments)]
        fn compiles($($value)*) -> Result<()> {
            $(let _ = $use;)*
            Ok(())
        }
    };
}

there! {
    (
        mut model: Model, data: Dataset, network: Sequential, history: History, matrix: ConfusionMatrix, x: Tensor,
        own: candle_nn::Linear, callback: impl Callback
    )
    "Sequential": Sequential::new([28, 28]);
    "Sequential::new": Sequential::new([28, 28]);
    "Sequential::add": network.clone().add(Flatten);
    "Sequential::build": network.build(42)?;
    "Sequential::layers": network.layers();
    "Sequential::summary": network.summary()?;
    "Model": |model: Model| model;
    "Model::compile": model.compile(Adam::new(), MeanSquaredError, [Accuracy])?;
    "Model::fit": model.fit(&data, Fit::new())?;
    "Model::evaluate": model.evaluate(&data)?;
    "Model::predict": model.predict(&data)?;
    "Model::forward": model.forward(&x, true)?;
    "Model::summary": model.summary();
    "Model::weight": model.weight("dense/kernel")?;
    "Model::weights": model.weights()?;
    "Model::set_weight": model.set_weight("dense/kernel", &x)?;
    "Model::set_weights": model.set_weights(&[])?;
    "Model::save": model.save("model.safetensors")?;
    "Model::load": Model::load("model.safetensors")?;
    "Model::save_weights": model.save_weights("weights.safetensors")?;
    "Model::load_weights": model.load_weights("weights.safetensors")?;
    "Model::load_keras_weights": model.load_keras_weights("model.keras")?;
    "Summary::total_params": model.summary().total_params();
    "Evaluation::get": model.evaluate(&data)?.get("accuracy")?;
    "History": |history: History| history;
    "History::get": history.get("loss")?;
    "Fit": Fit::new();
    "Fit::epochs": Fit::new().epochs(5);
    "Fit::batch_size": Fit::new().batch_size(64);
    "Fit::verbose": Fit::new().verbose(Verbose::Live);
    "Fit::callback": Fit::new().callback(EarlyStopping::new());
    "Fit::validation_split": Fit::new().validation_split(0.2);
    "Fit::validation_data": Fit::new().validation_data(&data);
    "Fit::shuffle": Fit::new().shuffle(false);
    "Fit::class_weight": Fit::new().class_weight([(1, 4.0)]);
    "Fit::sample_weight": Fit::new().sample_weight([1.0, 2.0]);
    "Fit::terminate_on_nan": Fit::new().terminate_on_nan(false);
    "Verbose::Live": Verbose::Live;
    "Verbose::Lines": Verbose::Lines;
    "Verbose::Silent": Verbose::Silent;
    "Layer": |layer: Layer| layer;
    "Layer::name": Layer::from(Flatten).name("flat");
    "Layer::custom": Layer::custom("own", [4], own, &VarMap::new());
    "Dense": Dense::new(10);
    "Dense::new": Dense::new(10);
    "Dense::activation": Dense::new(10).activation(Relu);
    "Dense::use_bias": Dense::new(10).use_bias(false);
    "Dense::kernel_initializer": Dense::new(10).kernel_initializer(HeNormal);
    "Dense::bias_initializer": Dense::new(10).bias_initializer(Ones);
    "Dense::kernel_regularizer": Dense::new(10).kernel_regularizer(L2::new(0.01));
    "Dense::bias_regularizer": Dense::new(10).bias_regularizer(L2::new(0.01));
    "Dense::activity_regularizer": Dense::new(10).activity_regularizer(L2::new(0.01));
    "Dense::kernel_constraint": Dense::new(10).kernel_constraint(MaxNorm::new(3.0));
    "Flatten": Flatten;
    "Reshape": Reshape::new([28, 28, 1]);
    "Reshape::new": Reshape::new([28, 28, 1]);
    "Dropout": Dropout::new(0.3);
    "Dropout::new": Dropout::new(0.3);
    "BatchNormalization": BatchNormalization::new();
    "BatchNormalization::new": BatchNormalization::new();
    "LayerNormalization": LayerNormalization::new();
    "LayerNormalization::new": LayerNormalization::new();
    "GaussianNoise": GaussianNoise::new(0.1);
    "GaussianNoise::new": GaussianNoise::new(0.1);
    "Conv2D": Conv2D::new(32, [3, 3]);
    "Conv2D::new": Conv2D::new(32, [3, 3]);
    "Conv2D::strides": Conv2D::new(32, [3, 3]).strides([2, 2]);
    "Conv2D::padding": Conv2D::new(32, [3, 3]).padding(Padding::Same);
    "MaxPooling2D": MaxPooling2D::new();
    "MaxPooling2D::new": MaxPooling2D::new();
    "MaxPooling2D::pool_size": MaxPooling2D::new().pool_size([2, 2]);
    "AveragePooling2D": AveragePooling2D::new();
    "AveragePooling2D::new": AveragePooling2D::new();
    "GlobalAveragePooling2D": GlobalAveragePooling2D;
    "Activation": Activation::from(Relu);
    "Relu": Relu;
    "LeakyRelu": LeakyRelu::new();
    "LeakyRelu::new": LeakyRelu::new();
    "Elu::new": Elu::new();
    "Gelu": Gelu;
    "Silu": Silu;
    "Tanh": Tanh;
    "Sigmoid": Sigmoid;
    "Softplus": Softplus;
    "Softmax": Softmax;
    "Linear": Linear;
    "Initializer": Initializer::from(Zeros);
    "GlorotUniform": GlorotUniform;
    "GlorotNormal": GlorotNormal;
    "HeUniform": HeUniform;
    "HeNormal": HeNormal;
    "Zeros": Zeros;
    "Ones": Ones;
    "Constant::new": Constant::new(0.1);
    "Regularizer": Regularizer::from(L2::new(0.01));
    "L1": L1::new(0.01);
    "L1::new": L1::new(0.01);
    "L2": L2::new(0.01);
    "L2::new": L2::new(0.01);
    "L1L2": L1L2::new(0.01, 0.01);
    "L1L2::new": L1L2::new(0.01, 0.01);
    "Constraint": Constraint::from(MaxNorm::new(3.0));
    "MaxNorm": MaxNorm::new(3.0);
    "MaxNorm::new": MaxNorm::new(3.0);
    "Optimizer": Optimizer::from(Adam::new());
    "SGD::new": SGD::new();
    "SGD::momentum": SGD::new().momentum(0.9);
    "SGD::nesterov": SGD::new().nesterov(true);
    "RMSprop::new": RMSprop::new();
    "RMSprop::rho": RMSprop::new().rho(0.9);
    "RMSprop::centered": RMSprop::new().centered(true);
    "Adam": Adam::new();
    "Adam::new": Adam::new();
    "Adam::learning_rate": Adam::new().learning_rate(0.01);
    "Adam::beta_1": Adam::new().beta_1(0.9);
    "Adam::beta_2": Adam::new().beta_2(0.999);
    "Adam::epsilon": Adam::new().epsilon(1e-7);
    "Adam::amsgrad": Adam::new().amsgrad(true);
    "Adam::clipnorm": Adam::new().clipnorm(1.0);
    "Adam::clipvalue": Adam::new().clipvalue(1.0);
    "Adam::global_clipnorm": Adam::new().global_clipnorm(1.0);
    "AdamW": AdamW::new();
    "AdamW::new": AdamW::new();
    "AdamW::weight_decay": AdamW::new().weight_decay(0.004);
    "Adagrad::new": Adagrad::new();
    "Nadam::new": Nadam::new();
    "Adamax::new": Adamax::new();
    "LearningRate": LearningRate::from(0.01);
    "ExponentialDecay": ExponentialDecay::new(0.1, 1000, 0.9);
    "ExponentialDecay::new": ExponentialDecay::new(0.1, 1000, 0.9);
    "CosineDecay": CosineDecay::new(0.1, 1000);
    "CosineDecay::new": CosineDecay::new(0.1, 1000);
    "PiecewiseConstantDecay::new": PiecewiseConstantDecay::new([1000], [0.1, 0.01]);
    "Loss": Loss::from(MeanSquaredError);
    "Loss::custom": Loss::custom("own", |t, p| Ok((p - t)?.sqr()?));
    "SparseCategoricalCrossentropy::new": SparseCategoricalCrossentropy::new();
    "SparseCategoricalCrossentropy::from_logits": SparseCategoricalCrossentropy::new().from_logits(true);
    "SparseCategoricalCrossentropy::label_smoothing": SparseCategoricalCrossentropy::new().label_smoothing(0.1);
    "CategoricalCrossentropy::new": CategoricalCrossentropy::new();
    "BinaryCrossentropy::new": BinaryCrossentropy::new();
    "MeanSquaredError": MeanSquaredError;
    "MeanAbsoluteError": MeanAbsoluteError;
    "Huber::new": Huber::new();
    "Metric": Metric::from(Accuracy);
    "Metric::custom": Metric::custom("own", |t, p| Ok((p - t)?.sqr()?));
    "Accuracy": Accuracy;
    "BinaryAccuracy": BinaryAccuracy;
    "RootMeanSquaredError": RootMeanSquaredError;
    "TopKAccuracy::new": TopKAccuracy::new(3);
    "Precision::new": Precision::new();
    "Precision::average": Precision::new().average(Average::Micro);
    "Recall::new": Recall::new();
    "F1Score::new": F1Score::new();
    "Average": Average::Macro;
    "ConfusionMatrix": |matrix: ConfusionMatrix| matrix;
    "ConfusionMatrix::new": ConfusionMatrix::new(&[0, 1], &[0, 1], &["cat", "dog"])?;
    "ConfusionMatrix::accuracy": matrix.accuracy();
    "ClassificationReport": |report: ClassificationReport| report;
    "ClassificationReport::new": ClassificationReport::new(&[0, 1], &[0, 1], &["cat", "dog"])?;
    "Callback": { let watched: &dyn Callback = &callback; watched.name() };
    "EarlyStopping::new": EarlyStopping::new();
    "EarlyStopping::monitor": EarlyStopping::new().monitor("loss");
    "EarlyStopping::patience": EarlyStopping::new().patience(3);
    "EarlyStopping::min_delta": EarlyStopping::new().min_delta(0.01);
    "EarlyStopping::mode": EarlyStopping::new().mode(Mode::Max);
    "EarlyStopping::baseline": EarlyStopping::new().baseline(0.5);
    "EarlyStopping::restore_best_weights": EarlyStopping::new().restore_best_weights(true);
    "EarlyStopping::start_from_epoch": EarlyStopping::new().start_from_epoch(3);
    "Mode::Max": Mode::Max;
    "ModelCheckpoint::new": ModelCheckpoint::new("best.safetensors");
    "ModelCheckpoint::save_weights_only": ModelCheckpoint::new("best.safetensors").save_weights_only(true);
    "ModelCheckpoint::save_best_only": ModelCheckpoint::new("best.safetensors").save_best_only(true);
    "ReduceLROnPlateau::new": ReduceLROnPlateau::new();
    "ReduceLROnPlateau::factor": ReduceLROnPlateau::new().factor(0.5);
    "ReduceLROnPlateau::cooldown": ReduceLROnPlateau::new().cooldown(1);
    "ReduceLROnPlateau::min_lr": ReduceLROnPlateau::new().min_lr(1e-5);
    "LearningRateScheduler::new": LearningRateScheduler::new(|epoch, rate| rate / (1 + epoch) as f64);
    "CSVLogger::new": CSVLogger::new("log.csv");
    "mnist::load": mnist::load()?;
    "mnist::load_from": mnist::load_from("folder")?;
    "Dataset": |data: Dataset| data;
    "Dataset::from_tensors": Dataset::from_tensors(&x, &x)?;
    "Dataset::from_csv": Dataset::from_csv("data.csv", [28, 28])?;
    "Dataset::from_folder": Dataset::from_folder("folder")?;
    "Dataset::from_npz": Dataset::from_npz("mnist.npz", "x_train", "y_train")?;
    "Dataset::from_table": Dataset::from_table(&Table::read_csv("data.csv")?, ["a", "b"], "label")?;
    "ImageLoader": ImageLoader::new([28, 28]).grayscale().load("photo.jpg")?;
    "Dataset::image": data.image(0)?;
    "Dataset::one_hot": data.one_hot();
    "Dataset::split": data.split(0.2)?;
    "Dataset::split_by_class": data.split_by_class([10, 10], 42)?;
    "Dataset::stratified_k_fold": data.stratified_k_fold(5, 42)?;
    "Dataset::rescale": data.rescale(1.0 / 255.0);
    "Dataset::normalize": data.normalize(0.0, 1.0)?;
    "Augment": Augment::new();
    "Augment::new": Augment::new();
    "RandomFlip": RandomFlip::new();
    "RandomFlip::new": RandomFlip::new();
    "RandomRotation": RandomRotation::new(0.05);
    "RandomRotation::new": RandomRotation::new(0.05);
    "RandomTranslation": RandomTranslation::new(0.1, 0.1);
    "RandomTranslation::new": RandomTranslation::new(0.1, 0.1);
    "RandomZoom": RandomZoom::new(0.1);
    "RandomZoom::new": RandomZoom::new(0.1);
    "Images": Images::new(&x);
    "Padding::Same": Padding::Same;
}

/// A row of the page's tables.
struct Row {
    keras: Vec<&'static str>,
    /// None where tealight does not have it.
    ours: Option<&'static str>,
    note: &'static str,
}

fn rows() -> Vec<Row> {
    let lines = PAGE.lines().filter(|line| line.starts_with("| `"));
    let row = |line: &'static str| {
        let cells =
            line.trim_matches('|').splitn(3, " | ").map(|cell| cell.trim_matches([' ', '|'])).collect::<Vec<_>>();
        let [keras, ours, note] = cells[..] else { panic!("expected three columns in {line}") };
        let ours = match ours {
            "*not available*" => None,
            name => Some(name.strip_prefix('`').and_then(|name| name.strip_suffix('`')).expect(line)),
        };
        Row { keras: spans(keras), ours, note }
    };
    lines.map(row).collect()
}

/// What stands between backticks.
fn spans(text: &'static str) -> Vec<&'static str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn every_name_that_the_page_calls_tealights_is_there() {
    let there = THERE.iter().copied().collect::<HashMap<_, _>>();
    for (name, example) in THERE {
        let last = name.rsplit("::").next().unwrap();
        assert!(example.contains(last), "{name} is not in its expression {example}");
    }
    let is_name = |span: &&str| {
        let mut words = span.split("::");
        let word = |word: &str| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '_');
        span.starts_with(|c: char| c.is_uppercase()) && words.all(word)
    };
    let rows = rows();
    assert!(rows.len() > 150, "{}", rows.len());
    for row in &rows {
        for name in row.ours.into_iter().chain(spans(row.note).into_iter().filter(is_name)) {
            // Words of other libraries that a note may need.
            if !["Module"].contains(&name) {
                assert!(
                    there.contains_key(name),
                    "{name}, of the row of {:?}, is not in the list of what is there",
                    row.keras
                );
            }
        }
    }
}

#[test]
fn nothing_that_the_page_says_is_missing_is_in_the_prelude() {
    let prelude = LIBRARY.split("pub mod prelude").nth(1).unwrap();
    let layers = LAYERS.split("macro_rules!").next().unwrap();
    assert!(prelude.contains("layers::*") && layers.contains("pub use dense::Dense;"));
    let names = format!("{prelude} {layers}");
    let words = names.split(|c: char| !(c.is_alphanumeric() || c == '_')).collect::<BTreeSet<_>>();
    for row in rows().iter().filter(|row| row.ours.is_none()) {
        // Keras's layer; here it is what Precision takes.
        for name in row.keras.iter().filter(|name| **name != "Average") {
            assert!(!words.contains(name), "{name} is in the prelude, but the page says that it is not available");
        }
    }
}

#[test]
fn the_page_has_every_name_of_keras_once() {
    let mut page = BTreeSet::new();
    for name in rows().iter().flat_map(|row| row.keras.clone()) {
        assert!(page.insert(name), "{name} is in the page twice");
    }
    let keras: HashMap<String, Vec<String>> =
        serde_json::from_str::<Value>(KERAS).and_then(serde_json::from_value).unwrap();
    let missing = keras.values().flatten().filter(|name| !page.contains(name.as_str())).collect::<BTreeSet<_>>();
    assert!(missing.is_empty(), "not in the page: {missing:?}");
}
