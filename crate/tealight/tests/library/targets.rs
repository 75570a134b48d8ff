//! Targets in every shape that losses and metrics accept, compared with Keras and scikit-learn.

use super::{flat, numbers, quiet, rows, says};
use serde_json::Value;
use tealight::prelude::*;

/// The results of Keras and scikit-learn, written by `vectors/make_targets.py`.
fn vectors() -> Value {
    serde_json::from_str(include_str!("../vectors/targets.json")).unwrap()
}

fn shape(value: &Value) -> Vec<usize> {
    serde_json::from_value(value.clone()).unwrap()
}

/// The targets of a case, in its type and shape.
fn targets(case: &Value) -> Tensor {
    let y = Tensor::from_vec(numbers(&case["y"]), shape(&case["shape"]), &Device::Cpu).unwrap();
    let kind = if case["integer"] == true { DType::I64 } else { DType::F32 };
    y.to_dtype(kind).unwrap()
}

fn data(vectors: &Value, case: &Value) -> Dataset {
    Dataset::from_tensors(&rows(&vectors["x"]), &targets(case)).unwrap()
}

fn metric(name: &str) -> Metric {
    match name {
        "accuracy" => Accuracy.into(),
        "binary_accuracy" => BinaryAccuracy.into(),
        "precision" => Precision::new().into(),
        "recall" => Recall::new().into(),
        "mean_absolute_error" => MeanAbsoluteError.into(),
        "mean_squared_error" => MeanSquaredError.into(),
        "root_mean_squared_error" => RootMeanSquaredError.into(),
        "top_2_accuracy" => TopKAccuracy::new(2).into(),
        other => panic!("no metric {other}"),
    }
}

fn model(case: &Value, metrics: Vec<Metric>) -> Model {
    let units = case["units"].as_u64().unwrap();
    let layer = match case["activation"].as_str().unwrap() {
        "sigmoid" => Dense::new(units).activation(Sigmoid),
        "softmax" => Dense::new(units).activation(Softmax),
        _ => Dense::new(units),
    };
    let loss: Loss = match case["loss"].as_str().unwrap() {
        "binary_crossentropy" => BinaryCrossentropy::new().into(),
        "sparse_categorical_crossentropy" => SparseCategoricalCrossentropy::new().into(),
        "categorical_crossentropy" => CategoricalCrossentropy::new().into(),
        "mean_squared_error" => MeanSquaredError.into(),
        "mean_absolute_error" => MeanAbsoluteError.into(),
        other => panic!("no loss {other}"),
    };
    let mut model = Sequential::new([3]).add(layer).build(1).unwrap();
    for name in ["kernel", "bias"] {
        let parameter = format!("dense/{name}");
        let like = model.weight(&parameter).unwrap();
        let values = Tensor::from_vec(numbers(&case[name]), like.shape(), &Device::Cpu).unwrap();
        model.set_weight(&parameter, &values).unwrap();
    }
    model.compile(SGD::new().learning_rate(1e-12), loss, metrics).unwrap();
    model
}

/// The names of the metrics that Keras reports, without the loss.
fn metrics_of(case: &Value) -> Vec<String> {
    case["fit"].as_object().unwrap().keys().filter(|name| *name != "loss").cloned().collect()
}

#[test]
fn losses_and_metrics_match_keras_for_every_target_shape() {
    let vectors = vectors();
    let cases = vectors["cases"].as_array().unwrap();
    assert!(cases.len() >= 30, "{}", cases.len());
    for case in cases {
        let (name, data) = (case["name"].as_str().unwrap(), data(&vectors, case));
        let mut model = model(case, metrics_of(case).iter().map(|name| metric(name)).collect());
        let near = |what: &str, ours: f64, theirs: &Value| {
            let theirs = theirs.as_f64().unwrap();
            assert!((ours - theirs).abs() <= 2e-6 * theirs.abs().max(1.0), "{name}: {what} {ours}, in Keras {theirs}");
        };
        let evaluation = model.evaluate(&data).unwrap();
        for (what, theirs) in case["evaluate"].as_object().unwrap() {
            near(&format!("evaluate's {what}"), evaluation.get(what).unwrap(), theirs);
        }
        let mut how = quiet().batch_size(data.len()).shuffle(false);
        if let Some(weights) = case["class_weight"].as_object() {
            how = how.class_weight(
                weights.iter().map(|(class, weight)| (class.parse::<i64>().unwrap(), weight.as_f64().unwrap())),
            );
        }
        if case["sample_weight"].is_array() {
            how = how.sample_weight(numbers(&case["sample_weight"]));
        }
        let history = model.fit(&data, how.clone().validation_data(&data)).unwrap();
        for (what, theirs) in case["fit"].as_object().unwrap() {
            near(&format!("fit's {what}"), history.last(what).unwrap(), theirs);
            near(&format!("fit's val_{what}"), history.last(&format!("val_{what}")).unwrap(), &case["evaluate"][what]);
        }
    }
}

#[test]
fn multi_label_averages_match_scikit_learn() {
    let vectors = vectors();
    let case = vectors["cases"].as_array().unwrap().iter().find(|case| case["name"] == "multi-label, float32").unwrap();
    for (name, average) in [("macro", Average::Macro), ("micro", Average::Micro), ("weighted", Average::Weighted)] {
        let metrics = [
            Metric::from(Precision::new().average(average)),
            Recall::new().average(average).into(),
            F1Score::new().average(average).into(),
        ];
        let found = model(case, metrics.to_vec()).evaluate(&data(&vectors, case)).unwrap();
        for ((what, ours), theirs) in found.metrics.iter().zip(numbers(&vectors["averages"][name])) {
            assert!((ours - theirs).abs() < 1e-12, "{name} {what}: {ours}, in scikit-learn {theirs}");
        }
    }
}

#[test]
fn binary_accuracy_precision_and_recall_of_perfect_predictions() {
    // Regression test: with the argmax of the targets, the precision was 0.1667 and the recall 0.3333.
    let x =
        Tensor::new(&[[9f32, 9.0, -9.0], [-9.0, 9.0, 9.0], [9.0, -9.0, 9.0], [-9.0, -9.0, 9.0]], &Device::Cpu).unwrap();
    let y = Tensor::new(&[[1f32, 1.0, 0.0], [0.0, 1.0, 1.0], [1.0, 0.0, 1.0], [0.0, 0.0, 1.0]], &Device::Cpu).unwrap();
    let mut model = Sequential::new([3]).add(Dense::new(3).activation(Sigmoid)).build(1).unwrap();
    model.set_weight("dense/kernel", &Tensor::eye(3, DType::F32, &Device::Cpu).unwrap()).unwrap();
    let metrics: [Metric; 4] =
        [Precision::new().into(), Recall::new().into(), F1Score::new().into(), BinaryAccuracy.into()];
    model.compile(Adam::new(), BinaryCrossentropy::new(), metrics).unwrap();
    let data = Dataset::from_tensors(&x, &y).unwrap();
    assert!(model.evaluate(&data).unwrap().metrics.iter().all(|(_, value)| *value == 1.0));
    assert!(data.labels().is_empty() && data.class_names().is_empty());
}

#[test]
fn target_column_has_the_classes_of_its_numbers() {
    let vectors = vectors();
    for case in vectors["cases"].as_array().unwrap() {
        let (name, data) = (case["name"].as_str().unwrap(), data(&vectors, case));
        let classes: Vec<usize> = match name {
            _ if name.starts_with("binary") => serde_json::from_value(vectors["counts"]["binary"].clone()).unwrap(),
            _ if name.starts_with("classes") && case["integer"] == true => {
                serde_json::from_value(vectors["counts"]["three"].clone()).unwrap()
            }
            _ if name.starts_with("one-hot") => serde_json::from_value(vectors["counts"]["three"].clone()).unwrap(),
            _ => Vec::new(),
        };
        assert_eq!(data.class_counts(), classes, "{name}");
        assert_eq!(data.labels().len(), if classes.is_empty() { 0 } else { data.len() }, "{name}");
        assert_eq!(data.describe().get("label").is_ok(), !classes.is_empty(), "{name}");
        let column = name.starts_with("binary") || (name.starts_with("classes") && case["integer"] == true);
        if column {
            let labels: Vec<u32> = numbers(&case["y"]).into_iter().map(|label| label as u32).collect();
            assert_eq!(data.labels(), labels, "{name}");
        }
        if !classes.is_empty() {
            let counts = |data: &Dataset| data.class_counts();
            for (training, validation) in data.stratified_k_fold(2, 1).unwrap() {
                for ((all, training), validation) in classes.iter().zip(counts(&training)).zip(counts(&validation)) {
                    assert!(training + validation == *all && training.abs_diff(validation) <= 1, "{name}");
                }
            }
        }
    }
}

#[test]
fn reports_of_a_target_column_equal_those_of_its_classes() {
    let vectors = vectors();
    let case = &vectors["cases"][0];
    let data = data(&vectors, case);
    let model = model(case, vec![Accuracy.into()]);
    let predicted = model.predict_classes(&data).unwrap();
    let matrix = ConfusionMatrix::new(data.labels(), &predicted, data.class_names()).unwrap();
    let counts: Vec<Vec<u64>> = serde_json::from_value(vectors["matrix"].clone()).unwrap();
    assert_eq!(matrix.counts(), counts);
    let accuracy = model.evaluate(&data).unwrap().accuracy().unwrap();
    assert!((matrix.accuracy() - accuracy).abs() < 1e-12);
    let report = ClassificationReport::new(data.labels(), &predicted, data.class_names()).unwrap();
    assert_eq!(report.get("1").unwrap().support, counts[1].iter().sum::<u64>());
    let wrong = Misclassified::from_outputs(data.labels(), &model.predict(&data).unwrap(), data.class_names()).unwrap();
    assert_eq!(wrong.len() as u64, matrix.total() - matrix.correct());
    assert_eq!(matrix.most_confused(), Some((0, 1, 4)));

    // The class of a row is that of its largest element, also through one_hot.
    let rows = data.one_hot();
    assert_eq!((rows.labels(), rows.class_counts()), (data.labels(), data.class_counts()));
    assert_eq!(flat(&rows.to_tensors().unwrap().1).len(), 2 * data.len());
}

#[test]
fn dataset_display_describes_the_targets() {
    let x = Tensor::zeros((2, 1), DType::F32, &Device::Cpu).unwrap();
    let text = |y: Tensor| Dataset::from_tensors(&x, &y).unwrap().to_string();
    let tensor = |values: [f64; 2], shape: &[usize], kind| {
        Tensor::new(&values, &Device::Cpu).unwrap().reshape(shape).unwrap().to_dtype(kind).unwrap()
    };
    for shape in [&[2][..], &[2, 1]] {
        assert!(text(tensor([0.0, 1.0], shape, DType::F32)).contains("2 classes, a target of 0 or 1 for each example"));
        assert!(text(tensor([0.0, 2.0], shape, DType::I64)).contains(", 3 classes"));
        let numbers = text(tensor([-1.5, 20.0], shape, DType::F32));
        assert!(numbers.ends_with("one number to predict for each example, from -1.5 to 20"), "{numbers}");
    }
    // Whole numbers that cannot be classes: a year, or a loss.
    let years = text(tensor([-3.0, 70_000.0], &[2, 1], DType::I64));
    assert!(years.ends_with("one number to predict for each example, from -3 to 70000"), "{years}");
    let pairs = |values: [[f32; 2]; 2]| text(Tensor::new(&values, &Device::Cpu).unwrap());
    assert!(pairs([[0.25, 0.75], [1.0, 0.0]]).contains("2 classes with a row of targets for each example"));
    assert!(pairs([[1.0, 1.0], [0.0, 1.0]]).ends_with("targets of shape [2] for each example, each 0 or 1"));
    let far = pairs([[0.5, 7.0], [0.0, 1.0]]);
    assert!(far.ends_with("numbers of shape [2] to predict for each example, from 0 to 7"), "{far}");
}

#[test]
fn operations_on_classes_reject_numbers() {
    let x = Tensor::zeros((4, 1), DType::F32, &Device::Cpu).unwrap();
    let y = Tensor::new(&[[0.5f32], [1.5], [2.5], [3.0]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &y).unwrap();
    assert!(data.class_names().is_empty() && data.class_counts().is_empty());
    let mut model = Sequential::new([1]).add(Dense::new(1)).build(1).unwrap();
    model.compile(SGD::new(), MeanSquaredError, [RootMeanSquaredError]).unwrap();
    let why = "the targets are numbers to approximate (one number to predict for each example, from 0.5 to 3)";
    let words = ["class_weight needs classes", why, "sample_weight"];
    says(model.fit(&data, quiet().class_weight([(0, 0.0)])), ErrorKind::Argument, &words);
    let numbers = ["the targets are numbers (one number to predict", "not classes"];
    says(data.stratified_k_fold(2, 1), ErrorKind::Data, &numbers);
    says(data.split_by_class([1], 1), ErrorKind::Data, &numbers);
    says(data.with_class_names(["a"]), ErrorKind::Data, &numbers);

    let several = Tensor::new(&[[1f32, 1.0], [0.0, 1.0], [0.0, 0.0], [1.0, 0.0]], &Device::Cpu).unwrap();
    let several = Dataset::from_tensors(&x, &several).unwrap();
    let mut model = Sequential::new([1]).add(Dense::new(2).activation(Sigmoid)).build(1).unwrap();
    model.compile(SGD::new(), BinaryCrossentropy::new(), [BinaryAccuracy]).unwrap();
    let words = ["class_weight needs classes", "answers several questions"];
    says(model.fit(&several, quiet().class_weight([(0, 2.0)])), ErrorKind::Argument, &words);
}

#[test]
fn cross_entropy_rejects_unsuitable_targets() {
    let x = Tensor::zeros((2, 1), DType::F32, &Device::Cpu).unwrap();
    let fitted = |loss: Loss, y: [[f32; 1]; 2]| {
        let data = Dataset::from_tensors(&x, &Tensor::new(&y, &Device::Cpu)?)?;
        let mut model = Sequential::new([1]).add(Dense::new(3).activation(Softmax)).build(1)?;
        model.compile(SGD::new(), loss, [Accuracy])?;
        model.fit(&data, quiet())
    };
    let halves = [[0.5], [2.0]];
    let sparse = || SparseCategoricalCrossentropy::new().into();
    let numbers = ["expected a class for each example", "one number to predict", "from 0.5 to 2", "MeanSquaredError"];
    says(fitted(sparse(), halves), ErrorKind::Shape, &numbers);
    assert!(fitted(sparse(), [[2.0], [0.0]]).is_ok());
    let rows = || CategoricalCrossentropy::new().into();
    says(fitted(rows(), halves), ErrorKind::Shape, &["a row of 3", "one number to predict"]);
    says(fitted(rows(), [[1.0], [0.0]]), ErrorKind::Shape, &["a row of 3", "2 classes", "data.one_hot()"]);
}

#[test]
fn concat_of_binary_and_other_numbers_is_regression() {
    let part = |values: [f32; 2]| {
        let x = Tensor::zeros((2, 1), DType::F32, &Device::Cpu).unwrap();
        Dataset::from_tensors(&x, &Tensor::new(&values, &Device::Cpu).unwrap()).unwrap()
    };
    for (first, second) in [([0.0, 1.0], [0.5, 2.0]), ([0.5, 2.0], [0.0, 1.0])] {
        let all = part(first).concat([&part(second)]).unwrap();
        assert!(all.class_names().is_empty() && all.labels().is_empty());
        assert_eq!(flat(&all.to_tensors().unwrap().1), [first, second].concat());
    }
}
