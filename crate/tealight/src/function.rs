//! A user's own function of targets and predictions: a loss, or a metric.

use crate::data::Targets;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A named function of `(targets, predictions)`, made by [`Loss::custom`](crate::Loss::custom) and
/// [`Metric::custom`](crate::Metric::custom).
///
/// Two are equal when they are clones of one. It is code, not data: to write it to a file is an error that says so.
#[derive(Clone)]
pub struct Function {
    name: String,
    function: Arc<Body>,
}

type Body = dyn Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync;

impl Function {
    pub(crate) fn new(
        name: impl Into<String>,
        function: impl Fn(&Tensor, &Tensor) -> Result<Tensor> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), function: Arc::new(function) }
    }

    /// The name that it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The mean over the batch, with each example's value multiplied by its weight: a tensor of shape `[]`.
    pub(crate) fn mean(&self, targets: &Targets, outputs: &Tensor, weights: Option<&Arc<[f32]>>) -> Result<Tensor> {
        let examples = outputs.dim(0)?;
        let targets = targets.beside(outputs)?;
        let values = (self.function)(&targets, outputs).map_err(|error| self.failed(&error, &targets, outputs))?;
        let numbers = targets.elem_count().max(outputs.elem_count());
        let values = match values.dims() {
            [] => values,
            [first] if *first == examples => values,
            [first, rest @ ..] if *first == examples && rest.contains(&examples) && values.elem_count() > numbers => {
                return Err(self.broadcast(&values, &targets, outputs));
            }
            [first, ..] if *first == examples => values.flatten_from(1)?.mean(1)?,
            shape => {
                let message = format!(
                    "\"{}\": expected one value for each of the {examples} examples, or a single one, but the function \
                     gave shape {shape:?}. End it with .mean(1)? or .mean_all()?.",
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

    /// What the function was given when it failed.
    fn failed(&self, error: &Error, targets: &Tensor, outputs: &Tensor) -> Error {
        let message = format!(
            "\"{}\": the function failed. It was given targets of shape {:?}, {}, and predictions of shape {:?}, {}. {error}",
            self.name,
            targets.dims(),
            targets.dtype().as_str(),
            outputs.dims(),
            outputs.dtype().as_str()
        );
        Error::new(error.kind(), message)
    }

    /// Each example beside each other one.
    fn broadcast(&self, values: &Tensor, targets: &Tensor, outputs: &Tensor) -> Error {
        let message = format!(
            "\"{}\": the function gave shape {:?} for targets of shape {:?} and predictions of shape {:?}. It has compared \
             each example with every other one, which is what broadcasting a vector with a column does. Subtract tensors of \
             one shape: (predictions - targets)?. Where each pair is wanted, end with .mean(1)?.",
            self.name,
            values.dims(),
            targets.dims(),
            outputs.dims()
        );
        Error::new(ErrorKind::Shape, message)
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Function({:?})", self.name)
    }
}

impl PartialEq for Function {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && Arc::ptr_eq(&self.function, &other.function)
    }
}

impl Serialize for Function {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        let name = &self.name;
        Err(S::Error::custom(format!(
            "\"{name}\" is a function of your own, and code cannot be saved. Save the weights alone with model.save_weights(path)?, \
             and compile with it again after model.load_weights(path)?"
        )))
    }
}

impl<'de> Deserialize<'de> for Function {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a function of a user's own cannot be loaded. Compile the model with it again."))
    }
}
