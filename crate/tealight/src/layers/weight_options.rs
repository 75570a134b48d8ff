//! The options that layers with a kernel and a bias share: [`Dense`](crate::Dense) and [`Conv2D`](crate::Conv2D).

use super::spec::ParamSpec;
use super::{Activation, Constraint, Initializer, Regularizer};
use crate::Result;

/// How a layer's kernel and bias begin, what they cost, and what follows them.
#[derive(Clone, Copy)]
pub(super) struct WeightOptions {
    pub(super) activation: Activation,
    pub(super) use_bias: bool,
    pub(super) kernel_initializer: Initializer,
    pub(super) bias_initializer: Initializer,
    pub(super) kernel_regularizer: Option<Regularizer>,
    pub(super) bias_regularizer: Option<Regularizer>,
    pub(super) activity_regularizer: Option<Regularizer>,
    pub(super) kernel_constraint: Option<Constraint>,
}

impl WeightOptions {
    /// Checks the options for a kernel of this rank.
    ///
    /// # Errors
    ///
    /// If an option is out of range; the message begins with `place`.
    pub(super) fn check(&self, place: &str, kernel_rank: usize) -> Result<()> {
        self.activation.check(place)?;
        self.kernel_initializer.check(place)?;
        self.bias_initializer.check(place)?;
        let regularizers = [self.kernel_regularizer, self.bias_regularizer, self.activity_regularizer];
        regularizers.into_iter().flatten().try_for_each(|regularizer| regularizer.check(place))?;
        self.kernel_constraint.map_or(Ok(()), |constraint| constraint.check(place, kernel_rank))
    }

    /// Returns whether the number of parameters for a kernel of this shape can be counted.
    pub(super) fn is_countable(&self, kernel_shape: &[usize]) -> bool {
        let kernel = kernel_shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side));
        let bias = if self.use_bias { kernel_shape.last().copied() } else { None };
        kernel.and_then(|kernel| kernel.checked_add(bias.unwrap_or(0))).is_some()
    }

    /// Returns the parameters of a layer with `outputs` units or filters: the kernel, and the bias if the layer has one.
    pub(super) fn params(&self, kernel_shape: Vec<usize>, fans: (usize, usize), outputs: usize) -> Vec<ParamSpec> {
        let kernel = ParamSpec::new("kernel", kernel_shape, self.kernel_initializer, fans)
            .regularizer(self.kernel_regularizer)
            .constraint(self.kernel_constraint);
        let bias = || {
            ParamSpec::new("bias", [outputs], self.bias_initializer, (outputs, outputs))
                .regularizer(self.bias_regularizer)
        };
        std::iter::once(kernel).chain(self.use_bias.then(bias)).collect()
    }
}

/// The setters of the [`WeightOptions`] of a layer that has a field for each.
macro_rules! weight_options {
    ($layer:ident, $unit:literal, $constraint_advice:literal) => {
        impl $layer {
            /// The activation of the outputs. Default: [`Linear`](crate::Linear), which leaves them as they are.
            #[must_use]
            pub fn activation(mut self, activation: impl crate::IntoActivation) -> Self {
                self.activation = activation.into_activation();
                self
            }

            #[doc = concat!("Whether each ", $unit, " adds a bias. Default: true.")]
            #[must_use]
            pub fn use_bias(mut self, use_bias: bool) -> Self {
                self.use_bias = use_bias;
                self
            }

            /// How the initial weights are drawn. Default: [`GlorotUniform`](crate::GlorotUniform).
            #[must_use]
            pub fn kernel_initializer(mut self, kernel_initializer: impl crate::IntoInitializer) -> Self {
                self.kernel_initializer = kernel_initializer.into_initializer();
                self
            }

            /// How the initial biases are drawn. Default: [`Zeros`](crate::Zeros).
            #[must_use]
            pub fn bias_initializer(mut self, bias_initializer: impl crate::IntoInitializer) -> Self {
                self.bias_initializer = bias_initializer.into_initializer();
                self
            }

            /// A penalty on the weights, added to the loss; see [`Regularizer`](crate::Regularizer). Default: none.
            #[must_use]
            pub fn kernel_regularizer(mut self, kernel_regularizer: impl crate::IntoRegularizer) -> Self {
                self.kernel_regularizer = Some(kernel_regularizer.into_regularizer());
                self
            }

            /// A penalty on the biases, added to the loss; see [`Regularizer`](crate::Regularizer). Default: none.
            #[must_use]
            pub fn bias_regularizer(mut self, bias_regularizer: impl crate::IntoRegularizer) -> Self {
                self.bias_regularizer = Some(bias_regularizer.into_regularizer());
                self
            }

            /// A penalty on the outputs, divided by the number of examples and added to the loss. Default: none.
            #[must_use]
            pub fn activity_regularizer(mut self, activity_regularizer: impl crate::IntoRegularizer) -> Self {
                self.activity_regularizer = Some(activity_regularizer.into_regularizer());
                self
            }

            #[doc = concat!("A constraint that the kernel is projected onto after each step", $constraint_advice, ". Default: none.")]
            #[must_use]
            pub fn kernel_constraint(mut self, kernel_constraint: impl crate::IntoConstraint) -> Self {
                self.kernel_constraint = Some(kernel_constraint.into_constraint());
                self
            }

            fn weight_options(&self) -> crate::layers::weight_options::WeightOptions {
                crate::layers::weight_options::WeightOptions {
                    activation: self.activation,
                    use_bias: self.use_bias,
                    kernel_initializer: self.kernel_initializer,
                    bias_initializer: self.bias_initializer,
                    kernel_regularizer: self.kernel_regularizer,
                    bias_regularizer: self.bias_regularizer,
                    activity_regularizer: self.activity_regularizer,
                    kernel_constraint: self.kernel_constraint,
                }
            }
        }
    };
}
pub(super) use weight_options;
