//! A user-defined function of targets and predictions: a loss or a metric.

use std::fmt;
use std::sync::Arc;

use candle_core::Tensor;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::data::Targets;
use crate::{Error, ErrorKind, Result};

/// A named function of `(targets, predictions)`, created by [`Loss::custom`](crate::Loss::custom) or
/// [`Metric::custom`](crate::Metric::custom).
///
/// Two are equal if one is a clone of the other. It is code, not data, so writing it to a file is an error.
#[derive(Clone)]
pub struct CustomFn {
    name: String,
    function: Arc<BoxedFn>,
}

type BoxedFn = dyn Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync;

impl CustomFn {
    pub(crate) fn new(
        name: impl Into<String>,
        function: impl Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), function: Arc::new(function) }
    }

    /// Returns the name given by the user.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the mean over the batch, with the value of each example multiplied by its weight: a tensor of shape `[]`.
    ///
    /// # Errors
    /// If the function fails, or if it returns neither one value for each example nor a single one.
    pub(crate) fn mean(&self, targets: &Targets, outputs: &Tensor, weights: Option<&Arc<[f32]>>) -> Result<Tensor> {
        let examples = outputs.dim(0)?;
        let targets = targets.beside(outputs)?;
        let values = (self.function)(&targets, outputs).map_err(|error| self.call_error(&error, &targets, outputs))?;
        let max_elements = targets.elem_count().max(outputs.elem_count());
        let values = match values.dims() {
            [] => values,
            [first] if *first == examples => values,
            [first, rest @ ..]
                if *first == examples && rest.contains(&examples) && values.elem_count() > max_elements =>
            {
                return Err(self.broadcast_error(&values, &targets, outputs));
            }
            [first, ..] if *first == examples => values.flatten_from(1)?.mean(1)?,
            shape => {
                let message = format!(
                    "\"{}\": expected one value for each of the {examples} examples, or a single one, but the function \
                     returned shape {shape:?}. End it with .mean(1)? or .mean_all()?.",
                    self.name
                );
                return Err(Error::new(ErrorKind::Shape, message));
            }
        };
        let values = match weights {
            None => values,
            Some(weights) => {
                let weights = Tensor::new(&**weights, values.device())?.to_dtype(values.dtype())?;
                values.broadcast_mul(&weights)?
            }
        };
        Ok(values.mean_all()?)
    }

    /// Creates the error for a function that fails, with the arguments that it was called with.
    fn call_error(&self, error: &Error, targets: &Tensor, outputs: &Tensor) -> Error {
        let message = format!(
            "\"{}\": the function failed. It was called with targets of shape {:?}, {}, and predictions of shape {:?}, {}. \
             {error}",
            self.name,
            targets.dims(),
            targets.dtype().as_str(),
            outputs.dims(),
            outputs.dtype().as_str()
        );
        Error::new(error.kind(), message)
    }

    /// Creates the error for a result that compares each example with every other one.
    fn broadcast_error(&self, values: &Tensor, targets: &Tensor, outputs: &Tensor) -> Error {
        let message = format!(
            "\"{}\": the function returned shape {:?} for targets of shape {:?} and predictions of shape {:?}. It compared \
             each example with every other one, as happens when a vector is broadcast against a column. Subtract tensors of \
             the same shape: (predictions - targets)?. If you want all pairs, end the function with .mean(1)?.",
            self.name,
            values.dims(),
            targets.dims(),
            outputs.dims()
        );
        Error::new(ErrorKind::Shape, message)
    }
}

impl fmt::Debug for CustomFn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CustomFn({:?})", self.name)
    }
}

impl PartialEq for CustomFn {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.function, &other.function)
    }
}

impl Serialize for CustomFn {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        let name = &self.name;
        Err(S::Error::custom(format!(
            "\"{name}\" is a function of your own, and code cannot be saved. Save only the weights with \
             model.save_weights(path)?, and compile the model with the function again after model.load_weights(path)?"
        )))
    }
}

impl<'de> Deserialize<'de> for CustomFn {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a user-defined function cannot be loaded. Compile the model with it again."))
    }
}
