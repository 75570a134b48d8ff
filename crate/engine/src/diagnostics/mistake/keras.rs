//! NameHistory that Keras takes as strings, and what stands for them here.

/// What to write for a name in quotes. `option` is the argument or method that it is given to.
pub(super) fn named(name: &str, option: &str) -> Option<&'static str> {
    let found = match (name, option) {
        ("same", "padding" | "") => "Padding::Same",
        ("valid", "padding" | "") => "Padding::Valid",
        ("min", "mode") => "Mode::Min",
        ("max", "mode") => "Mode::Max",
        ("auto", "mode") => "Mode::Auto",
        _ => return NAMES.iter().find(|(keras, _)| *keras == name.to_ascii_lowercase()).map(|(_, here)| *here),
    };
    Some(found)
}

const NAMES: [(&str, &str); 48] = [
    ("relu", "Relu"),
    ("softmax", "Softmax"),
    ("sigmoid", "Sigmoid"),
    ("tanh", "Tanh"),
    ("linear", "Linear"),
    ("gelu", "Gelu"),
    ("silu", "Silu"),
    ("swish", "Silu"),
    ("softplus", "Softplus"),
    ("elu", "Elu::new()"),
    ("leaky_relu", "LeakyRelu::new()"),
    ("leakyrelu", "LeakyRelu::new()"),
    ("adam", "Adam::new()"),
    ("adamw", "AdamW::new()"),
    ("adamax", "Adamax::new()"),
    ("adagrad", "Adagrad::new()"),
    ("nadam", "Nadam::new()"),
    ("rmsprop", "RMSprop::new()"),
    ("sgd", "SGD::new()"),
    ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy::new()"),
    ("sparsecategoricalcrossentropy", "SparseCategoricalCrossentropy::new()"),
    ("categorical_crossentropy", "CategoricalCrossentropy::new()"),
    ("categoricalcrossentropy", "CategoricalCrossentropy::new()"),
    ("binary_crossentropy", "BinaryCrossentropy::new()"),
    ("binarycrossentropy", "BinaryCrossentropy::new()"),
    ("mse", "MeanSquaredError"),
    ("mean_squared_error", "MeanSquaredError"),
    ("meansquarederror", "MeanSquaredError"),
    ("mae", "MeanAbsoluteError"),
    ("mean_absolute_error", "MeanAbsoluteError"),
    ("huber", "Huber::new()"),
    ("accuracy", "Accuracy"),
    ("acc", "Accuracy"),
    ("binary_accuracy", "Accuracy"),
    ("categorical_accuracy", "Accuracy"),
    ("sparse_categorical_accuracy", "Accuracy"),
    ("precision", "Precision::new()"),
    ("recall", "Recall::new()"),
    ("f1_score", "F1Score::new()"),
    ("glorot_uniform", "GlorotUniform"),
    ("glorot_normal", "GlorotNormal"),
    ("he_uniform", "HeUniform"),
    ("he_normal", "HeNormal"),
    ("zeros", "Zeros"),
    ("ones", "Ones"),
    ("l1", "L1::new(0.01)"),
    ("l2", "L2::new(0.01)"),
    ("l1_l2", "L1L2::new(0.01, 0.01)"),
];

/// NameHistory of the prelude that are called as they are, without `new`.
pub(super) const UNITS: [&str; 20] = [
    "Flatten",
    "Relu",
    "Softmax",
    "Sigmoid",
    "Tanh",
    "Linear",
    "Gelu",
    "Silu",
    "Softplus",
    "Accuracy",
    "GlorotUniform",
    "GlorotNormal",
    "HeUniform",
    "HeNormal",
    "Zeros",
    "Ones",
    "MeanSquaredError",
    "MeanAbsoluteError",
    "GlobalAveragePooling2D",
    "MixtureNegativeLogLikelihood",
];

/// NameHistory of the prelude that are made with `new`.
pub(super) const MADE: [&str; 53] = [
    "Sequential",
    "Dense",
    "Dropout",
    "Conv2D",
    "MaxPooling2D",
    "AveragePooling2D",
    "BatchNormalization",
    "GaussianNoise",
    "Reshape",
    "MixtureDensity",
    "LeakyRelu",
    "Elu",
    "L1",
    "L2",
    "L1L2",
    "MaxNorm",
    "Constant",
    "Adam",
    "AdamW",
    "Adamax",
    "Adagrad",
    "Nadam",
    "RMSprop",
    "SGD",
    "StepDecay",
    "ExponentialDecay",
    "PiecewiseConstantDecay",
    "CosineDecay",
    "SparseCategoricalCrossentropy",
    "CategoricalCrossentropy",
    "BinaryCrossentropy",
    "Huber",
    "Precision",
    "Recall",
    "F1Score",
    "TopKAccuracy",
    "Fit",
    "History",
    "EarlyStopping",
    "ModelCheckpoint",
    "CSVLogger",
    "ReduceLROnPlateau",
    "LearningRateScheduler",
    "TimeLimit",
    "Plot",
    "Bars",
    "Histogram",
    "HeatMap",
    "Curves",
    "Panels",
    "Images",
    "ConfusionMatrix",
    "Augment",
];

/// The name of the prelude that this one is but for its letters' size and `_`.
pub(super) fn spelled(name: &str) -> Option<&'static str> {
    let plain = |name: &str| name.replace('_', "").to_ascii_lowercase();
    let wanted = plain(name);
    MADE.iter().chain(&UNITS).find(|known| plain(known) == wanted).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_in_the_prelude() {
        let library = include_str!("../../../../tealight/src/lib.rs");
        let prelude = library.split_once("pub mod prelude {").unwrap().1;
        let is_there = |name: &&str| prelude.split(|c: char| !c.is_alphanumeric()).any(|word| word == *name);
        let heres = NAMES.iter().map(|(_, here)| here.split("::").next().unwrap());
        for name in MADE.iter().chain(&UNITS).copied().chain(heres).chain(["Padding", "Mode"]) {
            assert!(is_there(&name), "{name}");
        }
    }

    #[test]
    fn a_name_is_found_by_what_it_is_given_to() {
        assert_eq!(named("relu", "activation"), Some("Relu"));
        assert_eq!(named("same", "padding"), Some("Padding::Same"));
        assert_eq!(named("max", "kernel"), None);
        assert_eq!(spelled("dense"), Some("Dense"));
        assert_eq!(spelled("early_stopping"), Some("EarlyStopping"));
    }
}
