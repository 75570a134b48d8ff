//! MNIST from its compressed files to tensors of numbers from 0 to 1.

use super::times::measure;
use anyhow::Result;
use tealight::prelude::*;

pub(crate) fn run() -> Result<()> {
    measure("load", "MNIST to tensors, 70,000 images; at most 200 ms", 7, || {
        let (train, test) = mnist::load()?;
        Ok((train.rescale(1.0 / 255.0).to_tensors()?, test.rescale(1.0 / 255.0).to_tensors()?))
    })
}
