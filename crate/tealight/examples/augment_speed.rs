//! How long the augmentation of a digit recogniser takes: 30,240 images, nine changed copies of each, 302,400 in all.
//!
//! `cargo run --release -p tealight --example augment_speed`; `augment_speed.py` beside it has Keras do it.

use std::time::Instant;
use tealight::prelude::*;

fn main() -> Result<()> {
    let (train, _) = mnist::load()?;
    let train = train.take(30_240)?.rescale(1.0 / 255.0);
    let translation = RandomTranslation::new(0.1, 0.1).fill_mode(FillMode::Constant);
    let rotation = RandomRotation::new(0.1).fill_mode(FillMode::Constant);
    let zoom = RandomZoom::new(0.15).width_factor(0.15).fill_mode(FillMode::Constant);
    let pipelines = [
        Augment::new().add(translation).add(rotation),
        Augment::new().add(translation).add(zoom),
        Augment::new().add(translation).add(zoom).add(rotation),
    ];
    for seed in 0..3 {
        let start = Instant::now();
        let new = pipelines.iter().map(|pipeline| train.augment(pipeline, 3, seed)).collect::<Result<Vec<_>>>()?;
        let all = train.concat(&new)?;
        println!("{:.2} s for {:?}", start.elapsed().as_secs_f64(), all.shape());
    }
    Ok(())
}
