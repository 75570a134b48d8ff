//! Names that Keras takes as strings, and the names of tealight's types.

/// Returns what to write for a name in quotes. `option` is the argument or method that it is given to.
pub(super) fn named_value(name: &str, option: &str) -> Option<&'static str> {
    let found = match (name, option) {
        ("same", "padding" | "") => "Padding::Same",
        ("valid", "padding" | "") => "Padding::Valid",
        ("min", "mode") => "Mode::Min",
        ("max", "mode") => "Mode::Max",
        ("auto", "mode") => "Mode::Auto",
        _ => return STRING_NAMES.iter().find(|(keras, _)| *keras == name.to_ascii_lowercase()).map(|(_, here)| *here),
    };
    Some(found)
}

const STRING_NAMES: [(&str, &str); 48] = [
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

/// Names of the prelude that are called that are called as they are, without `new`.
pub(super) const UNIT_TYPES: [&str; 20] = [
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

/// Names of the prelude that are called that are made with `new`.
pub(super) const BUILDER_TYPES: [&str; 53] = [
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_names_are_in_the_prelude() {
        let library = include_str!("../../../tealight/src/lib.rs");
        // The prelude has all public names of this module.
        let layers = include_str!("../../../tealight/src/layers.rs");
        let prelude = format!("{} {layers}", library.split_once("pub mod prelude {").unwrap().1);
        let is_there = |name: &&str| prelude.split(|c: char| !c.is_alphanumeric()).any(|word| word == *name);
        let heres = STRING_NAMES.iter().map(|(_, here)| here.split("::").next().unwrap());
        for name in BUILDER_TYPES.iter().chain(&UNIT_TYPES).copied().chain(heres).chain(["Padding", "Mode"]) {
            assert!(is_there(&name), "{name}");
        }
    }

    #[test]
    fn a_name_is_found_by_what_it_is_given_to() {
        assert_eq!(named_value("relu", "activation"), Some("Relu"));
        assert_eq!(named_value("same", "padding"), Some("Padding::Same"));
        assert_eq!(named_value("max", "kernel"), None);
    }
}
