use super::Model;
use crate::Result;
use crate::data::Dataset;
use crate::fused::Fused;
use crate::layers::{Activation, Pass, Trace};
use crate::metrics::classes;
use crate::notebook::ensure_one_candle;
use crate::progress::ProgressTask;
use crate::{Error, ErrorKind};
use candle_core::Tensor;
use std::ops::Range;

impl Model {
    /// The outputs for all examples of `data`, in inference mode: shape `[examples, ..]`, such as `[10000, 10]`.
    ///
    /// The model need not be compiled. The examples go through in batches, so that memory stays small. Warns where the numbers
    /// of the data can't be on the scale of those that the model was trained on.
    pub fn predict(&self, data: &Dataset) -> Result<Tensor> {
        ensure_one_candle()?;
        self.check_inputs(data, "data")?;
        self.check_outputs("Model::predict", data.len())?;
        self.warn_of_scale("Model::predict", data);
        let mut fused = self.fused()?;
        let task = ProgressTask::new("Model::predict", "examples", data.len());
        let outputs = self.inference_batches(data.len()).map(|indices| {
            task.add(indices.len())?;
            self.infer(fused.as_mut(), data, &indices.collect::<Vec<_>>(), None, &mut Trace::default())
        });
        Ok(Tensor::cat(&outputs.collect::<Result<Vec<_>>>()?, 0)?)
    }

    /// The outputs for the examples of `data` at `indices`, without the activation `skip` where the network ends with it.
    pub(crate) fn infer(
        &self,
        fused: Option<&mut Fused>,
        data: &Dataset,
        indices: &[usize],
        skip: Option<Activation>,
        trace: &mut Trace,
    ) -> Result<Tensor> {
        match fused {
            Some(fused) => {
                let outputs = fused.forward(data, indices, None)?;
                fused.end(&outputs, skip)
            }
            None => self.run_traced(&data.inputs_of(indices)?, &Pass::Inference, skip, trace),
        }
    }

    /// The class with the largest output for each example of `data`; for a network with one output, whether it is above ½:
    /// 0 or 1. Of several sigmoids with a question each it is the largest too; their answers are those outputs of
    /// [`Model::predict`] that are above ½. Errors unless the outputs are `[examples, classes]`, and where one of them is NaN.
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
        let classes = classes(&outputs)?;
        let width = outputs.dim(1)?.max(1);
        let foreign = outputs.flatten_all()?.to_vec1::<f32>()?.into_iter().position(|output| output.is_nan());
        if let Some(at) = foreign {
            let message = format!(
                "Model::predict_classes: the outputs for example {} are NaN, which is no class. Check that its inputs are \
                 finite numbers, and the parameters too: a training that failed leaves NaN.",
                at / width
            );
            return Err(Error::new(ErrorKind::Numeric, message));
        }
        Ok(classes)
    }

    /// Ranges of examples that together are `count`, as many at a time as keep the largest tensor at about 1 MB: it then
    /// stays in the cache.
    ///
    /// They depend on the network alone, so that a loss does not change with the batch size of the training.
    pub(crate) fn inference_batches(&self, count: usize) -> impl Iterator<Item = Range<usize>> + use<> {
        let batch = ((1 << 18) / self.summary.widest()).clamp(1, 256);
        (0..count).step_by(batch).map(move |start| start..count.min(start + batch))
    }
}
