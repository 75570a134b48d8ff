//! All readers on the kept inputs and on changes of them: the same at each run.
//!
//! The changes are drawn from a fixed seed. How many each reader gets is chosen so that all of it takes about a minute on
//! two cores. `TEALIGHT_MINUTES=30` goes on for so long with changes that are others each time.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking, in its helpers too")]

mod change;
mod large;
mod seeds;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant, SystemTime};

use inputs::{TARGETS, Target};

use change::Changes;

/// No input may take longer, on a machine that does other things too.
const LONGEST: Duration = Duration::from_secs(20);

/// The kept inputs of a reader, in the order of their names.
fn corpus(target: &Target) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target.name);
    let files = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty(), "{} is empty", folder.display());
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

/// How many changed inputs a reader gets.
fn count(target: &Target) -> usize {
    match target.name {
        "picture" | "keras_file" => 15_000,
        "image_loader" => 3_000,
        "model_file" | "model_description" => 50_000,
        _ => 150_000,
    }
}

/// The changed inputs that a reader gets.
fn changed(target: &Target, kept: &[Vec<u8>]) -> Box<dyn Iterator<Item = Vec<u8>> + Send> {
    let Some(minutes) = std::env::var_os("TEALIGHT_MINUTES") else {
        return Box::new(Changes::new(target.name, kept.to_vec(), 8).take(count(target)));
    };
    let minutes: f64 = minutes.to_str().unwrap().parse().unwrap();
    let end = Instant::now() + Duration::from_secs_f64(60.0 * minutes / TARGETS.len() as f64);
    let seed = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
    let changes = Changes::new(target.name, kept.to_vec(), seed);
    Box::new(changes.take_while(move |_| Instant::now() < end))
}

/// Runs `work`, which tells of each input before it reads it, and ends with the input on which it hangs or fails.
fn watch(target: Target, inputs: impl Iterator<Item = Vec<u8>> + Send + 'static) {
    let (tell, heard) = channel();
    let reader = std::thread::spawn(move || {
        for input in inputs {
            tell.send(Some(input.clone())).unwrap();
            target.check(&input);
        }
        tell.send(None).unwrap();
    });
    let mut last = Vec::new();
    loop {
        match heard.recv_timeout(LONGEST) {
            Ok(Some(input)) => last = input,
            Ok(None) => return reader.join().unwrap(),
            Err(RecvTimeoutError::Timeout) => panic!("{target:?} has not read this in {LONGEST:?}: {}", shown(&last)),
            Err(RecvTimeoutError::Disconnected) => panic!("{target:?} panicked on this: {}", shown(&last)),
        }
    }
}

fn shown(input: &[u8]) -> String {
    format!("{} bytes, b\"{}\"", input.len(), input[..input.len().min(2_000)].escape_ascii())
}

/// One test, because memory is counted for the whole process.
#[test]
fn readers_bear_hostile_inputs() {
    for target in TARGETS {
        let kept = corpus(&target);
        // What is made once, such as threads, is charged to nobody.
        let _ = target.measure(&kept[0]);
        let changed = changed(&target, &kept);
        watch(target, kept.into_iter().chain(changed));
    }
    for (name, inputs) in large::INPUTS {
        watch(Target::called(name), inputs().into_iter());
    }
}
