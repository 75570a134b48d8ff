//! What people see at the end of a cell, in a terminal and inside `Ok(..)`.

use super::{compiled, points, quiet, small};
use tealight::prelude::*;

#[test]
fn values_read_the_same_in_every_place() {
    let data = points(40);
    let mut model = compiled(&small(), 1);
    let history = model.fit(&data, quiet()).unwrap();
    let score = model.evaluate(&data).unwrap();
    assert_eq!(format!("{:?}", Some(&data)), format!("Some({data})"));
    assert_eq!(format!("{:?}", Some(&history)), format!("Some({history})"));
    assert_eq!(format!("{:?}", Some(&score)), format!("Some({score})"));
    assert_eq!(format!("{:?}", Some(&model)), format!("Some({model})"));
}

#[test]
fn a_model_says_how_it_is_compiled_and_how_far_it_is_trained() {
    let mut model = small().build(5).unwrap();
    assert!(model.to_string().ends_with("before training.\nTrained for 0 epochs; seed 5."), "{model}");
    model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    model.fit(&points(40), quiet()).unwrap();
    let expected = "Non-trainable params: 0 (0.00 B)\nCompiled with Adam (learning rate 0.001, beta_1 0.9, beta_2 \
                    0.999, epsilon 1e-7), SparseCategoricalCrossentropy, accuracy.\nTrained for 1 epoch; seed 5.";
    assert!(model.to_string().ends_with(expected), "{model}");
}

#[test]
fn a_network_shows_its_summary_or_what_it_lacks() {
    assert_eq!(small().to_string(), small().summary().unwrap().to_string());
    let text = format!("{:?}", Sequential::new([28, 28]).add(Dense::new(10)));
    assert!(text.starts_with("A network that cannot be built yet. Dense \"dense\": expected a flat input"), "{text}");
}

#[test]
fn a_dataset_shows_its_shape_range_and_classes() {
    let data = Dataset::from_bytes(vec![0, 5, 255, 51], [2], vec![1, 1], ["cat", "dog"]).unwrap();
    let expected = "2 examples of shape [2], bytes from 0 to 255, 2 classes\nclass     cat  dog\nexamples    0    2";
    assert_eq!(data.to_string(), expected);
    let part = data.slice(..1).unwrap().rescale(0.1).one_hot().to_string();
    let headline = "1 examples of shape [2], bytes from 0 to 5 rescaled to 0 to 0.5, 2 classes with a row of targets";
    assert!(part.starts_with(headline), "{part}");
}

#[test]
fn a_history_is_a_table_with_gaps_where_nothing_was_measured() {
    let data = points(64);
    let mut model = compiled(&small(), 1);
    let mut history = model.fit(&data, quiet().epochs(2)).unwrap();
    history.append(&model.fit(&data, quiet().validation_split(0.5)).unwrap());
    assert_eq!(history.epochs(), 3);
    assert!(history.get("val_loss").unwrap()[..2].iter().all(|value| value.is_nan()));
    let text = history.to_string();
    let lines = text.lines().collect::<Vec<_>>();
    assert_eq!(
        lines[0].split_whitespace().collect::<Vec<_>>(),
        ["epoch", "accuracy", "loss", "val_accuracy", "val_loss", "seconds"]
    );
    assert_eq!((lines.len(), lines[1].matches('–').count(), lines[3].matches('–').count()), (4, 2, 0));

    let file = serde_json::to_string(&history).unwrap();
    let back: History = serde_json::from_str(&file).unwrap();
    assert_eq!(back.to_string(), text);
}

#[test]
fn a_long_history_leaves_out_its_middle() {
    let mut model = compiled(&small(), 1);
    let history = model.fit(&points(8), quiet().epochs(100)).unwrap();
    let text = history.to_string();
    let epochs = text.lines().map(|line| line.split_whitespace().next().unwrap()).collect::<Vec<_>>();
    assert_eq!(epochs.len(), 22);
    assert_eq!((epochs[10], epochs[11], epochs[12], epochs[21]), ("10", "…", "91", "100"));
    assert_eq!(history.get("loss").unwrap().len(), 100);
}

#[test]
fn a_cell_that_ends_in_an_error_fails() {
    let failed = std::panic::catch_unwind(|| Sequential::new([2]).summary().evcxr_display());
    assert!(failed.is_err());
    Sequential::new([2]).add(Relu).summary().evcxr_display();
}

#[test]
fn a_cell_may_end_in_a_list_which_fails_with_any_of_its_values() {
    let drawn = |name: &str| Curves::new(name).line("loss", [0.9, 0.5]);
    vec![drawn("a"), drawn("b")].evcxr_display();
    Ok::<_, Error>(vec![drawn("a"), drawn("b")]).evcxr_display();
    let failed = std::panic::catch_unwind(|| vec![drawn("a"), History::new().plot_loss()].evcxr_display());
    assert!(failed.is_err());
}

/// Calls what a notebook calls for the last line of a cell: that it compiles is most of the test.
#[test]
fn a_tensor_and_what_holds_one_show_themselves() {
    let tensor = Tensor::new(&[[0.25f32, 1.5], [-2.0, 3.0]], &Device::Cpu).unwrap();
    tensor.evcxr_display();
    let model = compiled(&small(), 1);
    model.predict(&points(4)).evcxr_display();
    model.weight("dense/kernel").evcxr_display();
    model.weights().evcxr_display();
    points(8).split(0.5).evcxr_display();
    (points(8), small()).evcxr_display();
    let text = tensor.to_string();
    for part in ["0.2500", "1.5000", "-2.0000", "[2, 2]", "f32"] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let large = Tensor::zeros((500, 10), DType::F32, &Device::Cpu).unwrap().to_string();
    assert!(large.contains("...") && large.lines().count() < 20, "{large}");
}
