//! The digit recognizer as a whole: six networks, ten epochs each, on 336,000 images.
//!
//! 42,000 images stand for the Kaggle file. The first of five stratified folds is held out, and every epoch ends with
//! its validation; of each of the other 33,600 images there are nine changed ones. The images stay bytes until a batch
//! needs them. On a T4 GPU the source of the lesson took 1,180 s for the training.

use super::augment::ten_from_one;
use super::machine::peak_memory;
use super::network::dense;
use anyhow::{Context, Result, ensure};
use std::time::Instant;
use tealight::prelude::*;

/// Hidden layers and the nodes of each.
const NETWORKS: [(usize, usize); 6] = [(2, 100), (2, 200), (3, 100), (3, 200), (5, 100), (5, 200)];

/// Trains the networks that are named, or all, and prints the seconds of each part and of all together.
pub(crate) fn run(names: &[String], epochs: usize) -> Result<()> {
    let all = NETWORKS.map(|(layers, nodes)| (format!("{layers}x{nodes}"), layers, nodes));
    for name in names {
        ensure!(all.iter().any(|(known, ..)| known == name), "no network {name}; expected one such as {}", all[0].0);
    }
    let begin = Instant::now();
    let (images, _) = part("load, fold", || {
        let (images, _) = mnist::load()?;
        Ok((images.take(42_000)?.stratified_k_fold(5, 422)?, String::new()))
    })?;
    let (train, held_out) = images.into_iter().next().context("no fold")?;
    let (train, _) = part("augmentation", || {
        let train = ten_from_one(&train, 1)?;
        let what = format!("{} images", train.len());
        Ok((train, what))
    })?;
    let (train, held_out) = (train.rescale(1.0 / 255.0), held_out.rescale(1.0 / 255.0));
    let chosen = all.iter().filter(|(name, ..)| names.is_empty() || names.contains(name));
    let mut training = 0.0;
    for (name, layers, nodes) in chosen {
        let (_, seconds) = part(name, || {
            let mut model = dense(&vec![*nodes; *layers], 0.2).build(1)?;
            model.compile(SGD::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
            let how = Fit::new().epochs(epochs).batch_size(64).validation_data(&held_out).verbose(Verbose::Silent);
            let history = model.fit(&train, how)?;
            Ok(((), format!("{epochs} epochs, validation accuracy {:.4}", history.last("val_accuracy")?)))
        })?;
        training += seconds;
    }
    let total = begin.elapsed().as_secs_f64();
    println!("{:<14} {training:>7.2} s", "training");
    println!("{:<14} {total:>7.2} s  at most 75 s for all six with 10 epochs", "total");
    if let Some(megabytes) = peak_memory() {
        println!("{:<14} {megabytes:>7.0} MB", "peak memory");
    }
    Ok(())
}

/// Does a part of it and prints how long it took, with what is to be said of it.
fn part<T>(name: &str, work: impl FnOnce() -> Result<(T, String)>) -> Result<(T, f64)> {
    let start = Instant::now();
    let (result, what) = work()?;
    let seconds = start.elapsed().as_secs_f64();
    println!("{name:<14} {seconds:>7.2} s  {what}");
    Ok((result, seconds))
}
