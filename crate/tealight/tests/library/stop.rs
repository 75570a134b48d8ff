//! Stopping long work. The kernel names the stop file in the environment, so each test needs a process of its own.

use super::{compiled, points, quiet, says, small};
use std::path::PathBuf;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tealight::prelude::*;

/// Runs an otherwise ignored test of this module in a process with a stop file.
#[track_caller]
fn alone(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", &format!("stop::{test}"), "--ignored", "--nocapture"])
        .env(notebook_protocol::STOP_VARIABLE, folder.path().join("stop"))
        .output()
        .unwrap();
    let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    assert!(output.status.success() && text.contains("1 passed"), "{text}");
}

fn file() -> PathBuf {
    notebook_protocol::stop_file().unwrap()
}

/// Longer than the library goes without checking for a stop.
fn wait() {
    std::thread::sleep(Duration::from_millis(25));
}

fn press() {
    std::fs::write(file(), "").unwrap();
    wait();
}

fn release() {
    std::fs::remove_file(file()).unwrap();
    wait();
}

fn weights(model: &Model) -> Vec<f32> {
    model.weights().unwrap().iter().flat_map(|(_, weight)| super::flat(weight)).collect()
}

/// Presses stop after a batch, and records the weights at the end of each epoch.
#[derive(Clone)]
struct Press {
    epoch: usize,
    batch: usize,
    weights: Arc<Mutex<Vec<Vec<f32>>>>,
}

impl Press {
    fn after(epoch: usize, batch: usize) -> Self {
        Self { epoch, batch, weights: Arc::default() }
    }
}

impl Callback for Press {
    fn on_batch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        if (training.epoch(), training.batch()) == (self.epoch, self.batch) {
            press();
        }
        Ok(Flow::Continue)
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        self.weights.lock().unwrap().push(weights(training.model()));
        Ok(Flow::Continue)
    }
}

#[test]
fn stop_ends_a_fit_within_its_epoch() {
    alone("fit");
}

#[test]
#[ignore = "run by stop_ends_a_fit_within_its_epoch"]
fn fit() {
    let data = points(320);
    let mut whole = compiled(&small(), 1);
    let expected = whole.fit(&data, quiet().epochs(2).validation_split(0.2)).unwrap();

    let mut model = compiled(&small(), 1);
    let watch = Press::after(2, 3);
    let options = quiet().epochs(50).validation_split(0.2).callback(watch.clone());
    let history = model.fit(&data, options).unwrap();
    assert!(history.interrupted() && !expected.interrupted());
    let stopped = history.stopped().unwrap();
    assert_eq!((stopped.epoch, stopped.steps, stopped.interrupted), (2, 4, true));
    let text = "Stopped by you in epoch 3, at step 4; the model keeps its weights";
    assert_eq!(stopped.to_string(), text);
    assert!(history.to_string().ends_with(text), "{history}");
    for name in ["loss", "val_loss", "val_accuracy"] {
        assert_eq!(history.get(name).unwrap(), expected.get(name).unwrap(), "the cut epoch is in no row");
    }
    assert_eq!((model.epochs_trained(), model.history()), (2, &history));
    let kept = weights(&model);
    assert_ne!(kept, *watch.weights.lock().unwrap().last().unwrap(), "the steps of the cut epoch are kept");

    let again = model.fit(&data, quiet().epochs(3)).unwrap();
    assert_eq!((again.epochs(), again.interrupted()), (0, true));
    assert_eq!(
        again.to_string(),
        "History without epochs\nStopped by you before the first step; the model is as it was"
    );
    assert_eq!((weights(&model), model.history()), (kept, &history), "a fit that never began changes nothing");

    release();
    let more = model.fit(&data, quiet().epochs(10).validation_split(0.2)).unwrap();
    assert_eq!((more.epochs(), more.interrupted(), model.epochs_trained()), (10, false, 12));
    assert!(more.last("val_loss").unwrap() < expected.last("val_loss").unwrap());

    let json = serde_json::to_string(&history).unwrap();
    assert_eq!(serde_json::from_str::<History>(&json).unwrap(), history);
    let old = r#"{"columns":{"loss":[0.5]},"seconds":[1.0],"stopped":{"epoch":1,"reason":"a"}}"#;
    assert!(!serde_json::from_str::<History>(old).unwrap().interrupted());
}

#[test]
fn stop_restores_best_weights_of_early_stopping() {
    alone("best");
}

#[test]
#[ignore = "run by stop_restores_best_weights_of_early_stopping"]
fn best() {
    let watch = Press::after(6, 1);
    // Higher is better, so that the best epoch is the first, not the last.
    let early = EarlyStopping::new().monitor("loss").mode(Mode::Max).patience(100).restore_best_weights(true);
    let mut model = compiled(&small(), 1);
    let history = model.fit(&points(320), quiet().epochs(50).callback(watch.clone()).callback(early)).unwrap();
    assert_eq!((history.epochs(), history.interrupted()), (6, true));
    let loss = history.get("loss").unwrap();
    assert!(loss.iter().skip(1).all(|later| *later < loss[0]), "{loss:?}");
    assert_eq!(weights(&model), watch.weights.lock().unwrap()[0]);
}

#[test]
fn stop_ends_a_fit_within_its_validation() {
    alone("validation");
}

#[test]
#[ignore = "run by stop_ends_a_fit_within_its_validation"]
fn validation() {
    let mut model = compiled(&small(), 1);
    let options = quiet().epochs(5).validation_split(0.2).callback(Press::after(1, 7));
    let history = model.fit(&points(320), options).unwrap();
    let stopped = history.stopped().unwrap();
    assert_eq!((history.epochs(), stopped.steps, stopped.interrupted), (1, 8, true));
    assert_eq!(model.epochs_trained(), 1);
}

#[test]
fn stop_ends_other_long_work_with_an_error() {
    alone("others");
}

#[test]
#[ignore = "run by stop_ends_other_long_work_with_an_error"]
fn others() {
    let folder = tempfile::tempdir().unwrap();
    let csv = folder.path().join("numbers.csv");
    let line = |label: usize| format!("{label}{}\n", ",7".repeat(16));
    std::fs::write(&csv, "label".to_owned() + &",p".repeat(16) + "\n" + &(0..9).map(line).collect::<String>()).unwrap();
    let text = folder.path().join("words.csv");
    std::fs::write(&text, "a,b\n1,one\n2,two\n").unwrap();
    let (model, data) = (compiled(&small(), 1), points(300));
    let images = Dataset::from_csv(&csv, [4, 4]).unwrap();
    let turn = Augment::new().add(RandomRotation::new(0.1));
    let before = (model.evaluate(&data).unwrap(), images.augment(&turn, 2, 1).unwrap());

    press();
    assert!(tealight::notebook::stop_requested());
    let stopped = |what| [what, "stopped by you after", "All variables are as they were"];
    says(model.evaluate(&data), ErrorKind::Interrupted, &stopped("Model::evaluate"));
    says(model.predict(&data), ErrorKind::Interrupted, &stopped("Model::predict"));
    says(model.predict_classes(&data), ErrorKind::Interrupted, &stopped("Model::predict"));
    says(images.augment(&turn, 2, 1), ErrorKind::Interrupted, &stopped("Dataset::augment"));
    says(Dataset::from_csv(&csv, [4, 4]), ErrorKind::Interrupted, &stopped("Dataset::from_csv"));
    says(Table::read_csv(&text), ErrorKind::Interrupted, &stopped("Table::read_csv"));
    says(data.duplicates(&data), ErrorKind::Interrupted, &stopped("Dataset::duplicates"));
    says(mnist::load(), ErrorKind::Interrupted, &["stopped by you", "All variables are as they were"]);

    release();
    assert!(!tealight::notebook::stop_requested());
    assert_eq!(model.evaluate(&data).unwrap(), before.0);
    assert_eq!(images.augment(&turn, 2, 1).unwrap().to_string(), before.1.to_string());
    assert!(Table::read_csv(&text).is_ok() && mnist::load().is_ok());
}
