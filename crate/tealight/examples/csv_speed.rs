//! How long it takes to read a table like Kaggle's `train.csv`: 42,000 × 785. `csv_speed.py` beside it has pandas do it.
//!
//! `cargo run --release -p tealight --example csv_speed -- /tmp/train.csv`

use std::time::Instant;
use tealight::prelude::*;

fn main() -> Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "train.csv".to_owned());
    if !std::path::Path::new(&path).exists() {
        let (train, _) = mnist::load()?;
        train.take(42_000)?.to_csv(&path)?;
    }
    for _ in 0..5 {
        let start = Instant::now();
        let data = Dataset::from_csv(&path, [28, 28])?;
        println!("{:.3} s for {:?}", start.elapsed().as_secs_f64(), data.shape());
    }
    Ok(())
}
