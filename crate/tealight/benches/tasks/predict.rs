//! What a trained network says of images: of many at once, and of one, as when somebody draws a digit.
//! `peers/keras_predict.py` has Keras do it.

use super::network::dense;
use super::times::measure;
use anyhow::Result;
use tealight::prelude::*;

/// The first lesson's network, and the test images.
fn network_and_images() -> Result<(Model, Dataset)> {
    Ok((dense(&[256, 128], 0.3).build(1)?, mnist::load()?.1.rescale(1.0 / 255.0)))
}

pub(crate) fn many() -> Result<()> {
    let (model, images) = network_and_images()?;
    measure("predict", "10,000 images, 784-256-128-10", 25, || Ok(model.predict(&images)?))
}

pub(crate) fn one() -> Result<()> {
    let (model, images) = network_and_images()?;
    let mut index = 0;
    measure("latency", "one image after the other, 784-256-128-10", images.len(), || {
        index += 1;
        Ok(model.predict(&images.slice(index - 1..index)?)?.to_vec2::<f32>()?)
    })
}
