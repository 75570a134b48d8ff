//! Weight files of Keras 3: HDF5, alone or in a `.keras` archive.

use super::limited_source::{LimitedSource, ReadBudget};
use super::tensor_file::NOT_FINITE_ADVICE;
use crate::file::{open, unread};
use crate::{Error, ErrorKind, Result};
use candle_core::{Device, Tensor};
use std::fmt::Display;
use std::io::{Cursor, ErrorKind as IoKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The archive entry of the weights in a `.keras` file.
const WEIGHTS_ENTRY: &str = "model.weights.h5";
/// The first bytes of a zip archive.
const ZIP_SIGNATURE: &[u8] = b"PK\x03\x04";

/// The weights of a file with a sound structure; each weight is checked when it is read.
pub(super) struct KerasFile {
    path: PathBuf,
    layers: hdf5_pure::Group,
    budget: Arc<ReadBudget>,
    /// The length of the HDF5 data in bytes.
    length: u64,
}

/// The beginning of the error messages.
const PLACE: &str = "Model::load_keras_weights";

impl KerasFile {
    /// Reads a file of at most `max_bytes` bytes.
    pub(super) fn read(path: &Path, max_bytes: u64) -> Result<Self> {
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{PLACE}: {}: {what}", path.display()));
        let broken = |error| unread(error, fail);
        let mut bytes = read_at_most(max_bytes, open(path, fail)?).map_err(broken)?;
        if bytes.starts_with(ZIP_SIGNATURE) {
            let cannot = |error: &dyn Display| {
                fail(format!(
                    "is an archive, but not a model that Keras 3 saved: {WEIGHTS_ENTRY} cannot be read: {error}."
                ))
            };
            let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| cannot(&error))?;
            let entry = archive.by_name(WEIGHTS_ENTRY).map_err(|error| cannot(&error))?;
            bytes = read_at_most(max_bytes, entry).map_err(|error| cannot(&error))?;
        }
        if !hdf5_pure::is_hdf5_bytes(&bytes) {
            let advice = "Give a file of model.save_weights(\"model.weights.h5\") or model.save(\"model.keras\")";
            return Err(fail(format!("is not a file that Keras saved: it does not begin as HDF5. {advice}.")));
        }
        let damaged = |error: hdf5_pure::Error| {
            fail(format!("is cut short or damaged: {error}. Save it again.")).caused_by(error)
        };
        let length = bytes.len() as u64;
        let (source, budget) = LimitedSource::new(bytes);
        let file = hdf5_pure::File::from_source(source).map_err(damaged)?;
        if !file.root().groups().map_err(damaged)?.iter().any(|group| group == "layers") {
            let advice = "Load the model in Keras 3 and save it with model.save_weights(\"model.weights.h5\")";
            return Err(fail(format!("is HDF5, but does not hold weights as Keras 3 saves them. {advice}.")));
        }
        let layers = file.group("layers").map_err(damaged)?;
        Ok(Self { path: path.to_owned(), layers, budget, length })
    }

    /// Reads weight number `index` of the layer that Keras calls `layer`; it must have this shape. `parameter` is its name
    /// in the model, for errors.
    pub(super) fn weight(&self, layer: &str, index: usize, parameter: &str, shape: &[usize]) -> Result<Tensor> {
        let name = format!("{layer}/vars/{index}");
        let fail = |kind, what: String| {
            let path = self.path.display();
            Error::new(
                kind,
                format!("{PLACE}: {path}: the parameter \"{parameter}\", layers/{name} in the file, {what}"),
            )
        };
        let damaged =
            |error: hdf5_pure::Error| fail(ErrorKind::Data, format!("cannot be read: {error}.")).caused_by(error);
        self.budget.reset(self.length);
        let Ok(weight) = self.layers.dataset(&name) else {
            let known = self.counts()?.into_iter().map(|(layer, weights)| format!("{layer} ({weights})"));
            let known = known.collect::<Vec<_>>().join(", ");
            let message =
                format!("is not there; the file has layers and weights: {known}. Build the network that was saved.");
            return Err(fail(ErrorKind::Name, message));
        };
        let given = weight.shape().map_err(damaged)?;
        if given.len() != shape.len() || given.iter().zip(shape).any(|(&given, &side)| given != side as u64) {
            let message = format!("should have shape {shape:?}, but has {given:?}. Build the network that was saved.");
            return Err(fail(ErrorKind::Shape, message));
        }
        let numbers = weight.read_f32().map_err(damaged)?;
        if let Some(number) = numbers.iter().find(|number| !number.is_finite()) {
            return Err(fail(ErrorKind::Numeric, format!("holds {number}. {NOT_FINITE_ADVICE}")));
        }
        Ok(Tensor::from_vec(numbers, shape, &Device::Cpu)?)
    }

    /// Returns the layers that have weights, by Keras's names for them, with their number of weights.
    pub(super) fn counts(&self) -> Result<Vec<(String, usize)>> {
        let count = || {
            self.budget.reset(self.length);
            let counts = self.layers.groups()?.into_iter().map(|layer| {
                // Another kind of layer, such as a nested model, has no weights of its own.
                self.budget.reset(self.length);
                let vars = self.layers.group(&format!("{layer}/vars"));
                let weights = vars.map_or(Ok(0), |vars| vars.datasets().map(|weights| weights.len()))?;
                Ok((layer, weights))
            });
            counts.collect::<Result<Vec<_>, hdf5_pure::Error>>()
        };
        let mut counts = count().map_err(|error| self.fail(&format!("cannot be read: {error}.")).caused_by(error))?;
        counts.retain(|(_, weights)| *weights > 0);
        counts.sort();
        Ok(counts)
    }

    pub(super) fn fail(&self, what: &str) -> Error {
        Error::new(ErrorKind::Data, format!("{PLACE}: {}: {what}", self.path.display()))
    }
}

/// Reads a file or an archive entry, which may be endless: a device never ends, and a small archive can unpack to anything.
fn read_at_most(max_bytes: u64, from: impl Read) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.take(max_bytes + 1).read_to_end(&mut bytes)?;
    match bytes.len() as u64 > max_bytes {
        true => Err(std::io::Error::new(IoKind::FileTooLarge, "it is far larger than the model")),
        false => Ok(bytes),
    }
}
