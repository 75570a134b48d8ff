//! The augmentation of the digit recognizer: three pipelines, three new images of each from every image.
//! `peers/keras_augment.py` has Keras do it.

use super::times::measure;
use anyhow::Result;
use tealight::prelude::*;

pub(crate) fn run() -> Result<()> {
    let (train, _) = mnist::load()?;
    let train = train.take(33_600)?;
    measure("augment", "302,400 images from 33,600", 3, || ten_from_one(&train, 1))
}

/// The images and nine changed ones of each, still bytes.
pub(crate) fn ten_from_one(images: &Dataset, seed: u64) -> Result<Dataset> {
    let moved = || Augment::new().add(RandomTranslation::new(0.1, 0.1).fill_mode(FillMode::Constant));
    let zoom = || RandomZoom::new(0.15).width_factor(0.15).fill_mode(FillMode::Constant);
    let turn = || RandomRotation::new(0.1).fill_mode(FillMode::Constant);
    let pipelines = [moved().add(turn()), moved().add(zoom()), moved().add(zoom()).add(turn())];
    let new = pipelines.iter().zip(seed..).map(|(pipeline, seed)| images.augment(pipeline, 3, seed));
    Ok(images.concat(&new.collect::<tealight::Result<Vec<_>>>()?)?)
}
