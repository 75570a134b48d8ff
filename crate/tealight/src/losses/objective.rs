//! A loss that has met the network it is for.

use super::Loss;
use crate::data::{Dataset, Targets};
use crate::kernels::{cross_entropy, sparse_cross_entropy};
use crate::layers::Activation;
use crate::{Error, ErrorKind, Result};
use candle_core::{D, Device, Tensor};

/// Keras's epsilon: how close to 0 and 1 a probability may come before its logarithm is taken.
const EPSILON: f64 = 1e-7;

/// A loss, for a network of so many outputs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Objective {
    loss: Loss,
    outputs: usize,
    /// Whether it is computed from logits: because it was told so, or because the network ends with a softmax.
    logits: bool,
}

impl Objective {
    /// Checks that the loss fits a network whose examples come out in shape `output`.
    ///
    /// `ends_with_softmax` says whether the softmax is the very last thing the network does; `last` is the last
    /// activation, whatever follows it.
    pub(crate) fn new(loss: Loss, output: &[usize], ends_with_softmax: bool, last: Activation) -> Result<Self> {
        let kind = loss.kind();
        let &[outputs] = output else {
            let message = format!(
                "{kind}: expected a network that gives one number for each class, such as [10], but this one's outputs \
                 have shape {output:?}. End it with Flatten and Dense::new(classes).activation(Softmax)."
            );
            return Err(Error::new(ErrorKind::Shape, message));
        };
        let from_logits = match loss {
            Loss::SparseCategoricalCrossentropy(loss) => loss.from_logits,
            Loss::CategoricalCrossentropy(loss) => loss.from_logits,
        };
        // Only these give nothing below 0, so that they can be taken for probabilities.
        let positive =
            matches!(last, Activation::Softmax | Activation::Sigmoid | Activation::Softplus | Activation::Relu);
        if !from_logits && !positive {
            let message = format!(
                "{kind}: expected probabilities, but the network ends with {}, whose outputs may be negative. Give the \
                 last layer .activation(Softmax), or the loss .from_logits(true).",
                last.kind()
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(Self { loss, outputs, logits: from_logits || ends_with_softmax })
    }

    /// Whether [`Objective::value`] takes the network's outputs without the softmax at their end.
    pub(crate) fn takes_logits(&self) -> bool {
        self.logits
    }

    /// The loss, as the model was compiled with it.
    pub(crate) fn loss(&self) -> Loss {
        self.loss
    }

    /// The loss's name.
    pub(crate) fn kind(&self) -> &'static str {
        self.loss.kind()
    }

    /// Checks that the targets of `data` are of the kind and width that the loss and the network need.
    pub(crate) fn check(&self, data: &Dataset) -> Result<()> {
        data.need_labels(self.kind())?;
        let (kind, outputs, classes) = (self.kind(), self.outputs, data.class_names().len());
        let message = match (self.loss, data.has_rows()) {
            (Loss::SparseCategoricalCrossentropy(_), true) => format!(
                "{kind}: expected a class for each example, but the targets are rows of {classes} (one-hot?). Use \
                 CategoricalCrossentropy, or the data before .one_hot()."
            ),
            (Loss::CategoricalCrossentropy(_), false) => format!(
                "{kind}: expected a row of {outputs} for each example, but the targets are classes. Use \
                 SparseCategoricalCrossentropy, or data.one_hot()."
            ),
            (Loss::CategoricalCrossentropy(_), true) if classes != outputs => format!(
                "{kind}: the network has {outputs} outputs, but the targets are rows of {classes}. Give the last layer \
                 {classes} units."
            ),
            (Loss::SparseCategoricalCrossentropy(_), false) => match data.labels().iter().max() {
                Some(&largest) if largest as usize >= outputs => format!(
                    "{kind}: the network has {outputs} outputs (classes 0 to {}), but the targets have a class {largest}. \
                     Give the last layer {} units.",
                    outputs - 1,
                    u64::from(largest) + 1
                ),
                _ => return Ok(()),
            },
            (Loss::CategoricalCrossentropy(_), true) => return Ok(()),
        };
        Err(Error::new(ErrorKind::Shape, message))
    }

    /// The mean loss of a batch, a tensor of shape `[]`.
    pub(crate) fn value(&self, outputs: &Tensor, targets: &Targets) -> Result<Tensor> {
        Ok(match (targets, self.logits) {
            (Targets::Classes(classes), true) => sparse_cross_entropy(outputs, classes.clone())?,
            (Targets::Rows(rows), true) => cross_entropy(outputs, rows)?,
            (Targets::Classes(classes), false) => {
                let indices = Tensor::new(&**classes, &Device::Cpu)?.unsqueeze(1)?;
                log_probabilities(outputs)?.gather(&indices, 1)?.mean_all()?.neg()?
            }
            (Targets::Rows(rows), false) => {
                let rows = rows.to_dtype(outputs.dtype())?;
                (log_probabilities(outputs)? * rows)?.sum(D::Minus1)?.mean_all()?.neg()?
            }
        })
    }
}

/// The logarithm of outputs that are divided by their sum and clipped.
fn log_probabilities(outputs: &Tensor) -> Result<Tensor> {
    let sums = outputs.sum_keepdim(D::Minus1)?;
    Ok(outputs.broadcast_div(&sums)?.clamp(EPSILON, 1.0 - EPSILON)?.log()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use super::Objective;
    use crate::data::Targets;
    use crate::layers::Activation;
    use crate::losses::{CategoricalCrossentropy, Loss, SparseCategoricalCrossentropy};
    use candle_core::{Device, Tensor, Var};
    use serde_json::Value;

    fn tensor(rows: &Value) -> Tensor {
        let rows: Vec<Vec<f64>> = serde_json::from_value(rows.clone()).unwrap();
        Tensor::new(rows, &Device::Cpu).unwrap()
    }

    #[test]
    fn losses_and_their_gradients_are_those_of_keras() {
        let keras: Value = serde_json::from_str(include_str!("../../tests/vectors/keras.json")).unwrap();
        let losses = &keras["losses"];
        let labels: Vec<u32> = serde_json::from_value(losses["labels"].clone()).unwrap();
        let (classes, rows) = (Targets::Classes(labels.into()), Targets::Rows(tensor(&losses["rows"])));
        let cases = [
            ("sparse_logits", Loss::from(SparseCategoricalCrossentropy::new().from_logits(true)), &classes, "logits"),
            ("sparse_probabilities", SparseCategoricalCrossentropy::new().into(), &classes, "probabilities"),
            ("categorical_logits", CategoricalCrossentropy::new().from_logits(true).into(), &rows, "logits"),
            ("categorical_probabilities", CategoricalCrossentropy::new().into(), &rows, "probabilities"),
        ];
        for (name, loss, targets, outputs) in cases {
            let expected = &losses["cases"][name];
            let outputs = Var::from_tensor(&tensor(&losses[outputs])).unwrap();
            let objective = Objective::new(loss, &[4], false, Activation::Sigmoid).unwrap();
            let value = objective.value(&outputs, targets).unwrap();
            let difference = value.to_scalar::<f64>().unwrap() - expected["value"].as_f64().unwrap();
            assert!(difference.abs() < 1e-9, "{name}: {difference}");
            let gradients = value.backward().unwrap();
            let error = (gradients.get(&outputs).unwrap() - tensor(&expected["gradient"])).unwrap().abs().unwrap();
            let worst = error.max_all().unwrap().to_scalar::<f64>().unwrap();
            assert!(worst < 1e-9, "{name}: gradient off by {worst}");
        }
    }
}
