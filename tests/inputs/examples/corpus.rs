//! Unpacks the corpus for the fuzzer, or packs it: `cargo run --release -p tealight-hostile-inputs --example corpus -- unpack`.

use std::io;

use inputs::corpus;

fn main() -> io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("unpack") => corpus::unpack(),
        Some("pack") => corpus::pack(),
        _ => Err(io::Error::other("usage: corpus unpack|pack")),
    }
}
