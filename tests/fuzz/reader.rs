//! The fuzzer of the reader that the environment variable `READER` names, such as `idx`.
#![no_main]

use std::sync::LazyLock;

use inputs::Target;
use libfuzzer_sys::fuzz_target;

static TARGET: LazyLock<Target> = LazyLock::new(|| Target::by_name(&std::env::var("READER").unwrap_or_default()));

fuzz_target!(|input: &[u8]| TARGET.check(input));
