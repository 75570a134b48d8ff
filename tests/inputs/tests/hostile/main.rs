//! Runs all readers on the corpus and on mutations of it, which are the same at each run.
//!
//! The mutations are drawn from a fixed seed. Their number is chosen so that the test takes about a minute on two cores.
//! `TEALIGHT_MINUTES=30` runs for 30 minutes with a new seed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod large;
mod mutations;
mod seeds;

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant, SystemTime};

use inputs::{TARGETS, Target, corpus};

use mutations::Mutations;

/// The time limit for an input, on a busy machine.
const INPUT_TIMEOUT: Duration = Duration::from_secs(20);

/// Returns the number of mutations for a target.
fn mutation_count(target: &Target) -> usize {
    match target.name {
        "picture" | "keras_file" => 15_000,
        "image_loader" => 3_000,
        "model_file" | "model_description" => 50_000,
        _ => 150_000,
    }
}

/// Returns the mutations for a target.
fn mutations(target: &Target, kept: &[Vec<u8>]) -> Box<dyn Iterator<Item = Vec<u8>> + Send> {
    let Some(minutes) = std::env::var_os("TEALIGHT_MINUTES") else {
        return Box::new(Mutations::new(target.name, kept.to_vec(), 8).take(mutation_count(target)));
    };
    let minutes: f64 = minutes.to_str().unwrap().parse().unwrap();
    let end = Instant::now() + Duration::from_secs_f64(60.0 * minutes / TARGETS.len() as f64);
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let mutations = Mutations::new(target.name, kept.to_vec(), seed);
    Box::new(mutations.take_while(move |_| Instant::now() < end))
}

/// Checks all inputs in a thread, and panics with the input on which the reader hangs or fails.
fn check_all(target: Target, inputs: impl Iterator<Item = Vec<u8>> + Send + 'static) {
    let (sender, receiver) = channel();
    let reader = std::thread::spawn(move || {
        for input in inputs {
            sender.send(Some(input.clone())).unwrap();
            target.check(&input);
        }
        sender.send(None).unwrap();
    });
    let mut last = Vec::new();
    loop {
        match receiver.recv_timeout(INPUT_TIMEOUT) {
            Ok(Some(input)) => last = input,
            Ok(None) => return reader.join().unwrap(),
            Err(RecvTimeoutError::Timeout) => {
                panic!("{target:?} has not read this in {INPUT_TIMEOUT:?}: {}", excerpt(&last))
            }
            Err(RecvTimeoutError::Disconnected) => panic!("{target:?} panicked on this: {}", excerpt(&last)),
        }
    }
}

fn excerpt(input: &[u8]) -> String {
    format!("{} bytes, b\"{}\"", input.len(), input[..input.len().min(2_000)].escape_ascii())
}

/// One test, because memory is counted for the whole process.
#[test]
fn readers_withstand_hostile_inputs() {
    for target in TARGETS {
        let kept = corpus::inputs(&target).unwrap();
        assert!(!kept.is_empty(), "the corpus has no input of {target:?}");
        // Allocations that happen once, such as threads, do not count.
        let _ = target.measure(&kept[0]);
        let mutations = mutations(&target, &kept);
        check_all(target, kept.into_iter().chain(mutations));
    }
    for (name, inputs) in large::INPUTS {
        check_all(Target::by_name(name), inputs().into_iter());
    }
}
