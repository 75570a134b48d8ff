//! Layer normalization.

use super::layer_arguments::{IntoConstraint, IntoInitializer, IntoRegularizer};
use super::op::{ForwardContext, LayerOp};
use super::spec::{LayerPlan, LayerSpec, LayerVars, ParamSpec, named_layer};
use super::{Constraint, Initializer, Ones, Regularizer, Zeros};
use crate::convert::{IntoCount, to_usize};
use crate::{Error, ErrorKind, Result};
use candle_core::{Tensor, Var};
use serde::{Deserialize, Serialize};

/// Normalizes each example by itself, by default along the last dimension, to a mean and a spread that the network learns:
/// `γ (x − mean) / √(variance + ε) + β`. Like Keras's `LayerNormalization`.
///
/// Mean and variance are those of one example along [`axis`](LayerNormalization::axis), in training as in inference, so that
/// an example's outputs do not depend on the batch. The shape stays as it is. Ba et al., *Layer normalization*, 2016.
///
/// Parameters, both trained, with the sides of the normalized dimensions as their shape: `gamma` (γ), by default [`Ones`], and
/// `beta` (β), by default [`Zeros`]. [`scale`](LayerNormalization::scale) and [`center`](LayerNormalization::center) leave
/// them out.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([8]).add(Dense::new(16)).add(LayerNormalization::new()).add(Dense::new(2));
/// assert_eq!(network.summary()?.total_params(), 144 + 32 + 34);
///
/// let model = Sequential::new([2]).add(LayerNormalization::new().epsilon(1e-9)).build(1)?;
/// let outputs = model.forward(&Tensor::new(&[[3f32, 7.0]], &Device::Cpu)?, false)?;
/// assert_eq!(outputs.to_vec2::<f32>()?, [[-1.0, 1.0]]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LayerNormalization {
    axis: Vec<i64>,
    epsilon: f64,
    center: bool,
    scale: bool,
    beta_initializer: Initializer,
    gamma_initializer: Initializer,
    beta_regularizer: Option<Regularizer>,
    gamma_regularizer: Option<Regularizer>,
    beta_constraint: Option<Constraint>,
    gamma_constraint: Option<Constraint>,
    name: Option<String>,
}

impl LayerNormalization {
    /// With Keras's defaults.
    pub fn new() -> Self {
        Self {
            axis: vec![-1],
            epsilon: 1e-3,
            center: true,
            scale: true,
            beta_initializer: Zeros.into(),
            gamma_initializer: Ones.into(),
            beta_regularizer: None,
            gamma_regularizer: None,
            beta_constraint: None,
            gamma_constraint: None,
            name: None,
        }
    }

    /// The dimensions to normalize along, counted as in Keras: 0 is the batch, which cannot be normalized along, and −1 the
    /// last. Default: `[-1]`.
    #[must_use]
    pub fn axis(mut self, axis: impl IntoIterator<Item = impl IntoCount>) -> Self {
        self.axis = axis.into_iter().map(IntoCount::into_i64).collect();
        self
    }

    /// Added to the variance, so that the division cannot fail: above 0. Default: 0.001.
    #[must_use]
    pub fn epsilon(mut self, epsilon: f64) -> Self {
        self.epsilon = epsilon;
        self
    }

    /// Whether β is added: a mean that the network learns. Default: true.
    #[must_use]
    pub fn center(mut self, center: bool) -> Self {
        self.center = center;
        self
    }

    /// Whether the numbers are multiplied by γ: a spread that the network learns. Default: true.
    #[must_use]
    pub fn scale(mut self, scale: bool) -> Self {
        self.scale = scale;
        self
    }

    /// How the initial β is drawn. Default: [`Zeros`].
    #[must_use]
    pub fn beta_initializer(mut self, beta_initializer: impl IntoInitializer) -> Self {
        self.beta_initializer = beta_initializer.into_initializer();
        self
    }

    /// How the initial γ is drawn. Default: [`Ones`].
    #[must_use]
    pub fn gamma_initializer(mut self, gamma_initializer: impl IntoInitializer) -> Self {
        self.gamma_initializer = gamma_initializer.into_initializer();
        self
    }

    /// A penalty on β, added to the loss; see [`Regularizer`]. Default: none.
    #[must_use]
    pub fn beta_regularizer(mut self, beta_regularizer: impl IntoRegularizer) -> Self {
        self.beta_regularizer = Some(beta_regularizer.into_regularizer());
        self
    }

    /// A penalty on γ, added to the loss; see [`Regularizer`]. Default: none.
    #[must_use]
    pub fn gamma_regularizer(mut self, gamma_regularizer: impl IntoRegularizer) -> Self {
        self.gamma_regularizer = Some(gamma_regularizer.into_regularizer());
        self
    }

    /// A constraint that β is projected onto after each step. Default: none.
    #[must_use]
    pub fn beta_constraint(mut self, beta_constraint: impl IntoConstraint) -> Self {
        self.beta_constraint = Some(beta_constraint.into_constraint());
        self
    }

    /// A constraint that γ is projected onto after each step. Default: none.
    #[must_use]
    pub fn gamma_constraint(mut self, gamma_constraint: impl IntoConstraint) -> Self {
        self.gamma_constraint = Some(gamma_constraint.into_constraint());
        self
    }

    /// Returns the normalized dimensions in ascending order, for examples with `rank` dimensions beside the batch; `None`
    /// if an axis does not exist or comes twice, or there is none.
    fn dimensions(&self, rank: usize) -> Option<Vec<usize>> {
        let dimension = |&axis: &i64| match to_usize(axis) {
            Some(axis) => (1..=rank).contains(&axis).then_some(axis),
            None => (rank + 1).checked_add_signed(isize::try_from(axis).ok()?).filter(|axis| *axis > 0),
        };
        let mut dimensions = self.axis.iter().map(dimension).collect::<Option<Vec<_>>>()?;
        dimensions.sort_unstable();
        let is_valid = !dimensions.is_empty() && dimensions.windows(2).all(|pair| pair[0] < pair[1]);
        is_valid.then_some(dimensions)
    }

    fn require_dimensions(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        self.dimensions(input.len()).ok_or_else(|| {
            let message = format!(
                "{place}: axis {:?} for examples of shape {input:?}; expected different dimensions from 1 to {rank}, or from \
                 −{rank} to −1, such as [-1]. The batch is dimension 0.",
                self.axis,
                rank = input.len()
            );
            Error::new(ErrorKind::Argument, message)
        })
    }
}

impl Default for LayerNormalization {
    fn default() -> Self {
        Self::new()
    }
}

named_layer!(LayerNormalization);

impl LayerSpec for LayerNormalization {
    fn kind(&self) -> &'static str {
        "LayerNormalization"
    }

    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>> {
        if input.is_empty() {
            let message = format!("{place}: expected examples with at least one dimension, got single numbers.");
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let dimensions = self.require_dimensions(place, input)?;
        if !(self.epsilon > 0.0 && self.epsilon.is_finite()) {
            let message = format!("{place}: epsilon {}; expected a number above 0, such as 0.001.", self.epsilon);
            return Err(Error::new(ErrorKind::Argument, message));
        }
        [self.beta_initializer, self.gamma_initializer]
            .into_iter()
            .try_for_each(|initializer| initializer.check(place))?;
        let regularizers = [self.beta_regularizer, self.gamma_regularizer];
        regularizers.into_iter().flatten().try_for_each(|regularizer| regularizer.check(place))?;
        let constraints = [self.beta_constraint, self.gamma_constraint];
        constraints.into_iter().flatten().try_for_each(|constraint| constraint.check(place, dimensions.len()))?;
        Ok(input.to_vec())
    }

    fn params(&self, input: &[usize], _output: &[usize]) -> Result<Vec<ParamSpec>> {
        let dimensions = self.require_dimensions("LayerNormalization", input)?;
        let shape = dimensions.iter().map(|&dimension| input[dimension - 1]).collect::<Vec<_>>();
        let param = |name, initializer: Initializer| ParamSpec::new(name, shape.clone(), initializer, fans(&shape));
        let gamma = param("gamma", self.gamma_initializer)
            .regularizer(self.gamma_regularizer)
            .constraint(self.gamma_constraint);
        let beta =
            param("beta", self.beta_initializer).regularizer(self.beta_regularizer).constraint(self.beta_constraint);
        Ok(self.scale.then_some(gamma).into_iter().chain(self.center.then_some(beta)).collect())
    }

    fn build(&self, plan: &LayerPlan, vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        let dimensions = self.require_dimensions(&plan.name, &plan.input_shape)?;
        // γ and β as tensors that broadcast over the batch and the other dimensions.
        let sides = plan.input_shape.iter().enumerate();
        let sides = sides.map(|(index, &side)| if dimensions.contains(&(index + 1)) { side } else { 1 });
        Ok(Box::new(LayerNormalizationOp {
            gamma: vars.get("gamma"),
            beta: vars.get("beta"),
            broadcast_shape: std::iter::once(1).chain(sides).collect(),
            dimensions,
            epsilon: self.epsilon,
        }))
    }
}

/// Returns the fans of a parameter of this shape as Keras computes them.
fn fans(shape: &[usize]) -> (usize, usize) {
    match shape {
        [.., rows, columns] => {
            let receptive_field = shape[..shape.len() - 2].iter().product::<usize>();
            (rows * receptive_field, columns * receptive_field)
        }
        _ => {
            let length = shape.iter().product();
            (length, length)
        }
    }
}

struct LayerNormalizationOp {
    gamma: Option<Var>,
    beta: Option<Var>,
    broadcast_shape: Vec<usize>,
    /// The normalized dimensions; 0 is the batch.
    dimensions: Vec<usize>,
    epsilon: f64,
}

impl LayerOp for LayerNormalizationOp {
    fn forward(&self, x: &Tensor, _context: &mut ForwardContext<'_>) -> Result<Tensor> {
        let centered = x.broadcast_sub(&x.mean_keepdim(self.dimensions.clone())?)?;
        let variance = centered.sqr()?.mean_keepdim(self.dimensions.clone())?;
        let normalized = centered.broadcast_div(&(variance + self.epsilon)?.sqrt()?)?;
        let scaled = match &self.gamma {
            Some(gamma) => normalized.broadcast_mul(&gamma.reshape(&*self.broadcast_shape)?)?,
            None => normalized,
        };
        Ok(match &self.beta {
            Some(beta) => scaled.broadcast_add(&beta.reshape(&*self.broadcast_shape)?)?,
            None => scaled,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LayerNormalization, fans};

    #[test]
    fn layer_normalization_axes_count_from_the_batch_as_in_keras() {
        let dimensions = |axis: &[i64]| LayerNormalization::new().axis(axis).dimensions(3);
        assert_eq!(dimensions(&[-1]), Some(vec![3]));
        assert_eq!(dimensions(&[3, 1]), Some(vec![1, 3]));
        assert_eq!(dimensions(&[-3, -1]), Some(vec![1, 3]));
        for invalid in [&[][..], &[0], &[4], &[-4], &[1, -3], &[i64::MIN], &[i64::MAX]] {
            assert_eq!(dimensions(invalid), None, "{invalid:?}");
        }
    }

    #[test]
    fn layer_normalization_fans_are_those_of_keras() {
        assert_eq!((fans(&[4]), fans(&[3, 4]), fans(&[2, 3, 4])), ((4, 4), (3, 4), (6, 8)));
    }
}
