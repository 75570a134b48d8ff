//! The networks of the tasks.

use tealight::prelude::*;

/// Dense ReLU layers with so many units, dropout behind each, and softmax over ten classes, on 28 × 28 pixels.
pub(crate) fn dense(hidden: &[usize], dropout: f64) -> Sequential {
    let input = Sequential::new([28, 28]).add(Flatten);
    let layers = hidden
        .iter()
        .fold(input, |network, &units| network.add(Dense::new(units).activation(Relu)).add(Dropout::new(dropout)));
    layers.add(Dense::new(10).activation(Softmax))
}
