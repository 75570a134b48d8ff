//! A loss that has met the network it is for.

use super::Loss;
use crate::cpu::{
    Pointwise, cross_entropy, cross_entropy_with_gradient, f32_slice, mixture_loss, sparse_cross_entropy,
    sparse_cross_entropy_with_gradient,
};
use crate::data::Targets;
use crate::layers::Activation;
use crate::warning::warn;
use crate::{Error, ErrorKind, Result};
use candle_core::{D, DType, Device, Tensor, Var};
use std::sync::Arc;

/// Keras's epsilon: how close to 0 and 1 a probability may come before its logarithm is taken.
const EPSILON: f64 = 1e-7;

/// A loss, for a network of such outputs.
#[derive(Clone, Debug)]
pub(crate) struct Objective {
    pub(super) loss: Loss,
    /// The shape of an example's outputs.
    pub(super) outputs: Vec<usize>,
    /// The last activation of the network, whatever follows it.
    pub(super) last: Activation,
    /// What would make probabilities of the logits that the loss is computed from, where it is: because it was told so,
    /// or because the network ends with this.
    link: Option<Activation>,
    label_smoothing: f64,
}

impl Objective {
    /// Checks that the loss fits a network whose examples come out in shape `output`.
    ///
    /// `ending` is the activation that is the very last thing the network does; `last` is the last activation, whatever
    /// follows it.
    pub(crate) fn new(loss: Loss, output: &[usize], ending: Option<Activation>, last: Activation) -> Result<Self> {
        let kind = loss.kind();
        let argument = |what: String| Err(Error::new(ErrorKind::Argument, format!("{kind}: {what}")));
        let (from_logits, label_smoothing, link) = match &loss {
            Loss::SparseCategoricalCrossentropy(loss) => (loss.from_logits, loss.label_smoothing, Activation::Softmax),
            Loss::CategoricalCrossentropy(loss) => (loss.from_logits, loss.label_smoothing, Activation::Softmax),
            Loss::BinaryCrossentropy(loss) => (loss.from_logits, loss.label_smoothing, Activation::Sigmoid),
            Loss::Huber(huber) if !(huber.delta > 0.0 && huber.delta.is_finite()) => {
                return argument(format!("delta {}; expected a number above 0, such as 1.0.", huber.delta));
            }
            Loss::MixtureNegativeLogLikelihood => {
                let link = Activation::MixtureDensity;
                if ending != Some(link) {
                    return argument(
                        "expected a network that ends with a mixture. Make its last layer MixtureDensity::new(5)."
                            .to_owned(),
                    );
                }
                return Ok(Self { loss, outputs: output.to_vec(), last, link: Some(link), label_smoothing: 0.0 });
            }
            Loss::MeanSquaredError | Loss::MeanAbsoluteError | Loss::Huber(_) | Loss::Custom(_) => {
                return Ok(Self { loss, outputs: output.to_vec(), last, link: None, label_smoothing: 0.0 });
            }
        };
        if !(0.0..=1.0).contains(&label_smoothing) {
            return argument(format!("label_smoothing {label_smoothing}; expected a number from 0 to 1, such as 0.1."));
        }
        if link == Activation::Softmax && output.len() != 1 {
            let message = format!(
                "{kind}: expected a network that gives one number for each class, such as [10], but this one's outputs \
                 have shape {output:?}. End it with Flatten and Dense::new(classes).activation(Softmax)."
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        // Only these give nothing below 0, so that they can be taken for probabilities.
        let positive = match link {
            Activation::Sigmoid => matches!(last, Activation::Softmax | Activation::Sigmoid),
            _ => matches!(last, Activation::Softmax | Activation::Sigmoid | Activation::Softplus | Activation::Relu),
        };
        if !from_logits && !positive {
            let outside = if link == Activation::Sigmoid { "outside 0 to 1" } else { "negative" };
            return argument(format!(
                "expected probabilities, but the network ends with {}, whose outputs may be {outside}. Give the last \
                 layer .activation({}), or the loss .from_logits(true).",
                last.kind(),
                link.kind()
            ));
        }
        if from_logits && last == link {
            warn(format!(
                "{kind}: from_logits(true) is for outputs without an activation, but the network ends with {}. Leave out one of \
                 the two.",
                link.kind()
            ));
        }
        let link = (from_logits || ending == Some(link)).then_some(link);
        Ok(Self { loss, outputs: output.to_vec(), last, link, label_smoothing })
    }

    /// The activation that [`Objective::value`] takes the network's outputs without, where the network ends with it.
    pub(crate) fn link(&self) -> Option<Activation> {
        self.link
    }

    /// The loss, as the model was compiled with it.
    pub(crate) fn loss(&self) -> Loss {
        self.loss.clone()
    }

    /// The loss's name.
    pub(crate) fn kind(&self) -> &str {
        self.loss.kind()
    }

    /// The mean loss of a batch, a tensor of shape `[]`; the loss of an example is multiplied by its weight.
    pub(crate) fn value(&self, outputs: &Tensor, targets: &Targets, weights: Option<&Arc<[f32]>>) -> Result<Tensor> {
        match &self.loss {
            Loss::SparseCategoricalCrossentropy(_) | Loss::CategoricalCrossentropy(_) => {
                self.cross_entropy(outputs, targets, weights)
            }
            Loss::BinaryCrossentropy(_) => {
                let targets = targets.like(outputs)?;
                let keep = 1.0 - self.label_smoothing;
                let targets = targets.affine(keep, 0.5 * self.label_smoothing)?;
                let cost = match self.link {
                    Some(_) => Pointwise::BinaryLogits,
                    None => Pointwise::BinaryProbabilities(EPSILON),
                };
                Ok(cost.mean(outputs, &targets, weights.cloned())?)
            }
            Loss::MeanSquaredError => pointwise(Pointwise::Squared, outputs, targets, weights),
            Loss::MeanAbsoluteError => pointwise(Pointwise::Absolute, outputs, targets, weights),
            Loss::Huber(huber) => pointwise(Pointwise::Huber(huber.delta), outputs, targets, weights),
            Loss::MixtureNegativeLogLikelihood => {
                let targets = targets.tensor()?.to_dtype(outputs.dtype())?.reshape(outputs.dim(0)?)?;
                Ok(mixture_loss(outputs, &targets, weights.cloned())?)
            }
            Loss::Custom(function) => function.mean(targets, outputs, weights),
        }
    }

    /// [`Objective::value`] and its gradient, `[batch, ..]`, for outputs that `ending` is still to be applied to; where
    /// the link is that, it is not.
    pub(crate) fn value_and_gradient(
        &self,
        outputs: &Tensor,
        ending: Activation,
        targets: &Targets,
        weights: Option<&Arc<[f32]>>,
    ) -> Result<(f64, Vec<f32>)> {
        let plain = self.label_smoothing == 0.0 && weights.is_none() && self.link == Some(ending);
        let of_classes = matches!(self.loss, Loss::SparseCategoricalCrossentropy(_) | Loss::CategoricalCrossentropy(_));
        if plain && of_classes {
            let (_, width) = outputs.dims2()?;
            let storage = outputs.storage_and_layout();
            let logits = f32_slice(&storage)?;
            match targets {
                Targets::Classes(classes) => {
                    let (value, gradient) = sparse_cross_entropy_with_gradient(logits, width, classes)?;
                    return Ok((f64::from(value), gradient));
                }
                Targets::Rows(rows) if rows.dims() == outputs.dims() => {
                    let targets = rows.storage_and_layout();
                    let (value, gradient) = cross_entropy_with_gradient(logits, width, f32_slice(&targets)?);
                    return Ok((f64::from(value), gradient));
                }
                Targets::Rows(_) => {}
            }
        }
        let leaf = Var::from_tensor(outputs)?;
        let activated = if self.link == Some(ending) { leaf.as_tensor().clone() } else { ending.apply(&leaf)? };
        let value = self.value(&activated, targets, weights)?;
        let gradient = value.backward()?.remove(&leaf);
        let gradient = gradient.map_or_else(|| leaf.zeros_like(), Ok)?;
        Ok((value.to_dtype(DType::F64)?.to_scalar()?, gradient.flatten_all()?.to_vec1()?))
    }

    fn cross_entropy(&self, outputs: &Tensor, targets: &Targets, weights: Option<&Arc<[f32]>>) -> Result<Tensor> {
        let plain = self.label_smoothing == 0.0 && weights.is_none();
        if let (Targets::Classes(classes), true, Some(_)) = (targets, plain, self.link) {
            return Ok(sparse_cross_entropy(outputs, classes.clone())?);
        }
        let (_, classes) = outputs.dims2()?;
        let mut rows = match targets {
            Targets::Rows(rows) => rows.to_dtype(outputs.dtype())?,
            Targets::Classes(labels) => one_hot(labels, classes)?.to_dtype(outputs.dtype())?,
        };
        if self.label_smoothing > 0.0 {
            rows = rows.affine(1.0 - self.label_smoothing, self.label_smoothing / classes as f64)?;
        }
        // The loss is linear in the targets: a row that counts double is an example that does.
        if let Some(weights) = weights {
            let weights = Tensor::new(&**weights, &Device::Cpu)?.to_dtype(outputs.dtype())?.unsqueeze(1)?;
            rows = rows.broadcast_mul(&weights)?;
        }
        Ok(match self.link {
            Some(_) => cross_entropy(outputs, &rows)?,
            None => (log_probabilities(outputs)? * rows)?.sum(D::Minus1)?.mean_all()?.neg()?,
        })
    }
}

fn pointwise(cost: Pointwise, outputs: &Tensor, targets: &Targets, weights: Option<&Arc<[f32]>>) -> Result<Tensor> {
    Ok(cost.mean(outputs, &targets.like(outputs)?, weights.cloned())?)
}

fn one_hot(labels: &[u32], classes: usize) -> Result<Tensor> {
    let mut rows = vec![0_f32; labels.len() * classes];
    for (row, &label) in rows.chunks_exact_mut(classes).zip(labels) {
        row.iter_mut().skip(label as usize).take(1).for_each(|value| *value = 1.0);
    }
    Ok(Tensor::from_vec(rows, (labels.len(), classes), &Device::Cpu)?)
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
            let objective = Objective::new(loss, &[4], None, Activation::Sigmoid).unwrap();
            let value = objective.value(&outputs, targets, None).unwrap();
            let difference = value.to_scalar::<f64>().unwrap() - expected["value"].as_f64().unwrap();
            assert!(difference.abs() < 1e-9, "{name}: {difference}");
            let gradients = value.backward().unwrap();
            let error = (gradients.get(&outputs).unwrap() - tensor(&expected["gradient"])).unwrap().abs().unwrap();
            let worst = error.max_all().unwrap().to_scalar::<f64>().unwrap();
            assert!(worst < 1e-9, "{name}: gradient off by {worst}");
        }
    }

    #[test]
    fn smoothed_and_weighted_classes_cost_what_their_one_hot_rows_do() {
        let outputs = Tensor::new(&[[0.3, -1.0, 2.0], [0.0, 0.5, -0.5]], &Device::Cpu).unwrap();
        let classes = Targets::Classes([2, 0].into());
        let rows = Targets::Rows(Tensor::new(&[[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]], &Device::Cpu).unwrap());
        let weights = std::sync::Arc::from([0.5_f32, 2.0]);
        let value = |loss: Loss, targets| {
            let objective = Objective::new(loss, &[3], None, Activation::Linear).unwrap();
            objective.value(&outputs, targets, Some(&weights)).unwrap().to_scalar::<f64>().unwrap()
        };
        let sparse = SparseCategoricalCrossentropy::new().from_logits(true).label_smoothing(0.3);
        let dense = CategoricalCrossentropy::new().from_logits(true).label_smoothing(0.3);
        assert_eq!(value(sparse.into(), &classes), value(dense.into(), &rows));
        assert_ne!(value(sparse.into(), &classes), value(sparse.label_smoothing(0.0).into(), &classes));
    }
}
