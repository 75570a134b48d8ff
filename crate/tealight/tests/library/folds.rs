//! Parts of datasets: folds, selections, batches, datasets put together, duplicates.

use super::{flat, labels, points, says};
use serde_json::Value;
use tealight::prelude::*;

/// Examples of two bytes: their index, and their label.
fn indexed(labels: &[u32], classes: usize) -> Dataset {
    let bytes = labels.iter().enumerate().flat_map(|(index, &label)| [index as u8, label as u8]).collect::<Vec<_>>();
    Dataset::from_bytes(bytes, [2], labels.to_vec(), (0..classes).map(|class| class.to_string())).unwrap()
}

/// The indices that [`indexed`] put in the examples, after checking that the labels are still theirs.
fn indices(data: &Dataset) -> Vec<usize> {
    let (x, y) = data.to_tensors().unwrap();
    let (x, y) = (x.to_vec2::<f32>().unwrap(), y.to_vec1::<u32>().unwrap());
    assert_eq!(y, data.labels());
    assert!(x.iter().zip(&y).all(|(x, &y)| x[1] as u32 == y));
    x.iter().map(|x| x[0] as usize).collect()
}

#[test]
fn folds_have_the_class_counts_of_scikit_learn_and_each_example_once() {
    let vectors: Value = serde_json::from_str(include_str!("../vectors/folds.json")).unwrap();
    for case in vectors["cases"].as_array().unwrap() {
        let labels = labels(&case["labels"]);
        let data = indexed(&labels, case["classes"].as_u64().unwrap() as usize);
        let folds = data.stratified_k_fold(case["k"].as_u64().unwrap(), 7).unwrap();
        let counts: Vec<Vec<usize>> = serde_json::from_value(case["counts"].clone()).unwrap();
        assert_eq!(folds.iter().map(|(_, validation)| validation.class_counts()).collect::<Vec<_>>(), counts);
        let mut validated = Vec::new();
        for (training, validation) in &folds {
            let (training, validation) = (indices(training), indices(validation));
            assert!(training.is_sorted() && validation.is_sorted());
            let mut all = [training, validation.clone()].concat();
            all.sort_unstable();
            assert_eq!(all, (0..labels.len()).collect::<Vec<_>>());
            validated.extend(validation);
        }
        validated.sort_unstable();
        assert_eq!(validated, (0..labels.len()).collect::<Vec<_>>());
    }
}

#[test]
fn folds_are_those_of_their_seed() {
    let data = indexed(&(0..100).map(|index| index % 4).collect::<Vec<_>>(), 4);
    let folds = |seed: i32| {
        let folds = data.stratified_k_fold(5, seed).unwrap();
        folds.iter().map(|(_, validation)| indices(validation)).collect::<Vec<_>>()
    };
    assert_eq!(folds(1), folds(1));
    assert_ne!(folds(1), folds(2));
    // Shuffled: not every fifth of a class.
    assert!(folds(1)[0] != (0..20).collect::<Vec<_>>() && folds(1)[0] != (0..100).step_by(5).collect::<Vec<_>>());
}

#[test]
fn folds_of_a_part_are_of_that_part() {
    let data = indexed(&(0..60).map(|index| index % 3).collect::<Vec<_>>(), 3).rescale(1.0);
    let part = data.slice(20..50).unwrap();
    let (training, validation) = part.stratified_k_fold(3, 1).unwrap().swap_remove(1);
    let mut all = [indices(&training), indices(&validation)].concat();
    all.sort_unstable();
    assert_eq!(all, (20..50).collect::<Vec<_>>());
    // And a part of a fold is a part of that fold.
    assert_eq!(indices(&training.slice(5..7).unwrap()), indices(&training)[5..7]);
    assert_eq!(indices(&training.select(&[6, 0]).unwrap()), [indices(&training)[6], indices(&training)[0]]);
}

#[test]
fn impossible_folds_say_why() {
    let data = indexed(&[0, 1, 0, 1, 0, 1], 2);
    for k in [-1, 0, 1, 7] {
        says(data.stratified_k_fold(k, 1), ErrorKind::Argument, &[&format!("{k} folds of 6"), "from 2 to 6"]);
    }
    let rare = ["4 folds, but no class has more than 3 examples", "Take at most 3"];
    says(data.stratified_k_fold(4, 1), ErrorKind::Argument, &rare);
    says(data.without_labels().stratified_k_fold(2, 1), ErrorKind::Data, &["stratified_k_fold", "no labels"]);
}

#[test]
fn a_split_by_class_has_the_counts_asked_for_and_each_example_once() {
    let data = indexed(&(0..100).map(|index| index % 4).collect::<Vec<_>>(), 4);
    let part = data.slice(10..90).unwrap();
    let (first, second) = part.split_by_class([20, 0, 5, 1], 7).unwrap();
    assert_eq!((first.class_counts(), second.class_counts()), (vec![20, 0, 5, 1], vec![0, 20, 15, 19]));
    let (first, second) = (indices(&first), indices(&second));
    assert!(first.is_sorted() && second.is_sorted());
    let mut all = [first.clone(), second].concat();
    all.sort_unstable();
    assert_eq!(all, (10..90).collect::<Vec<_>>());
    let chosen = |seed: i32| indices(&part.split_by_class([5; 4], seed).unwrap().0);
    assert_eq!(chosen(1), chosen(1));
    assert_ne!(chosen(1), chosen(2));
    // By chance: neither the first of each class nor every fourth of them.
    assert!(chosen(1) != (10..30).collect::<Vec<_>>() && chosen(1) != indices(&part)[..20]);
}

#[test]
fn an_impossible_split_by_class_says_why() {
    let data = indexed(&[0, 1, 0, 1, 0, 1], 2);
    let argument = ErrorKind::Argument;
    says(data.split_by_class([1], 1), argument, &["Dataset::split_by_class: 1 counts for 2 classes"]);
    says(data.split_by_class([1, 4], 1), argument, &["4 examples of class 1", "from 0 to 3"]);
    says(data.split_by_class([-1, 1], 1), argument, &["-1 examples of class 0", "from 0 to 3"]);
    says(data.split_by_class([0, 0], 1), argument, &["the first part would be empty"]);
    says(data.split_by_class([3, 3], 1), argument, &["the second part would be empty"]);
    says(data.without_labels().split_by_class([1, 1], 1), ErrorKind::Data, &["split_by_class", "no labels"]);
}

#[test]
fn a_selection_keeps_labels_and_rows_with_their_examples() {
    let data = indexed(&[2, 0, 1, 1], 3).one_hot();
    let picked = data.select(&[3, 0, 3]).unwrap();
    assert_eq!((picked.labels(), picked.len()), (&[1, 2, 1][..], 3));
    let (x, y) = picked.to_tensors().unwrap();
    assert_eq!(flat(&x), [3.0, 1.0, 0.0, 2.0, 3.0, 1.0]);
    assert_eq!(flat(&y), [0.0, 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0]);
    assert!(picked.to_string().starts_with("3 examples of shape [2], bytes from 0 to 3"));
    says(data.select(&[0, 4]), ErrorKind::Argument, &["no example 4", "0 to 3"]);
    says(data.select(&[]), ErrorKind::Argument, &["Dataset::select", "no indices"]);
}

#[test]
fn batches_are_all_examples_in_order_and_the_last_is_what_is_left() {
    let data = indexed(&[2, 0, 1, 1, 0], 3);
    let batches = data.batches(2).unwrap();
    assert_eq!(batches.len(), 3);
    let batches = batches.collect::<Result<Vec<_>>>().unwrap();
    assert_eq!(batches.iter().map(|(x, _)| x.dims()[0]).collect::<Vec<_>>(), [2, 2, 1]);
    assert_eq!(batches.iter().flat_map(|(_, y)| y.to_vec1::<u32>().unwrap()).collect::<Vec<_>>(), data.labels());
    assert_eq!(data.batches(i64::MAX).unwrap().count(), 1);
    says(data.batches(0), ErrorKind::Argument, &["batches of 0", "at least 1"]);
}

#[test]
fn datasets_that_agree_are_put_together() {
    let (a, b) = (indexed(&[2, 0], 3), indexed(&[0, 1, 1], 3));
    let both = a.concat([&b.slice(1..).unwrap(), &a.select(&[1]).unwrap()]).unwrap();
    assert_eq!(both.labels(), [2, 0, 1, 1, 0]);
    assert_eq!(indices(&both), [0, 1, 1, 2, 1]);
    assert!(both.to_string().contains("bytes"));
    let rows = a.one_hot().concat([&b.one_hot()]).unwrap();
    assert_eq!(flat(&rows.slice(1..3).unwrap().to_tensors().unwrap().1), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    for (other, parts) in [
        (points(3), ["examples of shape [2]", "number 2"]),
        (b.rescale(0.5), ["values rescaled to 1 x + 0", "0.5 x + 0"]),
        (b.with_class_names(["x", "y", "z"]).unwrap(), ["classes", "\"x\""]),
        (b.one_hot(), ["targets that are classes", "rows"]),
    ]
    .into_iter()
    .skip(1)
    {
        says(a.concat([&other]), ErrorKind::Shape, &parts);
    }
    let other = Dataset::from_bytes(vec![1, 2, 3], [3], vec![0], ["0", "1", "2"]).unwrap();
    says(a.concat([&other]), ErrorKind::Shape, &["examples of shape [2] in the first", "[3] in number 2"]);
}

#[test]
fn equal_images_in_two_datasets_are_found_whatever_their_labels_and_form() {
    let of = |bytes: &[u8]| Dataset::from_bytes(bytes.to_vec(), [2], vec![0; bytes.len() / 2], ["a"]).unwrap();
    let (here, there) = (of(&[1, 2, 3, 4, 1, 2, 5, 6]), of(&[7, 8, 1, 2, 5, 6, 1, 2]));
    assert_eq!(here.duplicates(&there).unwrap(), [(0, 1), (3, 2), (0, 3)]);
    assert_eq!(here.slice(1..).unwrap().duplicates(&there.select(&[2, 1]).unwrap()).unwrap(), [(2, 0), (1, 1)]);
    // Other scales are other numbers, unless they come to the same.
    assert_eq!(here.duplicates(&there.rescale(0.5)).unwrap(), []);
    let twice = of(&[2, 4, 3, 3]);
    assert_eq!(here.duplicates(&twice.rescale(0.5)).unwrap(), [(0, 0)]);
    let x = Tensor::new(&[[5f32, 6.0], [0.5, -0.0]], &Device::Cpu).unwrap();
    let floats = Dataset::from_tensors(&x, &Tensor::new(&[0u32, 0], &Device::Cpu).unwrap()).unwrap();
    assert_eq!(here.duplicates(&floats).unwrap(), [(3, 0)]);
    let other = Dataset::from_bytes(vec![1, 2, 3], [3], vec![0], ["a"]).unwrap();
    says(here.duplicates(&other), ErrorKind::Shape, &["[2] here and [3] there"]);
}

#[test]
fn data_without_labels_can_be_predicted_and_nothing_else() {
    let data = points(40);
    let bare = data.without_labels();
    assert!(!bare.is_labeled() && bare.labels().is_empty() && bare.class_counts().is_empty());
    assert_eq!((bare.len(), bare.slice(5..).unwrap().len(), bare.select(&[1]).unwrap().len()), (40, 35, 1));
    assert_eq!((bare.one_hot().is_labeled(), bare.to_tensors().unwrap().1.elem_count()), (false, 0));
    assert!(bare.to_string().ends_with("no labels"), "{bare}");
    let mut model = super::compiled(&super::small(), 1);
    assert_eq!(model.predict_classes(&bare).unwrap(), model.predict_classes(&data).unwrap());
    says(model.evaluate(&bare), ErrorKind::Data, &["SparseCategoricalCrossentropy", "no labels"]);
    says(model.fit(&bare, super::quiet()), ErrorKind::Data, &["no labels"]);
    says(model.fit(&data, super::quiet().validation_data(&bare)), ErrorKind::Data, &["no labels"]);
}

#[test]
fn normalized_values_have_mean_0_and_deviation_1() {
    let (train, _) = mnist::load().unwrap();
    let (mean, deviation) = train.rescale(1.0 / 255.0).mean_and_deviation();
    // From NumPy: images.mean() and images.std() of the bytes by 255, as float64.
    assert!((mean - 0.130_660_476_273_842_9).abs() < 1e-12 && (deviation - 0.308_107_803_856_462_64).abs() < 1e-12);
    let scaled = train.take(50).unwrap().rescale(1.0 / 255.0);
    let (mean, deviation) = scaled.mean_and_deviation();
    let normal = scaled.normalize(mean, deviation).unwrap();
    let numbers = |data: &Dataset| flat(&data.to_tensors().unwrap().0);
    for (before, after) in numbers(&scaled).into_iter().zip(numbers(&normal)) {
        assert!((f64::from(after) - (f64::from(before) - mean) / deviation).abs() < 1e-6);
    }
    let (mean, deviation) = normal.mean_and_deviation();
    assert!(mean.abs() < 1e-9 && (deviation - 1.0).abs() < 1e-9);
    // The same of numbers that are no bytes, and through what else reads the values.
    let (x, y) = normal.to_tensors().unwrap();
    let (mean, deviation) = Dataset::from_tensors(&x, &y).unwrap().mean_and_deviation();
    assert!(mean.abs() < 1e-6 && (deviation - 1.0).abs() < 1e-6);
    let again = normal.augment(&Augment::new(), 1, 1).unwrap();
    assert_eq!(numbers(&again), numbers(&normal));
    assert_eq!(normal.duplicates(&scaled).unwrap(), []);
    assert!(normal.to_string().contains("bytes from 0 to 255 rescaled to -0.4"), "{normal}");
    says(scaled.normalize(0.5, 0.0), ErrorKind::Argument, &["mean 0.5 and deviation 0", "mean_and_deviation()"]);
    says(scaled.normalize(f64::NAN, 1.0), ErrorKind::Argument, &["mean NaN"]);
}
