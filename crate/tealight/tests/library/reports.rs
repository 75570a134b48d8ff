//! Classification reports and mistakes against scikit-learn, and how they are shown.

use super::{labels, numbers, says};
use serde_json::Value;
use tealight::prelude::*;
use tealight::{ConfusedPairs, Scores};

fn names(count: u64) -> Vec<String> {
    (0..count).map(|class| format!("class {class}")).collect()
}

#[track_caller]
fn assert_scores(ours: &Scores, theirs: &Value) {
    let theirs = numbers(theirs);
    let ours = [ours.precision, ours.recall, ours.f1, ours.support as f64];
    assert!(ours.iter().zip(&theirs).all(|(ours, theirs)| (ours - theirs).abs() < 1e-12), "{ours:?} {theirs:?}");
}

#[test]
fn reports_are_scikit_learn_s_with_absent_classes_too() {
    let file: Value = serde_json::from_str(include_str!("../vectors/reports.json")).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 26);
    for case in cases {
        let classes = names(case["classes"].as_u64().unwrap());
        let (y_true, y_pred) = (labels(&case["y_true"]), labels(&case["y_pred"]));
        let report = ClassificationReport::new(&y_true, &y_pred, &classes).unwrap();
        let rows = case["rows"].as_array().unwrap();
        assert_eq!(report.classes().len(), rows.len());
        report.classes().iter().zip(rows).for_each(|(ours, theirs)| assert_scores(ours, theirs));
        assert_scores(report.macro_average(), &case["macro"]);
        assert_scores(report.weighted_average(), &case["weighted"]);
        assert!((report.accuracy() - case["accuracy"].as_f64().unwrap()).abs() < 1e-12);
        let matrix = ConfusionMatrix::new(&y_true, &y_pred, &classes).unwrap();
        assert_eq!(matrix.report(), report);

        // The mistakes are all that lies beside the diagonal.
        let wrong = Misclassified::new(&y_true, &y_pred, &classes).unwrap();
        assert_eq!(wrong.len() as u64, matrix.total() - matrix.correct());
        assert!(wrong.indices().iter().all(|&index| y_true[index] != y_pred[index]));
        assert!(wrong.indices().is_sorted());
        let pairs = matrix.confused_pairs(1000);
        assert_eq!(pairs.pairs().iter().map(|pair| pair.count).sum::<u64>(), wrong.len() as u64);
        assert!(pairs.pairs().is_sorted_by(|a, b| a.count >= b.count));
        let first = pairs.pairs().first().map(|pair| (pair.actual, pair.predicted, pair.count));
        assert_eq!(first, matrix.most_confused());
    }
}

#[test]
fn a_report_says_which_numbers_are_0_for_want_of_examples() {
    let names = ["cat", "dog", "a\ncow", "hen"];
    let report = ClassificationReport::new(&[0, 0, 1, 0], &[0, 2, 0, 0], &names).unwrap();
    let expected = "                  precision  recall  f1-score  support
             cat     0.6667  0.6667    0.6667        3
             dog     0.0000  0.0000    0.0000        1
           a cow     0.0000  0.0000    0.0000        0
             hen     0.0000  0.0000    0.0000        0
        accuracy                       0.5000        4
   macro average     0.2222  0.2222    0.2222        4
weighted average     0.5000  0.5000    0.5000        4
Never predicted, so that the precision is set to 0: dog.
Without examples, so that the recall is set to 0: a cow.
Neither there nor predicted, and left out of the averages: hen.";
    assert_eq!(report.to_string(), expected);
    assert_eq!(format!("{report:?}"), expected);
    assert_eq!(report.notes().len(), 3);
    assert_eq!(report.get("cat").unwrap().support, 3);
    says(report.get("cow"), ErrorKind::Name, &["no class \"cow\"", "cat, dog"]);
    assert!(ClassificationReport::new(&[0, 1], &[1, 0], &["a", "b"]).unwrap().notes().is_empty());
    let data = serde_json::to_value(&report).unwrap();
    assert_eq!(data["classes"][0]["support"], 3);
    let wrong = ClassificationReport::new(&[0, 9], &[0, 1], &["a", "b"]);
    says(wrong, ErrorKind::Argument, &["ClassificationReport::new: y_true[1] is 9"]);
}

#[test]
fn the_most_confused_pairs_come_first() {
    let (y_true, y_pred) = ([4, 4, 4, 4, 9, 9, 7, 7, 7], [9, 9, 4, 7, 4, 9, 7, 7, 7]);
    let names = (0..10).map(|class| class.to_string()).collect::<Vec<_>>();
    let matrix = ConfusionMatrix::new(&y_true, &y_pred, &names).unwrap();
    let pairs: ConfusedPairs = matrix.confused_pairs(2);
    let expected = "\
The 2 most confused of 3 pairs
true  predicted  examples  of the true class
   4          9         2            50.00 %
   4          7         1            25.00 %";
    assert_eq!(pairs.to_string(), expected);
    assert_eq!(pairs.pairs()[0].share, 0.5);
    let perfect = ConfusionMatrix::new(&[1], &[1], &names).unwrap();
    assert_eq!(perfect.confused_pairs(5).to_string(), "Nothing was mixed up");
}

#[test]
fn mistakes_come_in_order_or_the_surest_first() {
    let outputs = [[0.9f32, 0.1, 0.0], [0.4, 0.35, 0.25], [0.0, 1.0, 0.0], [0.3, 0.2, 0.5], [0.1, 0.1, 0.8]];
    let outputs = Tensor::new(&outputs, &Device::Cpu).unwrap();
    let names = ["a", "b", "c"];
    let wrong = Misclassified::from_outputs(&[1, 1, 1, 0, 0], &outputs, &names).unwrap();
    assert_eq!(wrong.indices(), [0, 1, 3, 4]);
    assert_eq!(wrong.titles(), ["True: b / Pred: a", "True: b / Pred: a", "True: a / Pred: c", "True: a / Pred: c"]);
    let worst = wrong.clone().worst_first();
    assert_eq!(worst.indices(), [0, 4, 3, 1]);
    assert!((worst.mistakes()[1].confidence.unwrap() - 0.8).abs() < 1e-6);
    let expected = "\
4 of 5 examples misclassified; the first 2:
example  true  predicted  confidence
      0     b          a      0.9000
      4     a          c      0.8000";
    assert_eq!(worst.take(2).to_string(), expected);

    // One output: a probability of class 1.
    let outputs = Tensor::new(&[[0.9f32], [0.2], [0.6]], &Device::Cpu).unwrap();
    let wrong = Misclassified::from_outputs(&[0, 1, 1], &outputs, &["no", "yes"]).unwrap();
    let sure = wrong.mistakes().iter().map(|mistake| mistake.confidence.unwrap()).collect::<Vec<_>>();
    assert!((sure[0] - 0.9).abs() < 1e-6 && (sure[1] - 0.8).abs() < 1e-6, "{sure:?}");

    let none = Misclassified::new(&[0, 1], &[0, 1], &["no", "yes"]).unwrap();
    assert!(none.is_empty());
    assert_eq!(none.to_string(), "0 of 2 examples misclassified");
    let without = Misclassified::new(&[0, 1, 1], &[1, 1, 0], &["no", "yes"]).unwrap();
    assert_eq!(without.clone().worst_first(), without);
    let flat = Tensor::zeros(4, DType::F32, &Device::Cpu).unwrap();
    says(Misclassified::from_outputs(&[0], &flat, &names), ErrorKind::Shape, &["[examples, classes]", "got [4]"]);
    let outputs = Tensor::zeros((2, 3), DType::F32, &Device::Cpu).unwrap();
    let fewer = Misclassified::from_outputs(&[0], &outputs, &names);
    says(fewer, ErrorKind::Shape, &["Misclassified::from_outputs: y_true has 1 labels and y_pred has 2"]);
}
