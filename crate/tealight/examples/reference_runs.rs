//! Full training runs beside those of Keras: final accuracy and loss on the held-out data, ours and Keras's.
//!
//! `cargo run --release -p tealight --example reference_runs -- --seeds 3 small` runs the experiments on 10,000 images
//! with three seeds each. Without names it lists the experiments; a name may be a beginning, and `all` is all of them.
//! Ends with status 1 where a run lies outside of what is allowed: the accuracy within 0.004 of Keras's runs and the loss
//! within 10 %, for the experiments on 10,000 images 0.006 and 25 %. The run on raw pixels, from 0 to 255, has to reach an
//! accuracy of 0.93.
//!
//! Keras's numbers are of Keras 3.15 on JAX, two seeds each, in the final epoch; that of the raw pixels is of Keras on
//! TensorFlow, which there computes the loss from logits as tealight does. For the augmented runs the
//! first 42,000 training images stand for the Kaggle file of that size, and the first of five stratified folds is held out.

use std::time::Instant;
use tealight::prelude::*;

struct Experiment {
    name: &'static str,
    network: Sequential,
    optimizer: Optimizer,
    batch_size: usize,
    /// The epochs of each fit; a second fit goes on where the first ended.
    epochs: &'static [usize],
    data: Data,
    keras: Keras,
}

#[derive(Clone, Copy, PartialEq)]
enum Data {
    Full,
    /// As `Full`, without scaling.
    Raw,
    Small,
    Augmented,
}

/// What Keras's runs came to. No losses are known of the augmented runs.
struct Keras {
    accuracy: &'static [f64],
    loss: &'static [f64],
}

fn dense(units: &[usize], dropout: f64, penalty: Option<L2>) -> Sequential {
    let network = units.iter().fold(Sequential::new([28, 28]).add(Flatten), |network, &units| {
        let layer = Dense::new(units).activation(Relu);
        let network = network.add(match penalty {
            Some(penalty) => layer.kernel_regularizer(penalty),
            None => layer,
        });
        if dropout > 0.0 { network.add(Dropout::new(dropout)) } else { network }
    });
    network.add(Dense::new(10).activation(Softmax))
}

fn experiments() -> Vec<Experiment> {
    let l2 = Some(L2::new(0.01));
    let full = |name, network, optimizer: Optimizer, batch_size, epochs, accuracy, loss| Experiment {
        name,
        network,
        optimizer,
        batch_size,
        epochs,
        data: Data::Full,
        keras: Keras { accuracy, loss },
    };
    let small = |name, units: &[usize], accuracy, loss| Experiment {
        data: Data::Small,
        ..full(name, dense(units, 0.0, None), Adam::new().into(), 32, &[50], accuracy, loss)
    };
    let augmented = |name, units: &[usize], accuracy| Experiment {
        data: Data::Augmented,
        ..full(name, dense(units, 0.2, None), SGD::new().into(), 64, &[10], accuracy, &[])
    };
    let raw = Experiment {
        data: Data::Raw,
        ..full("raw", dense(&[128], 0.0, None), Adam::new().into(), 32, &[10], &[0.9423], &[])
    };
    let (sgd, rmsprop) = (|| SGD::new().into(), || RMSprop::new().into());
    let fcn = |penalty| dense(&[400, 20], 0.0, penalty);
    vec![
        raw,
        full(
            "dropout",
            dense(&[256, 128], 0.3, None),
            Adam::new().into(),
            32,
            &[20],
            &[0.9823, 0.9819],
            &[0.084, 0.073],
        ),
        small("small-under", &[], &[0.9131, 0.9112], &[0.326, 0.332]),
        small("small-balanced", &[128], &[0.9613, 0.9540], &[0.207, 0.241]),
        small("small-over", &[512, 512, 256, 128], &[0.9639, 0.9661], &[0.342, 0.276]),
        full("fcn", fcn(None), sgd(), 200, &[10, 25], &[0.9563, 0.9585], &[0.150, 0.146]),
        full("fcn-plain", fcn(None), sgd(), 200, &[25], &[0.9494, 0.9512], &[0.171, 0.169]),
        full("fcn-l2", fcn(l2), sgd(), 200, &[25], &[0.9317, 0.9312], &[0.754, 0.754]),
        full("rmsprop-512", dense(&[512, 512], 0.2, None), rmsprop(), 128, &[30], &[0.9848, 0.9863], &[0.093, 0.081]),
        full("rmsprop-400", dense(&[400, 300], 0.4, None), rmsprop(), 128, &[20], &[0.9839, 0.9837], &[0.072, 0.072]),
        full("l2-64", dense(&[64, 64], 0.5, l2), Adam::new().into(), 128, &[40], &[0.9434, 0.9452], &[0.354, 0.343]),
        augmented("augmented-2x100", &[100; 2], &[0.9705]),
        augmented("augmented-2x200", &[200; 2], &[0.9782]),
        augmented("augmented-3x100", &[100; 3], &[0.9736]),
        augmented("augmented-3x200", &[200; 3], &[0.9768]),
        augmented("augmented-5x100", &[100; 5], &[0.9714]),
        augmented("augmented-5x200", &[200; 5], &[0.9796]),
    ]
}

impl Experiment {
    /// The final accuracy and loss on the held-out data.
    fn run(&self, seed: u64, train: &Dataset, test: &Dataset) -> Result<(f64, f64)> {
        let mut model = self.network.build(seed)?;
        model.compile(self.optimizer.clone(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
        for &epochs in self.epochs {
            model.fit(train, Fit::new().epochs(epochs).batch_size(self.batch_size).verbose(Verbose::Silent))?;
        }
        let score = model.evaluate(test)?;
        Ok((score.accuracy()?, score.loss))
    }

    /// Whether a run lies beside Keras's.
    fn fits(&self, accuracy: f64, loss: f64) -> bool {
        if self.data == Data::Raw {
            return accuracy >= 0.93;
        }
        let (around, share) = if self.data == Data::Small { (0.006, 0.25) } else { (0.004, 0.1) };
        let ends = |values: &[f64]| {
            (values.iter().copied().fold(f64::INFINITY, f64::min), values.iter().copied().fold(0.0, f64::max))
        };
        let (low, high) = ends(self.keras.accuracy);
        let (least, most) = ends(self.keras.loss);
        let loss_fits = self.keras.loss.is_empty() || (least * (1.0 - share)..=most * (1.0 + share)).contains(&loss);
        (low - around..=high + around).contains(&accuracy) && loss_fits
    }
}

/// Training and held-out data, scaled.
fn data(kind: Data, seed: u64) -> Result<(Dataset, Dataset)> {
    let (train, test) = mnist::load()?;
    if kind == Data::Raw {
        return Ok((train, test));
    }
    let (train, test) = (train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0));
    match kind {
        Data::Raw | Data::Full => Ok((train, test)),
        Data::Small => Ok((train.take(10_000)?, test)),
        Data::Augmented => {
            let folds = train.take(42_000)?.stratified_k_fold(5, 422)?;
            let Some((train, held_out)) = folds.into_iter().next() else {
                return Err(Error::new(ErrorKind::Data, "reference_runs: no folds."));
            };
            let moved = || Augment::new().add(RandomTranslation::new(0.1, 0.1).fill_mode(FillMode::Constant));
            let zoom = || RandomZoom::new(0.15).width_factor(0.15).fill_mode(FillMode::Constant);
            let turn = || RandomRotation::new(0.1).fill_mode(FillMode::Constant);
            let pipelines = [moved().add(turn()), moved().add(zoom()), moved().add(zoom()).add(turn())];
            let new = pipelines.iter().zip(3 * seed..).map(|(pipeline, seed)| train.augment(pipeline, 3, seed));
            let new = new.collect::<Result<Vec<_>>>()?;
            Ok((train.concat(&new)?, held_out))
        }
    }
}

fn main() -> Result<()> {
    let mut seeds = 3;
    let mut names = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--seeds" {
            seeds = arguments.next().and_then(|seeds| seeds.parse().ok()).unwrap_or(seeds);
        } else {
            names.push(argument);
        }
    }
    let chosen = |name: &str| names.iter().any(|wanted| wanted == "all" || name.starts_with(wanted.as_str()));
    let all = experiments();
    if !all.iter().any(|experiment| chosen(experiment.name)) {
        println!("Name experiments, beginnings of their names, or all:");
        all.iter().for_each(|experiment| println!("  {}", experiment.name));
        return Ok(());
    }
    println!("{:<16} {:>4}  {:>8} {:>7}   {:<24} {:>8}", "experiment", "seed", "accuracy", "loss", "Keras", "seconds");
    let mut outside = 0;
    for experiment in all.iter().filter(|experiment| chosen(experiment.name)) {
        for seed in 1..=seeds {
            let (train, test) = data(experiment.data, seed)?;
            let start = Instant::now();
            let (accuracy, loss) = experiment.run(seed, &train, &test)?;
            let seconds = start.elapsed().as_secs_f64();
            let listed = |values: &[f64], digits: usize| {
                values.iter().map(|value| format!("{value:.digits$}")).collect::<Vec<_>>().join("/")
            };
            let keras = format!("{} {}", listed(experiment.keras.accuracy, 4), listed(experiment.keras.loss, 3));
            let fits = experiment.fits(accuracy, loss);
            outside += i32::from(!fits);
            let verdict = if fits { "" } else { "  outside" };
            println!(
                "{:<16} {seed:>4}  {accuracy:>8.4} {loss:>7.3}   {keras:<24} {seconds:>8.1}{verdict}",
                experiment.name
            );
        }
    }
    std::process::exit(i32::from(outside > 0));
}
