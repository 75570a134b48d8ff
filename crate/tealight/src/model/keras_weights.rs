//! Loading the weights that Keras 3 saved.

use super::Model;
use super::keras_file::KerasFile;
use crate::Result;
use crate::layers::{Layer, snake_case};
use std::collections::HashMap;
use std::path::Path;

/// The size that a file may have beside the parameters.
const OVERHEAD_BYTES: u64 = 64 << 20;
/// The size that it may have for each parameter: the number and the slots of an optimizer, in f64.
const BYTES_PER_PARAMETER: u64 = 64;

impl Model {
    /// Sets all parameters from a file that Keras 3 saved for the same network, by `model.save_weights("model.weights.h5")`
    /// or by `model.save("model.keras")`.
    ///
    /// Build the network here as it was built there; layers find their weights by kind and order, as in Keras, not by name.
    /// The state of Keras's optimizer is not read, and that of tealight's stays as it is.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, a parameter is missing in it or has another shape, or it has weights that the model does
    /// not have; the model is left unchanged then. Files of Keras 2 are errors too: Keras 3 can read them and save them
    /// again.
    ///
    /// ```no_run
    /// use tealight::prelude::*;
    ///
    /// let network = Sequential::new([28, 28])
    ///     .add(Flatten)
    ///     .add(Dense::new(128).activation(Relu))
    ///     .add(Dense::new(10).activation(Softmax));
    /// let mut model = network.build(0)?;
    /// model.load_keras_weights("model.keras")?;
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn load_keras_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.set_keras_weights(path.as_ref())
    }

    fn set_keras_weights(&mut self, path: &Path) -> Result<()> {
        let parameters = self.named_parameters().map(|parameter| parameter.var.elem_count() as u64).sum::<u64>();
        let file = KerasFile::read(path, OVERHEAD_BYTES + BYTES_PER_PARAMETER * parameters)?;
        let mut values = Vec::new();
        let mut counts = HashMap::new();
        for (name, layer) in keras_names(self.spec.layers()).into_iter().zip(&self.layers) {
            for (index, parameter) in layer.parameters().iter().enumerate() {
                values.push((&parameter.var, file.weight(&name, index, &parameter.name, parameter.var.dims())?));
            }
            counts.insert(name, layer.parameters().len());
        }
        for (layer, weights) in file.counts()? {
            // A layer that the model does not have.
            let own = counts.get(&layer).copied().unwrap_or(0);
            if weights > own {
                let message = format!(
                    "layers/{layer} has {weights} weights, but the model has a place for {own}. Build the network that \
                     was saved."
                );
                return Err(file.fail(&message));
            }
        }
        values.iter().try_for_each(|(var, values)| Ok(var.set(values)?))
    }
}

/// Returns Keras's names for the layers in a file: their kind, numbered from the second of a kind on.
fn keras_names(layers: &[Layer]) -> Vec<String> {
    let mut counts = HashMap::new();
    let name = |layer: &Layer| {
        let kind = snake_case(layer.kind());
        let count = counts.entry(kind.clone()).and_modify(|count| *count += 1).or_insert(0);
        if *count == 0 { kind } else { format!("{kind}_{count}") }
    };
    layers.iter().map(name).collect()
}
