//! The negative log-likelihood of targets under mixtures of normal distributions, in one pass forward and one backward.

use super::example_weights::ExampleWeights;
use super::float::{Real, contiguous_slice, for_float};
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, bail};
use std::sync::Arc;

/// The smallest standard deviation of a component.
pub(crate) const MIN_STANDARD_DEVIATION: f64 = 1e-6;

/// Returns the mean over the batch of `−log Σ wₖ N(t; μₖ, σₖ)`, each example multiplied by its weight: a tensor of shape `[]`.
///
/// `outputs`, `[batch, 3 · components]`, are the outputs of the head's dense layer: the means, then `s` of the standard deviations
/// `softplus(s) + 10⁻⁶`, then the logits of the component weights. The targets, `[batch]`, are data and get no gradient.
pub(crate) fn mixture_loss(outputs: &Tensor, targets: &Tensor, weights: Option<Arc<[f32]>>) -> Result<Tensor> {
    outputs.contiguous()?.apply_op2(&targets.contiguous()?, Loss { weights: ExampleWeights(weights) })
}

struct Loss {
    weights: ExampleWeights,
}

impl Loss {
    /// Returns the number of outputs of an example.
    ///
    /// # Errors
    /// If the shapes do not match.
    fn width(&self, outputs: &Layout, targets: &Layout) -> Result<usize> {
        let (examples, width) = outputs.shape().dims2()?;
        if targets.dims() != [examples] || width == 0 || width % 3 != 0 {
            bail!("mixture: outputs of shape {:?} for targets of shape {:?}", outputs.shape(), targets.shape());
        }
        self.weights.check("mixture", examples)?;
        Ok(width)
    }
}

/// The mixture of one example: the values that its loss and its gradient share.
///
/// Sums are computed as the logarithm of a sum of exponentials (log-sum-exp), so that no weight or density underflows to 0.
struct Mixture {
    components: Vec<Component>,
    /// `log Σ exp(logit)`.
    weights: f64,
    /// `log Σ exp(logit) √(2π) N(t; μ, σ)`.
    joint: f64,
}

struct Component {
    /// The distance of the target from the mean, in standard deviations.
    distance: f64,
    deviation: f64,
    /// The derivative of the deviation with respect to its `s`.
    slope: f64,
    logit: f64,
    /// The logarithm of its term in the joint density.
    log_term: f64,
}

impl Mixture {
    fn new<T: Real>(row: &[T], target: T) -> Self {
        let count = row.len() / 3;
        let number = |index: usize| row[index].to_f64();
        let component = |index: usize| {
            let (s, logit) = (number(count + index), number(2 * count + index));
            let deviation = s.max(0.0) + (-s.abs()).exp().ln_1p() + MIN_STANDARD_DEVIATION;
            let distance = (target.to_f64() - number(index)) / deviation;
            let log_term = logit - 0.5 * distance * distance - deviation.ln();
            Component { distance, deviation, slope: 1.0 / (1.0 + (-s).exp()), logit, log_term }
        };
        let components = (0..count).map(component).collect::<Vec<_>>();
        let log_sum = |of: fn(&Component) -> f64| {
            let largest = components.iter().map(of).fold(f64::NEG_INFINITY, f64::max);
            largest + components.iter().map(|component| (of(component) - largest).exp()).sum::<f64>().ln()
        };
        let (weights, joint) = (log_sum(|component| component.logit), log_sum(|component| component.log_term));
        Self { components, weights, joint }
    }

    fn loss(&self) -> f64 {
        self.weights - self.joint + 0.5 * std::f64::consts::TAU.ln()
    }

    /// Returns the derivatives of the loss with respect to the mean, the `s` and the logit of each component.
    fn gradient(&self) -> impl Iterator<Item = [f64; 3]> {
        self.components.iter().map(|component| {
            let Component { distance, deviation, slope, logit, log_term } = component;
            // The responsibility of the component: its share of the density at the target.
            let share = (log_term - self.joint).exp();
            let by_mean = -share * distance / deviation;
            let by_deviation = share * (1.0 - distance * distance) / deviation;
            [by_mean, by_deviation * slope, (logit - self.weights).exp() - share]
        })
    }
}

impl CustomOp2 for Loss {
    fn name(&self) -> &'static str {
        "mixture loss"
    }

    fn cpu_fwd(&self, y: &CpuStorage, yl: &Layout, t: &CpuStorage, tl: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(op: &Loss, outputs: &[T], targets: &[T], width: usize) -> CpuStorage {
            let rows = outputs.chunks_exact(width).zip(targets).enumerate();
            let total: f64 =
                rows.map(|(example, (row, &t))| Mixture::new(row, t).loss() * op.weights.weight_of(example)).sum();
            T::to_cpu_storage_owned(vec![T::from_f64(total / targets.len() as f64)])
        }
        let width = self.width(yl, tl)?;
        let mean = for_float!(T in y => run(self, contiguous_slice::<T>(y, yl)?, contiguous_slice::<T>(t, tl)?, width));
        Ok((mean, Shape::from(())))
    }

    fn bwd(
        &self,
        outputs: &Tensor,
        targets: &Tensor,
        _result: &Tensor,
        gradient: &Tensor,
    ) -> Result<(Option<Tensor>, Option<Tensor>)> {
        Ok((Some(outputs.apply_op3_no_bwd(targets, gradient, &Gradient(self))?), None))
    }
}

struct Gradient<'a>(&'a Loss);

impl CustomOp3 for Gradient<'_> {
    fn name(&self) -> &'static str {
        "mixture loss gradient"
    }

    fn cpu_fwd(
        &self,
        y: &CpuStorage,
        yl: &Layout,
        t: &CpuStorage,
        tl: &Layout,
        g: &CpuStorage,
        gl: &Layout,
    ) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(op: &Loss, outputs: &[T], targets: &[T], gradient: &[T], width: usize) -> CpuStorage {
            let share = gradient.iter().map(|g| g.to_f64()).sum::<f64>() / targets.len() as f64;
            let (mut values, count) = (outputs.to_vec(), width / 3);
            for (example, (row, &target)) in values.chunks_exact_mut(width).zip(targets).enumerate() {
                let share = share * op.weights.weight_of(example);
                for (index, derivatives) in Mixture::new(row, target).gradient().enumerate() {
                    for (part, derivative) in derivatives.into_iter().enumerate() {
                        row[part * count + index] = T::from_f64(derivative * share);
                    }
                }
            }
            T::to_cpu_storage_owned(values)
        }
        let width = self.0.width(yl, tl)?;
        let values = for_float!(T in y => run(self.0, contiguous_slice::<T>(y, yl)?, contiguous_slice::<T>(t, tl)?, contiguous_slice::<T>(g, gl)?, width));
        Ok((values, yl.shape().clone()))
    }
}
