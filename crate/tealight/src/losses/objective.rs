//! The training objective: a loss, checked against the network that it is for.

use std::sync::Arc;

use candle_core::{D, DType, Device, Tensor, Var};

use super::Loss;
use crate::cpu::{
    Pointwise, cross_entropy, cross_entropy_with_gradient, f32_slice, mixture_loss, sparse_cross_entropy,
    sparse_cross_entropy_with_gradient,
};
use crate::data::Targets;
use crate::layers::Activation;
use crate::warning::warn;
use crate::{Error, ErrorKind, Result};

/// Keras's epsilon: the minimum distance of a probability from 0 and 1 before its logarithm is taken.
const EPSILON: f64 = 1e-7;

/// A loss for a network with these outputs.
#[derive(Clone, Debug)]
pub(crate) struct Objective {
    pub(super) loss: Loss,
    /// The shape of an example's outputs.
    pub(super) output_shape: Vec<usize>,
    /// The last activation of the network, even if other layers follow it.
    pub(super) last_activation: Activation,
    fused_activation: Option<Activation>,
    label_smoothing: f64,
}

/// What the cross-entropies have in common.
struct CrossEntropyOptions {
    from_logits: bool,
    label_smoothing: f64,
    /// The activation that turns logits into probabilities.
    activation: Activation,
}

impl Objective {
    /// Creates the objective of a network whose examples have outputs of shape `output_shape`.
    ///
    /// `output_activation` is the activation of the very last operation of the network; `last_activation` is the last
    /// activation, even if other layers follow it.
    ///
    /// # Errors
    /// If the loss does not fit the network, or if an option of the loss is out of range.
    pub(crate) fn new(
        loss: Loss,
        output_shape: &[usize],
        output_activation: Option<Activation>,
        last_activation: Activation,
    ) -> Result<Self> {
        let (fused_activation, label_smoothing) = match cross_entropy_options(&loss) {
            Some(options) => {
                options.check(loss.name(), output_shape, last_activation)?;
                let fused = options.from_logits || output_activation == Some(options.activation);
                (fused.then_some(options.activation), options.label_smoothing)
            }
            None => (None, 0.0),
        };
        let argument = |message: &str| Err(Error::new(ErrorKind::Argument, format!("{}: {message}", loss.name())));
        let fused_activation = match &loss {
            Loss::Huber(huber) if !(huber.delta > 0.0 && huber.delta.is_finite()) => {
                return argument(&format!("delta {}; expected a number above 0, such as 1.0.", huber.delta));
            }
            Loss::MixtureNegativeLogLikelihood if output_activation != Some(Activation::MixtureDensity) => {
                return argument(
                    "expected a network that ends with a mixture. Make its last layer MixtureDensity::new(5).",
                );
            }
            Loss::MixtureNegativeLogLikelihood => output_activation,
            _ => fused_activation,
        };
        let output_shape = output_shape.to_vec();
        Ok(Self { loss, output_shape, last_activation, fused_activation, label_smoothing })
    }

    /// Returns the activation that is computed as part of the loss. If the network ends with it, [`Objective::value`] takes
    /// the outputs without it.
    pub(crate) fn fused_activation(&self) -> Option<Activation> {
        self.fused_activation
    }

    /// Returns the loss that the model was compiled with.
    pub(crate) fn loss(&self) -> Loss {
        self.loss.clone()
    }

    /// Returns the name of the loss.
    pub(crate) fn name(&self) -> &str {
        self.loss.name()
    }

    /// Returns the mean loss of a batch, a tensor of shape `[]`. The loss of each example is multiplied by its weight.
    pub(crate) fn value(&self, outputs: &Tensor, targets: &Targets, weights: Option<&Arc<[f32]>>) -> Result<Tensor> {
        match &self.loss {
            Loss::SparseCategoricalCrossentropy(_) | Loss::CategoricalCrossentropy(_) => {
                self.categorical_cross_entropy(outputs, targets, weights)
            }
            Loss::BinaryCrossentropy(_) => {
                let targets = targets.like(outputs)?;
                let targets = targets.affine(1.0 - self.label_smoothing, 0.5 * self.label_smoothing)?;
                let cost = match self.fused_activation {
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

    /// Returns [`Objective::value`] and its gradient `[batch, ..]` for `outputs` to which `output_activation` has not been
    /// applied yet. It is applied here unless it is the fused activation.
    pub(crate) fn value_and_gradient(
        &self,
        outputs: &Tensor,
        output_activation: Activation,
        targets: &Targets,
        weights: Option<&Arc<[f32]>>,
    ) -> Result<(f64, Vec<f32>)> {
        let is_fused = self.fused_activation == Some(output_activation);
        let is_plain = self.label_smoothing == 0.0 && weights.is_none() && is_fused;
        let is_categorical =
            matches!(self.loss, Loss::SparseCategoricalCrossentropy(_) | Loss::CategoricalCrossentropy(_));
        if is_plain && is_categorical {
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
        let activated = if is_fused { leaf.as_tensor().clone() } else { output_activation.apply(&leaf)? };
        let value = self.value(&activated, targets, weights)?;
        let gradient = value.backward()?.remove(&leaf);
        let gradient = gradient.map_or_else(|| leaf.zeros_like(), Ok)?;
        Ok((value.to_dtype(DType::F64)?.to_scalar()?, gradient.flatten_all()?.to_vec1()?))
    }

    fn categorical_cross_entropy(
        &self,
        outputs: &Tensor,
        targets: &Targets,
        weights: Option<&Arc<[f32]>>,
    ) -> Result<Tensor> {
        let is_plain = self.label_smoothing == 0.0 && weights.is_none();
        if let (Targets::Classes(classes), true, Some(_)) = (targets, is_plain, self.fused_activation) {
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
        // The loss is linear in the targets, so a scaled target row has the effect of an example weight.
        if let Some(weights) = weights {
            let weights = Tensor::new(&**weights, &Device::Cpu)?.to_dtype(outputs.dtype())?.unsqueeze(1)?;
            rows = rows.broadcast_mul(&weights)?;
        }
        Ok(match self.fused_activation {
            Some(_) => cross_entropy(outputs, &rows)?,
            None => (log_probabilities(outputs)? * rows)?.sum(D::Minus1)?.mean_all()?.neg()?,
        })
    }
}

/// Returns the options of a cross-entropy, or `None` for other losses.
fn cross_entropy_options(loss: &Loss) -> Option<CrossEntropyOptions> {
    let (from_logits, label_smoothing, activation) = match loss {
        Loss::SparseCategoricalCrossentropy(loss) => (loss.from_logits, loss.label_smoothing, Activation::Softmax),
        Loss::CategoricalCrossentropy(loss) => (loss.from_logits, loss.label_smoothing, Activation::Softmax),
        Loss::BinaryCrossentropy(loss) => (loss.from_logits, loss.label_smoothing, Activation::Sigmoid),
        _ => return None,
    };
    Some(CrossEntropyOptions { from_logits, label_smoothing, activation })
}

impl CrossEntropyOptions {
    /// Checks the options of the loss called `name` against a network. Warns if the network applies the activation that the
    /// loss applies as well.
    fn check(&self, name: &str, output_shape: &[usize], last_activation: Activation) -> Result<()> {
        let Self { from_logits, label_smoothing, activation } = *self;
        let argument = |message: String| Err(Error::new(ErrorKind::Argument, format!("{name}: {message}")));
        if !(0.0..=1.0).contains(&label_smoothing) {
            return argument(format!("label_smoothing {label_smoothing}; expected a number from 0 to 1, such as 0.1."));
        }
        if activation == Activation::Softmax && output_shape.len() != 1 {
            let message = format!(
                "{name}: expected a network that outputs one number for each class, such as [10], but its outputs have shape \
                 {output_shape:?}. End it with Flatten and Dense::new(classes).activation(Softmax)."
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        // Only the outputs of these are never negative, so that they can be probabilities.
        let may_be_probabilities = match activation {
            Activation::Sigmoid => matches!(last_activation, Activation::Softmax | Activation::Sigmoid),
            _ => matches!(
                last_activation,
                Activation::Softmax | Activation::Sigmoid | Activation::Softplus | Activation::Relu
            ),
        };
        if !from_logits && !may_be_probabilities {
            let invalid = if activation == Activation::Sigmoid { "outside 0 to 1" } else { "negative" };
            return argument(format!(
                "expected probabilities, but the network ends with {}, whose outputs may be {invalid}. Give the last \
                 layer .activation({}), or the loss .from_logits(true).",
                last_activation.kind(),
                activation.kind()
            ));
        }
        if from_logits && last_activation == activation {
            warn(format!(
                "{name}: from_logits(true) is for outputs without an activation, but the network ends with {}. Remove one \
                 of the two.",
                activation.kind()
            ));
        }
        Ok(())
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

/// Returns the logarithm of the outputs after they are divided by their sum and clipped.
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
    fn cross_entropy_values_and_gradients_match_keras() {
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
    fn cross_entropy_of_smoothed_classes_equals_one_hot() {
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
