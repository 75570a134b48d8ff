//! Callbacks: hooks, stopping, restoring weights, learning rates, files.

use super::{compiled, flat, points, quiet, says, small};
use std::sync::{Arc, Mutex};
use tealight::prelude::*;

fn weights(model: &Model) -> Vec<f32> {
    model.weights().unwrap().iter().flat_map(|(_, weight)| flat(weight)).collect()
}

/// A user-defined callback: records its hooks, and stops at a given one.
#[derive(Clone)]
struct Diary {
    lines: Arc<Mutex<Vec<String>>>,
    stop: &'static str,
}

impl Diary {
    fn new(stop: &'static str) -> Self {
        Self { lines: Arc::default(), stop }
    }

    fn write(&self, line: String) -> Result<Flow> {
        let stop = line == self.stop;
        self.lines.lock().unwrap().push(line);
        Ok(if stop { Flow::Stop("the diary is full".to_owned()) } else { Flow::Continue })
    }

    fn lines(&self) -> String {
        self.lines.lock().unwrap().join(", ")
    }
}

impl Callback for Diary {
    fn on_train_begin(&mut self, _training: &mut Training<'_>) -> Result<Flow> {
        self.write("begin".to_owned())
    }

    fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        self.write(format!("epoch {}", training.epoch()))
    }

    fn on_batch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        assert!(training.value("loss")?.is_finite());
        self.write(format!("batch {} of {}", training.batch(), training.batches()))
    }

    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        assert_eq!(training.value("loss")?, training.history().last("loss")?);
        self.write(format!("end {} of {}", training.epoch(), training.epochs()))
    }

    fn on_train_end(&mut self, _training: &mut Training<'_>) -> Result<()> {
        self.write("over".to_owned()).map(|_| ())
    }
}

#[test]
fn callback_hooks_run_in_order_and_stop_anywhere() {
    let data = points(20);
    let run = |stop: &'static str| {
        let diary = Diary::new(stop);
        // In a variable, as in a notebook.
        let how = quiet().epochs(2).batch_size(10).callback(diary.clone());
        let mut model = compiled(&small(), 1);
        let history = model.fit(&data, how.clone()).unwrap();
        (diary.lines(), history)
    };
    let (lines, history) = run("");
    assert_eq!(
        lines,
        "begin, epoch 0, batch 0 of 2, batch 1 of 2, end 0 of 2, epoch 1, batch 0 of 2, batch 1 of 2, end 1 of 2, over"
    );
    assert!(history.stopped().is_none());
    let stops = [
        ("begin", "begin, over", 0),
        ("epoch 0", "begin, epoch 0, over", 0),
        ("batch 0 of 2", "begin, epoch 0, batch 0 of 2, end 0 of 2, over", 1),
        ("end 0 of 2", "begin, epoch 0, batch 0 of 2, batch 1 of 2, end 0 of 2, over", 1),
    ];
    for (stop, expected, epochs) in stops {
        let (lines, history) = run(stop);
        assert_eq!(lines, expected);
        let stopped = history.stopped().unwrap();
        assert_eq!((history.epochs(), stopped.epoch, &*stopped.reason), (epochs, epochs, "the diary is full"));
    }
    assert!(format!("{:?}", quiet().callback(Diary::new(""))).contains("Diary"));
}

#[test]
fn passive_callback_changes_no_number() {
    let data = points(200);
    let fit = |how: Fit| {
        let mut model = compiled(&small(), 1);
        let history = model.fit(&data, how.epochs(3).validation_split(0.2)).unwrap();
        (weights(&model), history.get("val_loss").unwrap().to_vec())
    };
    assert_eq!(fit(quiet()), fit(quiet().callback(Diary::new("")).evaluate_training(true)));
}

/// Sets every parameter to the number of the epoch, counted from 1.
#[derive(Clone)]
struct Count;

impl Callback for Count {
    fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
        let epoch = training.epoch() as f64 + 1.0;
        let counted = training.model().weights()?.into_iter();
        let counted = counted.map(|(name, old)| Ok((name, (old.zeros_like()? + epoch)?)));
        training.model_mut().set_weights(&counted.collect::<Result<Vec<_>>>()?)?;
        Ok(Flow::Continue)
    }
}

#[test]
fn early_stopping_restores_best_weights() {
    let data = points(100);
    // The learning rate is so small that min_delta keeps the first epoch as the best.
    let patient = || EarlyStopping::new().monitor("loss").min_delta(1e6).patience(50).restore_best_weights(true);
    let mut model = compiled(&small(), 1);
    // Another callback stops the training.
    let how = quiet().epochs(9).callback(Count).callback(patient()).callback(Diary::new("end 3 of 9"));
    let history = model.fit(&data, how).unwrap();
    assert_eq!(history.stopped().unwrap().reason, "the diary is full");
    assert_eq!(weights(&model), vec![1.0; weights(&model).len()]);
    // The training runs all epochs.
    model.fit(&data, quiet().epochs(3).callback(Count).callback(patient())).unwrap();
    assert!(weights(&model).iter().all(|&weight| weight == 1.0));
    // Early stopping stops the training itself.
    let own = EarlyStopping::new().monitor("loss").min_delta(1e6).patience(2).restore_best_weights(true);
    let history = model.fit(&data, quiet().epochs(9).callback(Count).callback(own)).unwrap();
    let stopped = history.stopped().unwrap();
    assert_eq!((history.epochs(), stopped.epoch), (3, 3));
    assert!(stopped.reason.starts_with("EarlyStopping: loss no better than"), "{stopped}");
    assert!(stopped.reason.ends_with("for 2 epochs"), "{stopped}");
    assert!(weights(&model).iter().all(|&weight| weight == 1.0));
    assert!(history.to_string().ends_with(&format!("Stopped after epoch 3. {}", stopped.reason)), "{history}");
}

#[test]
fn early_stopping_restores_best_weights_after_an_error() {
    #[derive(Clone)]
    struct Fails;
    impl Callback for Fails {
        fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
            training.value("no such thing").map(|_| Flow::Continue)
        }
    }
    let mut model = compiled(&small(), 1);
    let best = EarlyStopping::new().monitor("loss").restore_best_weights(true);
    let result = model.fit(&points(50), quiet().epochs(3).callback(Count).callback(best).callback(Fails));
    says(result, ErrorKind::Name, &["\"no such thing\"", "measures accuracy, loss"]);
    assert!(weights(&model).iter().all(|&weight| weight == 1.0));
}

#[test]
fn callback_options_are_checked_before_the_first_epoch() {
    let data = points(40);
    let mut model = compiled(&small(), 1);
    let mut fails = |how: Fit, kind: ErrorKind, parts: &[&str]| {
        let diary = Diary::new("");
        says(model.fit(&data, how.callback(diary.clone())), kind, parts);
        assert!(!diary.lines().contains("epoch"));
    };
    let known = ["EarlyStopping: no \"val_loss\"", "measures accuracy, loss", "validation_data"];
    fails(quiet().callback(EarlyStopping::new()), ErrorKind::Name, &known);
    let recall = ReduceLROnPlateau::new().monitor("recall");
    let known = ["ReduceLROnPlateau: no \"recall\"", "accuracy, learning_rate, loss, val_accuracy, val_loss"];
    fails(quiet().validation_split(0.5).callback(recall), ErrorKind::Name, &known);
    let best = ModelCheckpoint::new("x").save_best_only(true).monitor("train_loss");
    fails(quiet().callback(best), ErrorKind::Name, &["ModelCheckpoint: no \"train_loss\"", "evaluate_training(true)"]);
    let rate = EarlyStopping::new().monitor("learning_rate");
    let with_rate = quiet().callback(LearningRateScheduler::new(|_, rate| rate)).callback(rate);
    fails(
        with_rate,
        ErrorKind::Argument,
        &["\"learning_rate\"", "does not tell whether higher or lower is better", "Mode::Max"],
    );
    let loss = || EarlyStopping::new().monitor("loss");
    fails(quiet().callback(loss().patience(-1)), ErrorKind::Argument, &["patience -1", "0 or more"]);
    fails(quiet().callback(loss().min_delta(-0.1)), ErrorKind::Argument, &["min_delta -0.1", "0 or more"]);
    let plateau = || ReduceLROnPlateau::new().monitor("loss");
    fails(quiet().callback(plateau().factor(1.0)), ErrorKind::Argument, &["factor 1", "below 1"]);
    fails(quiet().callback(TimeLimit::seconds(f64::NAN)), ErrorKind::Argument, &["TimeLimit: NaN seconds"]);
    // A file is not a folder.
    let below = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml/log.csv");
    let parts = ["CSVLogger: ", "Cargo.toml/log.csv", "a folder that can be written to"];
    fails(quiet().callback(CSVLogger::new(below)), ErrorKind::Data, &parts);
    fails(quiet().callback(CSVLogger::new("x").separator('→')), ErrorKind::Argument, &["separator '→'"]);

    let falling = Adam::new().learning_rate(ExponentialDecay::new(0.1, 10, 0.5));
    model.compile(falling, SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    says(
        model.fit(&data, quiet().callback(plateau())),
        ErrorKind::State,
        &["Adam: its learning rate follows a schedule"],
    );
}

#[test]
fn learning_rate_scheduler_sets_each_epoch() {
    let mut model = compiled(&small(), 1);
    let schedule = LearningRateScheduler::new(|epoch, rate| if epoch < 2 { rate } else { rate * 0.5 });
    let history = model.fit(&points(40), quiet().epochs(4).callback(schedule)).unwrap();
    assert_eq!(history.get("learning_rate").unwrap(), [0.01, 0.01, 0.005, 0.0025]);
    assert_eq!(model.learning_rate().unwrap(), 0.0025);
    let zero = LearningRateScheduler::new(|_, _| 0.0);
    says(model.fit(&points(40), quiet().callback(zero)), ErrorKind::Argument, &["Adam: learning_rate 0"]);
    // Without such a callback or a schedule there is no column, as in Keras.
    assert_eq!(model.fit(&points(40), quiet()).unwrap().names(), ["accuracy", "loss"]);
}

#[test]
fn changed_learning_rate_is_recorded_from_the_start() {
    #[derive(Clone)]
    struct Halve;
    impl Callback for Halve {
        fn on_epoch_end(&mut self, training: &mut Training<'_>) -> Result<Flow> {
            if training.epoch() == 1 {
                training.set_learning_rate(0.005)?;
            }
            Ok(Flow::Continue)
        }
    }
    let mut model = compiled(&small(), 1);
    let history = model.fit(&points(40), quiet().epochs(4).callback(Halve)).unwrap();
    assert_eq!(history.get("learning_rate").unwrap(), [0.01, 0.01, 0.005, 0.005]);
}

#[test]
fn reduce_lr_on_plateau_reduces_the_learning_rate() {
    let mut model = compiled(&small(), 1);
    let plateau = ReduceLROnPlateau::new().monitor("loss").min_delta(1e6).patience(1).factor(0.5).min_lr(0.003);
    let history = model.fit(&points(40), quiet().epochs(4).callback(plateau)).unwrap();
    assert_eq!(history.get("learning_rate").unwrap(), [0.01, 0.01, 0.005, 0.003]);
}

#[test]
fn time_limit_ends_the_epoch_regularly() {
    let mut model = compiled(&small(), 1);
    let how = quiet().epochs(1000).batch_size(1).validation_split(0.5).callback(TimeLimit::seconds(1e-9));
    let history = model.fit(&points(40), how).unwrap();
    assert_eq!(history.epochs(), 1);
    assert!(history.last("val_loss").unwrap().is_finite());
    assert!(history.stopped().unwrap().reason.contains("TimeLimit: 0.000000001 seconds"));
    assert_eq!(model.epochs_trained(), 1);
}

#[test]
fn model_checkpoint_saves_models_that_load_and_continue() {
    let folder = tempfile::tempdir().unwrap();
    let data = points(100);
    let path = folder.path().join("runs/{epoch:02}-{val_loss:.3}.safetensors");
    let mut model = compiled(&small(), 1);
    let how = quiet().epochs(3).validation_split(0.2);
    let history = model.fit(&data, how.clone().callback(ModelCheckpoint::new(path))).unwrap();
    for (epoch, loss) in history.get("val_loss").unwrap().iter().enumerate() {
        let path = folder.path().join(format!("runs/{:02}-{loss:.3}.safetensors", epoch + 1));
        let (mut model, begun) = Model::load_with_history(&path).unwrap();
        assert_eq!((begun.epochs(), model.epochs_trained()), (epoch + 1, epoch as u64 + 1));
        assert_eq!(begun.get("loss").unwrap(), &history.get("loss").unwrap()[..=epoch]);
        if epoch == 1 {
            let last = model.fit(&data, how.clone().epochs(1)).unwrap();
            assert_eq!(last.last("loss").unwrap(), history.last("loss").unwrap());
        }
    }
    let best = folder.path().join("best");
    let never = ModelCheckpoint::new(&best).monitor("loss").save_best_only(true).initial_value_threshold(-1.0);
    model.fit(&data, quiet().callback(never)).unwrap();
    assert!(!best.exists());
    for (name, kind, part) in [
        ("{epoch", ErrorKind::Argument, "{ without a }"),
        ("{epoch:x}", ErrorKind::Argument, "{epoch:x}"),
        ("{recall}", ErrorKind::Name, "no \"recall\""),
    ] {
        let checkpoint = ModelCheckpoint::new(folder.path().join(name));
        says(model.fit(&data, quiet().callback(checkpoint)), kind, &["ModelCheckpoint", part]);
    }
}

#[test]
fn csv_logger_writes_a_loadable_line_for_each_epoch() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.csv");
    let mut model = compiled(&small(), 1);
    let how = |logger: CSVLogger| quiet().epochs(2).validation_split(0.5).callback(logger);
    let mut history = model.fit(&points(40), how(CSVLogger::new(&path))).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert_eq!(text.lines().next(), Some("epoch,accuracy,loss,val_accuracy,val_loss"));
    assert_eq!(text.lines().map(|line| line.split(',').next().unwrap()).collect::<Vec<_>>(), ["epoch", "1", "2"]);
    history.append(&model.fit(&points(40), how(CSVLogger::new(&path).append(true))).unwrap());
    let read = History::load(&path).unwrap();
    assert_eq!(read.names(), history.names());
    for name in read.names() {
        assert_eq!(read.get(&name).unwrap(), history.get(&name).unwrap());
    }
    let other = CSVLogger::new(&path).separator(';');
    model.fit(&points(40), how(other)).unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("epoch;accuracy;loss"));
}

#[test]
fn model_checkpoint_of_custom_code_saves_weights_only() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tealight::candle_nn::{Activation, VarMap};

    #[derive(Clone, Default)]
    struct Epochs(Arc<AtomicUsize>);
    impl Callback for Epochs {
        fn on_epoch_begin(&mut self, _: &mut Training<'_>) -> Result<Flow> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Flow::Continue)
        }
    }

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("{epoch}.safetensors");
    let own = || Loss::custom("own", |targets, predictions| Ok((predictions - targets)?.sqr()?));
    let error = || Metric::custom("distance", |targets, predictions| Ok((predictions - targets)?.abs()?));
    let network = Sequential::new(2).add(Dense::new(1));
    let layer = Layer::custom("same", [1], Activation::Relu, &VarMap::new());
    let cases: [(Sequential, Loss, Vec<Metric>, &str); 3] = [
        (network.clone(), own(), Vec::new(), "the loss \"own\" is a function of your own"),
        (network.clone(), Loss::MeanSquaredError, vec![error()], "the metric \"distance\" is a function of your own"),
        (network.clone().add(layer), Loss::MeanSquaredError, Vec::new(), "the layer \"same\" is a module of your own"),
    ];
    for (network, loss, metrics, what) in cases {
        let mut model = network.build(1).unwrap();
        model.compile(SGD::new(), loss, metrics).unwrap();
        let epochs = Epochs::default();
        let how = |checkpoint| quiet().epochs(2).callback(epochs.clone()).callback(checkpoint);
        let refused = model.fit(&points(8), how(ModelCheckpoint::new(&path)));
        says(refused, ErrorKind::State, &["ModelCheckpoint", what, ".save_weights_only(true)"]);
        assert_eq!(epochs.0.load(Ordering::Relaxed), 0);
        let Err(refused) = model.save(folder.path().join("whole.safetensors")) else { panic!("saved {what}") };
        let text = refused.to_string();
        assert!(text.contains(what) && text.contains("model.save_weights(path)?") && !text.contains(".."), "{text}");

        model.fit(&points(8), how(ModelCheckpoint::new(&path).save_weights_only(true))).unwrap();
        let mut again = network.build(7).unwrap();
        again.load_weights(folder.path().join("2.safetensors")).unwrap();
        assert_eq!(flat(&again.predict(&points(8)).unwrap()), flat(&model.predict(&points(8)).unwrap()));
    }
}
