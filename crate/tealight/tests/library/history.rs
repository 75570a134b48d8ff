//! What a history keeps, and how it comes out and back.

use super::{compiled, points, quiet, says, small};
use std::fs::write;
use tealight::prelude::*;

#[test]
fn the_training_data_are_measured_as_the_validation_data_are_when_asked_for() {
    let data = points(100);
    let mut model = compiled(&small(), 1);
    let history = model.fit(&data, quiet().epochs(2).validation_data(&data).evaluate_training(true)).unwrap();
    let names = ["accuracy", "loss", "train_accuracy", "train_loss", "val_accuracy", "val_loss"];
    assert_eq!(history.names(), names);
    assert_eq!(history.get("train_loss").unwrap(), history.get("val_loss").unwrap());
    assert_eq!(history.get("train_accuracy").unwrap(), history.get("val_accuracy").unwrap());
    assert_ne!(history.get("loss").unwrap(), history.get("val_loss").unwrap());
    let plain = model.fit(&data, quiet()).unwrap();
    says(plain.get("train_loss"), ErrorKind::Name, &["it has accuracy, loss", "evaluate_training(true)"]);
}

fn stopped() -> History {
    let mut model = compiled(&small(), 1);
    let stop = EarlyStopping::new().min_delta(1e6).patience(2);
    let mut history = model.fit(&points(40), quiet()).unwrap();
    history.append(&model.fit(&points(40), quiet().epochs(9).validation_split(0.2).callback(stop)).unwrap());
    history
}

#[test]
fn a_history_comes_back_from_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let history = stopped();
    // Three epochs of the second fit, after the one of the first.
    assert_eq!((history.epochs(), history.stopped().unwrap().epoch), (4, 4));
    let (json, csv) = (folder.path().join("run.json"), folder.path().join("run.CSV"));
    history.save(&json).unwrap();
    history.save(&csv).unwrap();
    let (from_json, from_csv) = (History::load(&json).unwrap(), History::load(&csv).unwrap());
    assert_eq!(from_json.stopped(), history.stopped());
    assert_eq!(from_json.to_string(), history.to_string());
    for read in [from_json, from_csv] {
        assert_eq!((read.names(), read.seconds()), (history.names(), history.seconds()));
        for name in read.names() {
            let bits = |history: &History| history.get(&name).unwrap().iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&read), bits(&history), "{name}");
        }
    }
    let text = std::fs::read_to_string(&csv).unwrap();
    assert!(text.starts_with("epoch,accuracy,loss,val_accuracy,val_loss,seconds\n1,"), "{text}");
    assert!(text.lines().nth(1).unwrap().contains(",,,"), "{text}");
}

#[test]
fn a_file_that_is_no_history_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    says(stopped().save(at("run.txt")), ErrorKind::Argument, &["History::save", "run.txt", ".json or .csv"]);
    std::fs::write(at("file"), "").unwrap();
    says(stopped().save(at("file/run.csv")), ErrorKind::Data, &["History::save", "a folder that can be written to"]);
    says(History::load(at("none.csv")), ErrorKind::Data, &["History::load", "none.csv", "no such file"]);
    for (name, text, part) in [
        ("a.json", "[1, 2]", "not a history"),
        ("b.json", r#"{"columns": {"loss": [1.0]}, "seconds": []}"#, "not of one length"),
        ("c.csv", "x,y\n1,2\n", "\"epoch\""),
        ("d.csv", "epoch,loss\n1,high\n", "\"high\" in line 2 is no number"),
        ("e.csv", "epoch,loss\n1\n", "not a history"),
    ] {
        write(at(name), text).unwrap();
        says(History::load(at(name)), ErrorKind::Data, &["History::load", name, part]);
    }
}

#[test]
fn a_history_converts_to_rows() {
    let history = stopped();
    let rows = history.rows();
    assert_eq!(rows.iter().map(|row| row.epoch).collect::<Vec<_>>(), [1, 2, 3, 4]);
    assert!(rows[0].values["val_loss"].is_nan());
    for row in &rows[1..] {
        assert_eq!(row.values["val_loss"], history.get("val_loss").unwrap()[row.epoch - 1]);
        assert_eq!(row.seconds, history.seconds()[row.epoch - 1]);
    }
}

#[test]
fn training_goes_on_over_nan_only_when_told_to() {
    // Finite, but twice as much is not.
    let x = Tensor::new(&[[1f32, 2.0], [f32::MAX, f32::MAX], [0.5, 0.5]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[0u32, 1, 1], &Device::Cpu).unwrap()).unwrap();
    let mut model = compiled(&small(), 1);
    model.set_weight("dense/kernel", &Tensor::full(2f32, (2, 16), &Device::Cpu).unwrap()).unwrap();
    let how = quiet().epochs(2).batch_size(1).shuffle(false);
    says(model.fit(&data, how.clone()), ErrorKind::Numeric, &["in epoch 1, batch 2 of 3", "clipnorm"]);
    let history = model.fit(&data, how.terminate_on_nan(false)).unwrap();
    assert_eq!(history.epochs(), 2);
    assert!(history.get("loss").unwrap().iter().all(|loss| loss.is_nan()));
    assert!(model.weight("dense/kernel").unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap().is_nan());
}

#[test]
fn the_penalty_stands_apart_from_the_loss_of_the_data() {
    let data = points(60);
    let network = Sequential::new([2])
        .add(Dense::new(8).activation(Relu).kernel_regularizer(L2::new(0.1)))
        .add(Dense::new(2).activation(Softmax));
    let mut model = compiled(&network, 1);
    let watch = EarlyStopping::new().monitor("val_data_loss").patience(9);
    let history = model.fit(&data, quiet().epochs(3).validation_split(0.25).callback(watch)).unwrap();
    let names = ["accuracy", "data_loss", "loss", "penalty", "val_accuracy", "val_data_loss", "val_loss"];
    assert_eq!(history.names(), names);
    let column = |name: &str| history.get(name).unwrap().to_vec();
    let sums = column("data_loss").into_iter().zip(column("penalty")).map(|(data, penalty)| data + penalty);
    assert!(sums.zip(column("loss")).all(|(sum, loss)| (sum - loss).abs() < 1e-12));
    // At the epoch's end the penalty is that of the parameters as they are.
    let kernel = model.weight("dense/kernel").unwrap();
    let penalty = 0.1 * f64::from(kernel.sqr().unwrap().sum_all().unwrap().to_scalar::<f32>().unwrap());
    let validation = history.last("val_loss").unwrap() - history.last("val_data_loss").unwrap();
    assert!((validation - penalty).abs() < 1e-6 * penalty, "{validation} for {penalty}");
    assert!(history.get("penalty").unwrap().windows(2).all(|pair| pair[0] > pair[1]));
}
