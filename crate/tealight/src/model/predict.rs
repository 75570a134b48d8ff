use super::Model;
use crate::Result;
use crate::data::Dataset;
use crate::layers::Pass;
use crate::metrics::classes;
use crate::notebook::ensure_one_candle;
use crate::{Error, ErrorKind};
use candle_core::Tensor;
use std::ops::Range;

impl Model {
    /// The outputs for all examples of `data`, in inference mode: shape `[examples, ..]`, such as `[10000, 10]`.
    ///
    /// The model need not be compiled. The examples go through in batches, so that memory stays small.
    pub fn predict(&self, data: &Dataset) -> Result<Tensor> {
        ensure_one_candle()?;
        self.check_inputs(data, "data")?;
        let outputs = self.inference_batches(data.len()).map(|indices| {
            let batch = data.batch_of(&indices.collect::<Vec<_>>())?;
            self.run(&batch.inputs, &Pass::Inference)
        });
        Ok(Tensor::cat(&outputs.collect::<Result<Vec<_>>>()?, 0)?)
    }

    /// The class with the largest output for each example of `data`; for a network with one output, whether it is above ½:
    /// 0 or 1. Errors unless the outputs are `[examples, classes]`.
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
        classes(&outputs)
    }

    /// Ranges of examples that together are `count`, as many at a time as keep the largest tensor at about 16 MB.
    ///
    /// They depend on the network alone, so that a loss does not change with the batch size of the training.
    pub(crate) fn inference_batches(&self, count: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let batch = ((4 << 20) / self.summary.widest()).clamp(1, 1024);
        (0..count).step_by(batch).map(move |start| start..count.min(start + batch))
    }
}
