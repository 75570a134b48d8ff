//! Prediction: the outputs and the classes that a model predicts for data.

use super::{Executor, Model};
use crate::data::Dataset;
use crate::layers::ForwardState;
use crate::metrics::predicted_classes;
use crate::notebook::ensure_one_candle;
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use std::ops::Range;

impl Model {
    /// Computes the outputs for all examples of `data` in inference mode: shape `[examples, ..]`, such as `[10000, 10]`.
    ///
    /// The model need not be compiled. The examples are processed in batches, which keeps memory small. Warns if the data is
    /// on another scale than the data that the model was trained on.
    ///
    /// # Errors
    ///
    /// If the data does not fit the model, or the outputs do not fit in memory.
    pub fn predict(&self, data: &Dataset) -> Result<Tensor> {
        ensure_one_candle()?;
        self.check_inputs(data, "data")?;
        self.check_outputs("Model::predict", data.len())?;
        self.warn_of_scale("Model::predict", data);
        let mut executor = Executor::new(self)?;
        let task = ProgressTask::new("Model::predict", "examples", data.len());
        let outputs = self.inference_batches(data.len()).map(|indices| {
            task.add(indices.len())?;
            executor.infer(self, data, &indices.collect::<Vec<_>>(), None, &mut ForwardState::default())
        });
        Ok(Tensor::cat(&outputs.collect::<Result<Vec<_>>>()?, 0)?)
    }

    /// Computes the class with the largest output for each example of `data`; for a network with one output, whether it is
    /// above ½: 0 or 1. For a network with a sigmoid for each of several questions, compare the outputs of
    /// [`Model::predict`] with ½ instead.
    ///
    /// # Errors
    ///
    /// If the outputs do not have the shape `[examples, classes]`, or one of them is NaN.
    pub fn predict_classes(&self, data: &Dataset) -> Result<Vec<u32>> {
        let outputs = self.predict(data)?;
        if outputs.rank() != 2 {
            let message = format!(
                "Model::predict_classes: expected one number for each class, but the outputs have shape {:?}. End the \
                 network with Flatten and Dense::new(classes).",
                outputs.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let classes = predicted_classes(&outputs)?;
        let width = outputs.dim(1)?.max(1);
        let first_nan = outputs.flatten_all()?.to_vec1::<f32>()?.into_iter().position(|output| output.is_nan());
        if let Some(at) = first_nan {
            let message = format!(
                "Model::predict_classes: the outputs for example {} are NaN, which is no class. Check that its inputs are \
                 finite numbers, and the parameters too: a training that failed leaves NaN.",
                at / width
            );
            return Err(Error::new(ErrorKind::Numeric, message));
        }
        Ok(classes)
    }

    /// Splits `count` examples into batches whose largest tensor has about 1 MB, so that it stays in the cache.
    ///
    /// The batches depend on the network alone, so that a loss does not change with the batch size of the training.
    pub(crate) fn inference_batches(&self, count: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let batch = ((1 << 18) / self.summary.widest()).clamp(1, 256);
        (0..count).step_by(batch).map(move |start| start..count.min(start + batch))
    }
}
