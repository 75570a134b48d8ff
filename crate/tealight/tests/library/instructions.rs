//! The same tests with other instructions of the processor: networks are trained on all that it has.

use std::process::Command;

/// The tests that train: what Keras trained, and what a training does.
const TESTS: [&str; 3] = ["keras::", "keras_training::", "training::"];

#[test]
fn without_avx_every_training_gives_what_keras_gave() {
    // An instruction set is chosen once for a process.
    let mut command = Command::new(std::env::current_exe().unwrap());
    let output = command.args(TESTS).env("TEALIGHT_SIMD", "portable").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains(" passed; 0 failed"), "{said}");
    assert!(!said.contains(" 0 passed"), "no test has one of the names {TESTS:?}: {said}");
}
