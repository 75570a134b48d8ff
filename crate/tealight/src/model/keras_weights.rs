use super::Model;
use super::keras_file::KerasFile;
use crate::layers::snake_case;
use crate::{Layer, Result};
use std::collections::HashMap;
use std::path::Path;

/// What a file may hold beside the parameters.
const SPARE: u64 = 64 << 20;
/// What it may hold for each parameter: the number, and what an optimizer remembers of it, twice as wide as here.
const BYTES: u64 = 64;

impl Model {
    /// Sets all parameters from a file that Keras 3 saved of the same network: by `model.save_weights("model.weights.h5")`
    /// or by `model.save("model.keras")`.
    ///
    /// Build the network here as it was built there; layers find their weights by their kind and order, as in Keras, not
    /// by their names. What the optimizer of Keras remembers is not read, and that of tealight keeps what it has.
    ///
    /// Errors where the file cannot be read, where a parameter is missing in it or has another shape, and where it has
    /// weights for which the model has no place; nothing is set then. Files of Keras 2 are errors too: Keras 3 reads them
    /// and saves them anew.
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
        self.take_keras_weights(path.as_ref())
    }

    fn take_keras_weights(&mut self, path: &Path) -> Result<()> {
        let parameters = self.named_parameters().map(|parameter| parameter.var.elem_count() as u64).sum::<u64>();
        let file = KerasFile::read(path, SPARE + BYTES * parameters)?;
        let mut values = Vec::new();
        let mut counts = HashMap::new();
        for (name, layer) in keras_names(self.spec.layers()).into_iter().zip(&self.layers) {
            for (index, parameter) in layer.parameters().iter().enumerate() {
                values.push((&parameter.var, file.weight(&name, index, &parameter.name, parameter.var.dims())?));
            }
            counts.insert(name, layer.parameters().len());
        }
        for (layer, weights) in file.counts()? {
            let own = counts.get(&layer).copied().unwrap_or_default();
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

/// What Keras calls the layers in a file: by their kind, with a number from the second of a kind on.
fn keras_names(layers: &[Layer]) -> Vec<String> {
    let mut counts = HashMap::new();
    let name = |layer: &Layer| {
        let kind = snake_case(layer.kind());
        let count = counts.entry(kind.clone()).and_modify(|count| *count += 1).or_insert(0);
        if *count == 0 { kind } else { format!("{kind}_{count}") }
    };
    layers.iter().map(name).collect()
}
