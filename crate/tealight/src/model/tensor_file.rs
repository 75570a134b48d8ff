//! Safetensors files: named tensors, with errors that say what to do.

use crate::cpu::f32_slice;
use crate::file;
use crate::{Error, ErrorKind, Result};
use candle_core::safetensors::Load;
use candle_core::{DType, Device, Tensor};
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensorError, SafeTensors};
use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The maximum size of a file: the largest network, three optimizer slots for each parameter, and 1 GiB for the rest.
const MAX_FILE_BYTES: u64 = (4 * 8 + 1) << 30;

/// The maximum number of names and numbers in a header: those of ten thousand tensors. Parsing turns two bytes of the file
/// into eighty of memory, so the check comes first.
const MAX_ENTRIES: usize = 60_000;

/// The maximum length of a header that the safetensors crate reads.
const MAX_HEADER_BYTES: usize = 100_000_000;

/// A file that was read, with a sound structure; each tensor is checked when it is read.
pub(super) struct TensorFile {
    path: PathBuf,
    place: &'static str,
    bytes: Vec<u8>,
    /// The offset of the tensors, after the header.
    start: usize,
    metadata: Metadata,
}

/// Returns a parameter's name as candle's `VarBuilder` composes it: `dense/kernel` → `dense.kernel`.
pub(super) fn key(parameter: &str) -> String {
    parameter.replace('/', ".")
}

impl TensorFile {
    /// Writes a file; `entry` is a name with a text for its metadata. `place` begins the errors.
    ///
    /// The file is byte for byte what the safetensors crate writes, but without a copy of all numbers in memory.
    pub(super) fn write(
        path: &Path,
        place: &'static str,
        mut tensors: Vec<NamedTensor<'_>>,
        entry: Option<(&str, String)>,
    ) -> Result<()> {
        tensors.sort_by(|a, b| a.name.cmp(&b.name));
        if let Some(pair) = tensors.windows(2).find(|pair| pair[0].name == pair[1].name) {
            let message = format!(
                "{place}: two parameters would be called \"{}\". Give one of their layers another name.",
                pair[0].name
            );
            return Err(Error::new(ErrorKind::Name, message));
        }
        let entry = entry.map(|(name, text)| HashMap::from([(name.to_owned(), text)]));
        let mut end = 0;
        let infos = tensors.iter().map(|tensor| {
            let from = end;
            end += tensor.shape.iter().product::<usize>() * size_of::<f32>();
            let info = TensorInfo { dtype: Dtype::F32, shape: tensor.shape.to_vec(), data_offsets: (from, end) };
            (tensor.name.clone(), info)
        });
        let fail = |error: SafeTensorError| {
            Error::new(ErrorKind::Data, format!("{place}: {}: {error}.", path.display())).caused_by(error)
        };
        let header = Metadata::new(entry, infos.collect()).map_err(fail)?;
        let mut header = serde_json::to_vec(&header).map_err(|error| fail(error.into()))?;
        header.resize(header.len().next_multiple_of(size_of::<u64>()), b' ');
        if header.len() > MAX_HEADER_BYTES {
            return Err(fail(SafeTensorError::HeaderTooLarge));
        }
        file::replace(path, place, |to| {
            to.write_all(&(header.len() as u64).to_le_bytes())?;
            to.write_all(&header)?;
            tensors.iter().try_for_each(|tensor| tensor.write(to))
        })
    }

    /// Reads a file into memory and checks it against its header.
    pub(super) fn read(path: &Path, place: &'static str) -> Result<Self> {
        let fail = |what: String| Error::new(ErrorKind::Data, format!("{place}: {}: {what}", path.display()));
        let bytes = file::read(path, MAX_FILE_BYTES, "tealight reads files of up to 33 GiB. Is it a model?", fail)?;
        let listed = count_entries(&bytes);
        if listed > MAX_ENTRIES {
            return Err(fail(format!(
                "is no model: its header lists some {listed} names and numbers, more than {MAX_ENTRIES}. Give a file that \
                 tealight saved."
            )));
        }
        let (header, metadata) = SafeTensors::read_metadata(&bytes).map_err(|error| {
            let what = match (&error, promised_len(&bytes)) {
                (_, Some(needed)) if needed > bytes.len() as u64 => format!(
                    "is cut short, or not a safetensors file: it has {} bytes, its beginning promises {needed}. Copy or \
                     save it again.",
                    bytes.len()
                ),
                (SafeTensorError::MetadataIncompleteBuffer, _) => {
                    format!(
                        "is cut short or damaged: its {} bytes are not those that its header lists. Copy or save it \
                         again.",
                        bytes.len()
                    )
                }
                _ => format!(
                    "is not a safetensors file, as tealight saves them: {error}. Give a file that tealight saved."
                ),
            };
            fail(what).caused_by(error)
        })?;
        Ok(Self { path: path.to_owned(), place, start: size_of::<u64>() + header, bytes, metadata })
    }

    /// Returns the text called `name` in the file's metadata.
    pub(super) fn entry(&self, name: &str) -> Option<&str> {
        self.metadata.metadata().as_ref()?.get(name).map(String::as_str)
    }

    /// Returns the size of the file in numbers of four bytes.
    pub(super) fn len_f32(&self) -> usize {
        self.bytes.len() / size_of::<f32>()
    }

    /// Returns the names of all tensors.
    pub(super) fn names(&self) -> Vec<String> {
        self.metadata.offset_keys()
    }

    /// Returns the error for a tensor that the model does not have.
    pub(super) fn unknown_tensor(&self, name: &str, known: &[String]) -> Error {
        let (place, path, known) = (self.place, self.path.display(), list(known));
        let message = format!("{place}: {path}: the model has no parameter \"{name}\"; it has {known}.");
        Error::new(ErrorKind::Name, message)
    }

    /// Reads the tensor called `name` as `f32`; it must have this shape. `what` is its name in an error.
    pub(super) fn tensor(&self, name: &str, what: &str, shape: &[usize]) -> Result<Tensor> {
        let fail = |kind, text: String| {
            Error::new(kind, format!("{}: {}: the parameter {what} {text}", self.place, self.path.display()))
        };
        let Some(info) = self.metadata.info(name) else {
            let message = format!("of shape {shape:?} is not there; the file has {}.", list(&self.names()));
            return Err(fail(ErrorKind::Name, message));
        };
        if info.shape != shape {
            let message =
                format!("should have shape {shape:?}, but has {:?}. Build the network that was saved.", info.shape);
            return Err(fail(ErrorKind::Shape, message));
        }
        let (from, to) = info.data_offsets;
        let view = self.bytes.get(self.start + from..self.start + to).ok_or(SafeTensorError::TensorInvalidInfo);
        let view = view.and_then(|data| safetensors::tensor::TensorView::new(info.dtype, info.shape.clone(), data));
        let tensor =
            view.map_err(candle_core::Error::wrap).and_then(|view| view.load(&Device::Cpu)?.to_dtype(DType::F32));
        let tensor = tensor.map_err(|error| {
            fail(ErrorKind::Data, format!("of type {} cannot be read: {error}.", info.dtype)).caused_by(error)
        })?;
        match not_finite(&tensor)? {
            Some(number) => Err(fail(ErrorKind::Numeric, format!("holds {number}. {NOT_FINITE_ADVICE}"))),
            None => Ok(tensor),
        }
    }
}

/// A tensor to write, with its name in the file.
pub(super) struct NamedTensor<'a> {
    name: String,
    shape: &'a [usize],
    values: TensorValues<'a>,
}

enum TensorValues<'a> {
    Tensor(&'a Tensor),
    Slice(&'a [f32]),
}

impl<'a> NamedTensor<'a> {
    pub(super) fn tensor(name: String, tensor: &'a Tensor) -> Self {
        Self { name, shape: tensor.dims(), values: TensorValues::Tensor(tensor) }
    }

    /// `values` has one number for each element of the shape.
    pub(super) fn slice(name: String, shape: &'a [usize], values: &'a [f32]) -> Self {
        Self { name, shape, values: TensorValues::Slice(values) }
    }

    fn write(&self, to: &mut dyn Write) -> std::io::Result<()> {
        match self.values {
            TensorValues::Tensor(tensor) => {
                let storage = tensor.storage_and_layout();
                write_f32s(f32_slice(&storage).map_err(std::io::Error::other)?, to)
            }
            TensorValues::Slice(values) => write_f32s(values, to),
        }
    }
}

/// Writes numbers in little-endian order.
fn write_f32s(values: &[f32], to: &mut dyn Write) -> std::io::Result<()> {
    let mut bytes = [0; 1 << 14];
    for values in values.chunks(bytes.len() / size_of::<f32>()) {
        let bytes = &mut bytes[..size_of_val(values)];
        for (bytes, number) in bytes.chunks_exact_mut(size_of::<f32>()).zip(values) {
            bytes.copy_from_slice(&number.to_le_bytes());
        }
        to.write_all(bytes)?;
    }
    Ok(())
}

/// The advice for a file whose parameters are not finite.
pub(super) const NOT_FINITE_ADVICE: &str = "The training had failed when it was saved. Load an earlier file.";

/// Returns the first number of `tensor` that is not finite.
pub(super) fn not_finite(tensor: &Tensor) -> Result<Option<f32>> {
    let storage = tensor.storage_and_layout();
    Ok(f32_slice(&storage)?.iter().copied().find(|number| !number.is_finite()))
}

/// Returns the minimum length of the file according to its first eight bytes, which are the length of the header.
fn promised_len(bytes: &[u8]) -> Option<u64> {
    match bytes.first_chunk::<8>() {
        Some(first) => u64::from_le_bytes(*first).checked_add(8),
        None => Some(8),
    }
}

/// Counts the names and numbers in the header, by the commas outside its texts. Returns 0 if the header is incomplete.
fn count_entries(file: &[u8]) -> usize {
    let length = promised_len(file).and_then(|end| usize::try_from(end).ok());
    let header = length.and_then(|end| file.get(size_of::<u64>()..end)).unwrap_or_default();
    let (mut commas, mut in_text, mut escaped) = (0, false, false);
    for byte in header {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_text,
            b'"' => in_text = !in_text,
            b',' if !in_text => commas += 1,
            _ => {}
        }
    }
    commas
}

/// Lists the first names of many.
fn list(names: &[String]) -> String {
    const MAX_NAMES: usize = 8;
    let mut text = names.iter().take(MAX_NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MAX_NAMES) {
        Some(more @ 1..) => text += &format!(" and {more} more"),
        _ if names.is_empty() => text += "none",
        _ => {}
    }
    text
}
