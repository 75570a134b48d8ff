//! Elementwise activations.

use super::float::{Real, contiguous_slice, for_float};
use candle_core::{CpuStorage, CustomOp1, CustomOp2, Layout, Result, Shape, Tensor, WithDType};

/// An elementwise activation with its derivative. The formulas are those of the layers of the same names.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Elementwise {
    Relu,
    LeakyRelu(f64),
    Elu(f64),
    Gelu,
    Silu,
    Tanh,
    Sigmoid,
    Softplus,
}

impl Elementwise {
    /// Applies the activation to each element of `x`. candle's autograd tracks the result.
    pub(crate) fn apply(self, x: &Tensor) -> Result<Tensor> {
        x.contiguous()?.apply_op1(self)
    }

    /// Returns whether [`Elementwise::multiply_by_slope`] takes the result of the activation as well as its argument.
    pub(crate) fn has_slope_from_result(self) -> bool {
        matches!(self, Self::Relu)
    }

    /// Applies the activation to each of `values` in place.
    #[inline(always)]
    pub(crate) fn apply_in_place<T: Real>(self, values: &mut [T]) {
        let number = T::from_f64;
        let zero = number(0.0);
        match self {
            // Written so that a NaN stays NaN: a diverged network must show.
            Self::Relu => map(values, |x| if x < zero { zero } else { x }),
            Self::LeakyRelu(slope) => map(values, |x| if x < zero { number(slope) * x } else { x }),
            Self::Elu(alpha) => map(values, |x| if x > zero { x } else { number(alpha) * x.exp_m1() }),
            Self::Gelu => map(values, |x| x * normal_cdf(x)),
            Self::Silu => map(values, |x| x * sigmoid(x)),
            Self::Tanh => map(values, Real::tanh),
            Self::Sigmoid => map(values, sigmoid),
            // log(1 + eˣ), without overflow.
            Self::Softplus => map(values, |x| (if x > zero { x } else { zero }) + (-x.abs()).exp().ln_1p()),
        }
    }

    /// Multiplies `gradient`, the gradient of the results, by the derivative at the arguments `x`.
    ///
    /// At 0, the derivative of ReLU is 0, of leaky ReLU 1, and of ELU `alpha`, as in Keras on JAX.
    #[inline(always)]
    pub(crate) fn multiply_by_slope<T: Real>(self, x: &[T], gradient: &mut [T]) {
        let number = T::from_f64;
        let (zero, one) = (number(0.0), number(1.0));
        match self {
            Self::Relu => zip(x, gradient, |x, g| if x > zero { g } else { zero }),
            Self::LeakyRelu(slope) => zip(x, gradient, |x, g| if x < zero { number(slope) * g } else { g }),
            Self::Elu(alpha) => zip(x, gradient, |x, g| if x > zero { g } else { g * number(alpha) * x.exp() }),
            Self::Gelu => zip(x, gradient, |x, g| g * (normal_cdf(x) + x * normal_density(x))),
            Self::Silu => zip(x, gradient, |x, g| g * sigmoid(x) * (one + x * (one - sigmoid(x)))),
            Self::Tanh => zip(x, gradient, |x, g| g * (one - x.tanh() * x.tanh())),
            Self::Sigmoid => zip(x, gradient, |x, g| g * sigmoid(x) * (one - sigmoid(x))),
            Self::Softplus => zip(x, gradient, |x, g| g * sigmoid(x)),
        }
    }
}

#[inline(always)]
fn map<T: Real>(values: &mut [T], f: impl Fn(T) -> T) {
    values.iter_mut().for_each(|x| *x = f(*x));
}

#[inline(always)]
fn zip<T: Real>(x: &[T], gradient: &mut [T], f: impl Fn(T, T) -> T) {
    gradient.iter_mut().zip(x).for_each(|(g, &x)| *g = f(x, *g));
}

fn sigmoid<T: Real>(x: T) -> T {
    let one = T::from_f64(1.0);
    one / (one + (-x).exp())
}

fn normal_cdf<T: Real>(x: T) -> T {
    T::from_f64(0.5) * (T::from_f64(1.0) + (x * T::from_f64(std::f64::consts::FRAC_1_SQRT_2)).erf())
}

fn normal_density<T: Real>(x: T) -> T {
    T::from_f64(1.0 / (2.0 * std::f64::consts::PI).sqrt()) * (T::from_f64(-0.5) * x * x).exp()
}

impl CustomOp1 for Elementwise {
    fn name(&self) -> &'static str {
        "activation"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let values = for_float!(T in storage => {
            let mut values = contiguous_slice::<T>(storage, layout)?.to_vec();
            self.apply_in_place(&mut values);
            T::to_cpu_storage_owned(values)
        });
        Ok((values, layout.shape().clone()))
    }

    fn bwd(&self, argument: &Tensor, _result: &Tensor, gradient: &Tensor) -> Result<Option<Tensor>> {
        argument.apply_op2_no_bwd(&gradient.contiguous()?, &Derivative(*self)).map(Some)
    }
}

struct Derivative(Elementwise);

impl CustomOp2 for Derivative {
    fn name(&self) -> &'static str {
        "activation gradient"
    }

    fn cpu_fwd(&self, x: &CpuStorage, xl: &Layout, g: &CpuStorage, gl: &Layout) -> Result<(CpuStorage, Shape)> {
        let values = for_float!(T in x => {
            let mut gradient = contiguous_slice::<T>(g, gl)?.to_vec();
            self.0.multiply_by_slope(contiguous_slice::<T>(x, xl)?, &mut gradient);
            T::to_cpu_storage_owned(gradient)
        });
        Ok((values, xl.shape().clone()))
    }
}
