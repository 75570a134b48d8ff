//! Confusion matrices against scikit-learn, and what is said of labels that don't fit.

use super::labels;
use serde_json::Value;
use tealight::prelude::*;

fn names(count: usize) -> Vec<String> {
    (0..count).map(|class| format!("class {class}")).collect()
}

fn cases() -> Vec<(Value, ConfusionMatrix)> {
    let file: Value = serde_json::from_str(include_str!("../vectors/confusion.json")).unwrap();
    let matrix = |case: &Value| {
        let classes = names(case["classes"].as_u64().unwrap() as usize);
        ConfusionMatrix::new(&labels(&case["y_true"]), &labels(&case["y_pred"]), &classes).unwrap()
    };
    file["cases"].as_array().unwrap().iter().map(|case| (case.clone(), matrix(case))).collect()
}

fn assert_close(ours: &[Vec<f64>], theirs: &Value) {
    let theirs: Vec<Vec<f64>> = serde_json::from_value(theirs.clone()).unwrap();
    assert_eq!(ours.len(), theirs.len());
    for (one, other) in ours.iter().flatten().zip(theirs.iter().flatten()) {
        assert!((one - other).abs() < 1e-12, "{ours:?} {theirs:?}");
    }
}

fn assert_scores(ours: &[Option<f64>], theirs: &Value) {
    let theirs: Vec<Option<f64>> = serde_json::from_value(theirs.clone()).unwrap();
    assert_eq!(ours.len(), theirs.len());
    for (one, other) in ours.iter().zip(&theirs) {
        match (one, other) {
            (Some(one), Some(other)) => assert!((one - other).abs() < 1e-12, "{ours:?} {theirs:?}"),
            _ => assert_eq!(one, other, "{ours:?} {theirs:?}"),
        }
    }
}

#[test]
fn matrices_are_scikit_learn_s_with_absent_classes_too() {
    assert_eq!(cases().len(), 6);
    for (case, matrix) in cases() {
        let counts: Vec<Vec<u64>> = serde_json::from_value(case["counts"].clone()).unwrap();
        assert_eq!(matrix.counts(), counts);
        assert_eq!(matrix.total() as usize, case["y_true"].as_array().unwrap().len());
        assert!((matrix.accuracy() - case["accuracy"].as_f64().unwrap()).abs() < 1e-12);
        assert_close(&matrix.normalized(Normalize::True), &case["true"]);
        assert_close(&matrix.normalized(Normalize::Pred), &case["pred"]);
        assert_close(&matrix.normalized(Normalize::All), &case["all"]);
        assert_scores(&matrix.recall(), &case["recall"]);
        assert_scores(&matrix.precision(), &case["precision"]);
    }
}

#[test]
fn rows_are_true_and_the_worst_pair_is_the_first_of_equals() {
    let matrix = ConfusionMatrix::new(&[0, 0, 1, 1, 2], &[2, 2, 0, 0, 2], &["a", "b", "c"]).unwrap();
    assert_eq!(
        (matrix.get(0, 2), matrix.get(2, 0), matrix.get(3, 0), matrix.get(0, 3)),
        (Some(2), Some(0), None, None)
    );
    assert_eq!(matrix.most_confused(), Some((0, 2, 2)));
    assert_eq!(matrix.correct(), 1);
    let perfect = ConfusionMatrix::new(&[0, 1], &[0, 1], &["a", "b"]).unwrap();
    assert_eq!(perfect.most_confused(), None);
}

#[test]
fn a_matrix_is_stored_and_a_damaged_one_refused() {
    let (_, matrix) = cases().swap_remove(2);
    let file = serde_json::to_string(&matrix).unwrap();
    assert_eq!(serde_json::from_str::<ConfusionMatrix>(&file).unwrap(), matrix);
    let told = |file: &str| serde_json::from_str::<ConfusionMatrix>(file).unwrap_err().to_string();
    let ragged = told(r#"{"class_names":["a","b"],"counts":[[1,2],[3]]}"#);
    assert!(ragged.contains("2 class names need 2 rows of 2 counts"), "{ragged}");
    let empty = told(r#"{"class_names":["a"],"counts":[[0]]}"#);
    assert!(empty.contains("all counts are zero"), "{empty}");
    let huge = told(r#"{"class_names":["a","b"],"counts":[[18446744073709551615,1],[0,0]]}"#);
    assert!(huge.contains("more than a u64 holds"), "{huge}");
}

#[test]
fn labels_that_do_not_fit_are_named() {
    let told = |y_true: &[u32], y_pred: &[u32], classes: usize| {
        ConfusionMatrix::new(y_true, y_pred, &names(classes)).unwrap_err().to_string()
    };
    assert_eq!(
        told(&[0, 1, 2], &[0, 1], 3),
        "ConfusionMatrix::new: y_true has 3 labels and y_pred has 2. Give the true and the predicted class of the same \
         examples, in the same order."
    );
    assert_eq!(
        told(&[0, 1], &[0, 7], 3),
        "ConfusionMatrix::new: y_pred[1] is 7, but class_names has 3 names, so labels go from 0 to 2. Give labels in \
         that range, or a name for each class."
    );
    assert_eq!(
        told(&[1], &[0], 1),
        "ConfusionMatrix::new: y_true[0] is 1, but class_names has 1 name, so labels go from 0 to 0. Give labels in \
         that range, or a name for each class."
    );
    assert_eq!(told(&[], &[], 3), "ConfusionMatrix::new: y_true and y_pred are empty. Give at least one example.");
    assert_eq!(
        told(&[0], &[0], 0),
        "ConfusionMatrix::new: class_names is empty. Give a name for each class, in the labels' order."
    );
    assert_eq!(told(&[0], &[0], 5000), "ConfusionMatrix::new: got 5000 classes; expected at most 4096.");
}
