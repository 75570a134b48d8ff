//! Losses that compare outputs and targets element by element, in one pass forward and one backward.

use super::example_weights::ExampleWeights;
use super::float::{Real, contiguous_slice, for_float};
use candle_core::{CpuStorage, CustomOp2, CustomOp3, Layout, Result, Shape, Tensor, bail};
use std::sync::Arc;

/// The loss of an output `y` with target `t`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Pointwise {
    /// `(y − t)²`.
    Squared,
    /// `|y − t|`.
    Absolute,
    /// `½(y − t)²` where the difference is at most this, and a straight line beyond.
    Huber(f64),
    /// `−t log σ(y) − (1 − t) log σ(−y)`.
    BinaryLogits,
    /// `−t log y − (1 − t) log(1 − y)`, with `y` clipped to within this of 0 and 1.
    BinaryProbabilities(f64),
}

impl Pointwise {
    /// Returns the mean over all elements of a batch, the elements of each example multiplied by its weight: a tensor of shape `[]`.
    ///
    /// The targets have the shape of the outputs. They are data and get no gradient.
    pub(crate) fn mean(self, outputs: &Tensor, targets: &Tensor, weights: Option<Arc<[f32]>>) -> Result<Tensor> {
        outputs.contiguous()?.apply_op2(&targets.contiguous()?, Mean { cost: self, weights: ExampleWeights(weights) })
    }

    fn value<T: Real>(self, y: T, t: T) -> T {
        let (zero, half, one) = (T::from_f64(0.0), T::from_f64(0.5), T::from_f64(1.0));
        // log(1 + eˣ), accurate for any x.
        let softplus = |x: T| if x > zero { x } else { zero } + (-x.abs()).exp().ln_1p();
        match self {
            Self::Squared => (y - t) * (y - t),
            Self::Absolute => (y - t).abs(),
            Self::Huber(delta) => {
                let (error, delta) = ((y - t).abs(), T::from_f64(delta));
                if error <= delta { half * error * error } else { delta * error - half * delta * delta }
            }
            Self::BinaryLogits => t * softplus(-y) + (one - t) * softplus(y),
            Self::BinaryProbabilities(epsilon) => {
                let p = clip(y, epsilon);
                -(t * p.ln() + (one - t) * (one - p).ln())
            }
        }
    }

    /// Returns the derivative of [`Pointwise::value`] with respect to `y`.
    fn slope<T: Real>(self, y: T, t: T) -> T {
        let (zero, one) = (T::from_f64(0.0), T::from_f64(1.0));
        let sign = |x: T| if x > zero { one } else { zero } - if x < zero { one } else { zero };
        match self {
            Self::Squared => T::from_f64(2.0) * (y - t),
            Self::Absolute => sign(y - t),
            Self::Huber(delta) => {
                let (error, delta) = (y - t, T::from_f64(delta));
                if error.abs() <= delta { error } else { delta * sign(error) }
            }
            Self::BinaryLogits => one / (one + (-y).exp()) - t,
            Self::BinaryProbabilities(epsilon) => {
                let p = clip(y, epsilon);
                if p == y { (one - t) / (one - p) - t / p } else { zero }
            }
        }
    }
}

fn clip<T: Real>(y: T, epsilon: f64) -> T {
    let (low, high) = (T::from_f64(epsilon), T::from_f64(1.0 - epsilon));
    if y < low {
        low
    } else if y > high {
        high
    } else {
        y
    }
}

struct Mean {
    cost: Pointwise,
    weights: ExampleWeights,
}

impl Mean {
    /// Returns the number of outputs of an example.
    ///
    /// # Errors
    /// If the shapes do not match.
    fn width(&self, outputs: &Layout, targets: &Layout) -> Result<usize> {
        if outputs.shape() != targets.shape() {
            bail!("loss: outputs of shape {:?} for targets of shape {:?}", outputs.shape(), targets.shape());
        }
        let examples = outputs.dims().first().copied().unwrap_or(1);
        self.weights.check("loss", examples)?;
        Ok(outputs.shape().elem_count() / examples.max(1))
    }
}

impl CustomOp2 for Mean {
    fn name(&self) -> &'static str {
        "pointwise loss"
    }

    fn cpu_fwd(&self, y: &CpuStorage, yl: &Layout, t: &CpuStorage, tl: &Layout) -> Result<(CpuStorage, Shape)> {
        fn run<T: Real>(op: &Mean, y: &[T], t: &[T], width: usize) -> CpuStorage {
            let mut total = T::from_f64(0.0);
            for (example, (y, t)) in y.chunks_exact(width).zip(t.chunks_exact(width)).enumerate() {
                let sum = y.iter().zip(t).fold(T::from_f64(0.0), |sum, (&y, &t)| sum + op.cost.value(y, t));
                total += sum * T::from_f64(op.weights.weight_of(example));
            }
            T::to_cpu_storage_owned(vec![total / T::from_f64(y.len() as f64)])
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
        Ok((Some(outputs.apply_op3_no_bwd(targets, gradient, &MeanGradient(self))?), None))
    }
}

struct MeanGradient<'a>(&'a Mean);

impl CustomOp3 for MeanGradient<'_> {
    fn name(&self) -> &'static str {
        "pointwise loss gradient"
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
        fn run<T: Real>(op: &Mean, y: &[T], t: &[T], gradient: &[T], width: usize) -> CpuStorage {
            let share = gradient.iter().fold(T::from_f64(0.0), |sum, &g| sum + g) / T::from_f64(y.len() as f64);
            let mut values = Vec::with_capacity(y.len());
            for (example, (y, t)) in y.chunks_exact(width).zip(t.chunks_exact(width)).enumerate() {
                let share = share * T::from_f64(op.weights.weight_of(example));
                values.extend(y.iter().zip(t).map(|(&y, &t)| op.cost.slope(y, t) * share));
            }
            T::to_cpu_storage_owned(values)
        }
        let width = self.0.width(yl, tl)?;
        let values = for_float!(T in y => run(self.0, contiguous_slice::<T>(y, yl)?, contiguous_slice::<T>(t, tl)?, contiguous_slice::<T>(g, gl)?, width));
        Ok((values, yl.shape().clone()))
    }
}
