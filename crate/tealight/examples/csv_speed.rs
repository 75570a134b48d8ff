//! How long it takes to read a table like Kaggle's `train.csv`, 42,000 × 785, as examples and as a table, and to describe
//! it. `csv_speed.py` beside it has pandas do it.
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
    for _ in 0..3 {
        let start = Instant::now();
        let table = Table::read_csv(&path)?;
        let read = start.elapsed();
        let (about, missing) = (table.describe(), table.null_counts().total());
        let seconds = (read.as_secs_f64(), (start.elapsed() - read).as_secs_f64());
        let columns = about.columns().len();
        println!(
            "{:.3} s for {:?}, {:.3} s for {columns} columns, {missing} missing",
            seconds.0,
            table.shape(),
            seconds.1
        );
    }
    Ok(())
}
