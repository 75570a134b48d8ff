//! `fit` and `evaluate`.

use super::{compiled, flat, points, quiet, small};
use std::process::Command;
use tealight::prelude::*;

fn weights(model: &Model) -> Vec<f32> {
    model.weights().unwrap().iter().flat_map(|(_, weight)| flat(weight)).collect()
}

/// Returns the bits of all values of a history except the seconds.
fn bits(history: &History) -> Vec<u64> {
    let bits = |name: &String| history.get(name).unwrap().iter().map(|value| value.to_bits()).collect::<Vec<_>>();
    history.names().iter().flat_map(bits).collect()
}

#[test]
fn fit_learns_a_small_problem() {
    let (train, test) = (points(1000), points(1300).slice(1000..).unwrap());
    let mut model = compiled(&small(), 1);
    let history = model.fit(&train, quiet().epochs(15).validation_data(&test)).unwrap();
    assert_eq!(history.epochs(), 15);
    assert!(history.get("loss").unwrap()[0] > history.last("loss").unwrap());
    assert!(history.last("val_accuracy").unwrap() > 0.93, "{history}");
    let score = model.evaluate(&test).unwrap();
    assert_eq!(score.accuracy().unwrap(), history.last("val_accuracy").unwrap());
    assert_eq!(score.loss, history.last("val_loss").unwrap());
    let hits = model.predict_classes(&test).unwrap().iter().zip(test.labels()).filter(|(a, b)| a == b).count();
    assert_eq!(score.accuracy().unwrap(), hits as f64 / 300.0);
}

#[test]
fn fit_depends_on_the_seed_alone_bit_for_bit() {
    let data = points(300);
    let train = |seed, options: Fit| {
        let mut model = compiled(&small(), seed);
        let history = model.fit(&data, options.epochs(3).validation_split(0.2)).unwrap();
        (bits(&history), weights(&model))
    };
    assert_eq!(train(1, quiet()), train(1, quiet()));
    assert_ne!(train(1, quiet()), train(2, quiet()));
    assert_eq!(train(1, quiet().seed(7)), train(1, quiet().seed(7)));
    assert_ne!(train(1, quiet().seed(7)), train(1, quiet()));
    assert_ne!(train(1, quiet().shuffle(false)), train(1, quiet()));
}

#[test]
fn second_fit_continues_as_one_longer_fit() {
    let data = points(330);
    let mut whole = compiled(&small(), 3);
    let expected = whole.fit(&data, quiet().epochs(5).validation_split(0.1)).unwrap();

    let mut parts = compiled(&small(), 3);
    let mut history = parts.fit(&data, quiet().epochs(2).validation_split(0.1)).unwrap();
    history.append(&parts.fit(&data, quiet().epochs(3).validation_split(0.1)).unwrap());
    assert_eq!(bits(&history), bits(&expected));
    assert_eq!(weights(&parts), weights(&whole));
    assert_eq!(parts.epochs_trained(), 5);
}

#[test]
fn validation_split_takes_the_last_rows() {
    let data = points(103);
    let (training, validation) = data.split(0.2).unwrap();
    assert_eq!((training.len(), validation.len()), (82, 21));
    let mut split = compiled(&small(), 1);
    let by_split = split.fit(&data, quiet().epochs(2).validation_split(0.2)).unwrap();
    let mut given = compiled(&small(), 1);
    let by_data = given.fit(&training, quiet().epochs(2).validation_data(&validation)).unwrap();
    assert_eq!(bits(&by_split), bits(&by_data));
    assert_eq!(validation.labels(), &data.labels()[82..]);
}

#[test]
fn partial_batch_is_weighted_by_its_examples() {
    // If the steps are negligible, the mean over uneven batches is the mean over the examples.
    let data = points(70);
    let network = Sequential::new([2]).add(Dense::new(2).activation(Softmax));
    let mut model = network.build(1).unwrap();
    model.compile(Adam::new().learning_rate(1e-12), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
    let score = model.evaluate(&data).unwrap();
    let history = model.fit(&data, quiet().batch_size(32)).unwrap();
    assert!((history.last("loss").unwrap() - score.loss).abs() < 1e-6);
    assert_eq!(history.last("accuracy").unwrap(), score.accuracy().unwrap());
}

#[test]
fn batch_larger_than_the_data_takes_all_of_it() {
    let mut model = compiled(&small(), 1);
    assert_eq!(model.fit(&points(5), quiet().batch_size(1000)).unwrap().epochs(), 1);
}

#[test]
fn compile_again_keeps_parameters_and_resets_optimizer() {
    let data = points(100);
    let mut model = compiled(&small(), 1);
    model.fit(&data, quiet()).unwrap();
    let before = weights(&model);
    model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), None::<Metric>).unwrap();
    assert_eq!(weights(&model), before);
    assert_eq!(model.evaluate(&data).unwrap().metrics, []);
    assert_eq!(model.fit(&data, quiet()).unwrap().names(), ["loss"]);
}

#[test]
fn nan_loss_stops_the_fit_and_keeps_the_parameters() {
    // Finite, but twice the number is not.
    let x = Tensor::new(&[[1f32, 2.0], [f32::MAX, f32::MAX], [0.5, 0.5]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[0u32, 1, 1], &Device::Cpu).unwrap()).unwrap();
    let mut model = compiled(&Sequential::new([2]).add(Dense::new(2).activation(Softmax)), 1);
    let kernel = Tensor::new(&[[2f32, -2.0], [2.0, -2.0]], &Device::Cpu).unwrap();
    model.set_weight("dense/kernel", &kernel).unwrap();
    let result = model.fit(&data, quiet().epochs(4).batch_size(1).shuffle(false));
    super::says(result, ErrorKind::Numeric, &["the loss became", "in epoch 1, batch 2 of 3", "learning rate"]);
    assert!(weights(&model).iter().all(|w| w.is_finite()));
    assert!(model.fit(&data.take(1).unwrap(), quiet()).is_ok());
}

#[test]
fn history_keeps_the_epochs_before_an_error() {
    /// Sets a weight to NaN at the beginning of the third epoch.
    #[derive(Clone)]
    struct Spoil;
    impl Callback for Spoil {
        fn on_epoch_begin(&mut self, training: &mut Training<'_>) -> Result<Flow> {
            if training.epoch() == 2 {
                let nan = Tensor::full(f32::NAN, 2, &Device::Cpu)?;
                training.model_mut().set_weight("dense_1/bias", &nan)?;
            }
            Ok(Flow::Continue)
        }
    }
    let data = points(60);
    let mut good = compiled(&small(), 1);
    let expected = good.fit(&data, quiet().epochs(2).validation_split(0.2)).unwrap();
    assert_eq!(good.history(), &expected);
    assert!(good.fit(&data, quiet().epochs(0)).is_err());
    assert_eq!(good.history(), &expected, "a fit that never began changes nothing");

    let mut spoiled = compiled(&small(), 1);
    assert_eq!(spoiled.history().epochs(), 0);
    let result = spoiled.fit(&data, quiet().epochs(5).validation_split(0.2).callback(Spoil));
    super::says(
        result,
        ErrorKind::Numeric,
        &["NaN in epoch 3, batch 1 of 2", "model.history() has the epochs before it"],
    );
    assert_eq!(bits(spoiled.history()), bits(&expected));
    let stopped = spoiled.history().stopped().unwrap();
    assert_eq!(stopped.epoch, 2);
    assert!(stopped.reason.starts_with("Model::fit: the loss became NaN in epoch 3"), "{}", stopped.reason);
}

/// Prints a fingerprint of a training whose matrix products are large enough for several threads.
#[test]
#[ignore = "run by number_of_threads_changes_nothing in separate processes"]
fn fingerprint() {
    let (train, test) = mnist::load().unwrap();
    let scaled = |data: Dataset, count| data.take(count).unwrap().rescale(1.0 / 255.0);
    let network = Sequential::new([28, 28])
        .add(Flatten)
        .add(Dense::new(300).activation(Relu))
        .add(Dropout::new(0.3))
        .add(Dense::new(100).activation(Tanh))
        .add(Dense::new(10).activation(Softmax));
    let mut model = compiled(&network, 42);
    let options = quiet().epochs(2).batch_size(96).validation_data(&scaled(test, 1500));
    let history = model.fit(&scaled(train, 2000), options).unwrap();
    let bits = weights(&model).iter().fold(0u64, |hash, w| hash.rotate_left(5) ^ u64::from(w.to_bits()));
    println!("fingerprint {:?} {bits:016x}", self::bits(&history));
}

#[test]
fn number_of_threads_changes_nothing() {
    let run = |threads: &str| {
        let program = std::env::current_exe().unwrap();
        let arguments = ["--exact", "training::fingerprint", "--ignored", "--nocapture"];
        let output = Command::new(program).args(arguments).env("RAYON_NUM_THREADS", threads).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let found = text.lines().find_map(|line| line.split("fingerprint [").nth(1)).map(str::to_owned);
        found.unwrap_or_else(|| panic!("no fingerprint in: {text}"))
    };
    let one = run("1");
    assert_eq!(one, run("2"));
    assert_eq!(one, run("5"));
}
