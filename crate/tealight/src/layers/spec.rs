//! What every layer says about itself before it is built: the trait [`LayerSpec`], and the plan of a layer in a network.

use super::op::LayerOp;
use super::{Activation, Constraint, Initializer, Layer, Regularizer};
use crate::Result;
use candle_core::{Device, Var};

/// A layer as plain data: its options, and what follows from them.
///
/// Implement it in the layer's own file, beside the [`LayerOp`] that computes the layer.
pub(super) trait LayerSpec: LayerName {
    /// Returns the name of the type, as a summary shows it.
    fn kind(&self) -> &'static str;

    /// Checks the options and returns the shape of the output for examples of shape `input`, both without the batch.
    ///
    /// # Errors
    ///
    /// If an option is out of range or the input does not fit; the message begins with `place`.
    fn output_shape(&self, place: &str, input: &[usize]) -> Result<Vec<usize>>;

    /// Returns the parameters for examples of shape `input`, for which [`output_shape`](Self::output_shape) has returned
    /// `output`. Default: none.
    fn params(&self, _input: &[usize], _output: &[usize]) -> Result<Vec<ParamSpec>> {
        Ok(Vec::new())
    }

    /// Builds the layer with the variables of its parameters.
    fn build(&self, plan: &LayerPlan, vars: &LayerVars) -> Result<Box<dyn LayerOp>>;

    /// Returns the activation at the end of the layer. Default: none.
    fn activation(&self) -> Option<Activation> {
        None
    }

    /// Returns the penalty on the layer's outputs. Default: none.
    fn activity_regularizer(&self) -> Option<Regularizer> {
        None
    }
}

/// The name that a user gave to a layer.
pub(super) trait LayerName {
    /// Returns the name, if there is one.
    fn name(&self) -> Option<&str>;

    /// Sets the name.
    fn set_name(&mut self, name: String);
}

/// Implements [`LayerName`] for a type with a field `name: Option<String>`.
macro_rules! layer_name {
    ($layer:ty $(, $parameter:ident)?) => {
        impl$(<$parameter>)? crate::layers::spec::LayerName for $layer {
            fn name(&self) -> Option<&str> {
                self.name.as_deref()
            }

            fn set_name(&mut self, name: String) {
                self.name = Some(name);
            }
        }
    };
}
pub(super) use layer_name;

/// The setter of a layer's name, [`LayerName`], and the conversion into [`Layer`], for a variant of the same name.
macro_rules! named_layer {
    ($layer:ident) => {
        impl $layer {
            /// The layer's name; see [`Layer::name`](crate::Layer::name).
            #[must_use]
            pub fn name(mut self, name: impl Into<String>) -> Self {
                self.name = Some(name.into());
                self
            }
        }

        impl From<$layer> for crate::layers::Layer {
            fn from(layer: $layer) -> Self {
                Self::$layer(layer)
            }
        }

        crate::layers::spec::layer_name!($layer);
    };
}
pub(super) use named_layer;

/// One parameter of a layer, before it is allocated.
#[derive(Clone, Debug)]
pub(crate) struct ParamSpec {
    /// Its name within the layer, such as `kernel`.
    pub(super) name: String,
    shape: Vec<usize>,
    values: InitialValues,
    pub(super) regularizer: Option<Regularizer>,
    pub(super) constraint: Option<Constraint>,
    /// Whether the optimizer updates it; otherwise the layer does.
    pub(super) trainable: bool,
}

#[derive(Clone, Debug)]
enum InitialValues {
    Drawn {
        initializer: Initializer,
        fan_in: usize,
        fan_out: usize,
    },
    /// A variable that exists already.
    Shared(Var),
}

impl ParamSpec {
    /// Returns a trainable parameter that `initializer` fills; `fans` are the connections into and out of a neuron.
    pub(super) fn new(
        name: &str,
        shape: impl Into<Vec<usize>>,
        initializer: impl Into<Initializer>,
        fans: (usize, usize),
    ) -> Self {
        let values = InitialValues::Drawn { initializer: initializer.into(), fan_in: fans.0, fan_out: fans.1 };
        let name = name.to_owned();
        Self { name, shape: shape.into(), values, regularizer: None, constraint: None, trainable: true }
    }

    /// Returns a trainable parameter for a variable that exists already.
    pub(super) fn shared(name: String, var: Var) -> Self {
        let (shape, values) = (var.dims().to_vec(), InitialValues::Shared(var));
        Self { name, shape, values, regularizer: None, constraint: None, trainable: true }
    }

    pub(super) fn regularizer(self, regularizer: Option<Regularizer>) -> Self {
        Self { regularizer, ..self }
    }

    pub(super) fn constraint(self, constraint: Option<Constraint>) -> Self {
        Self { constraint, ..self }
    }

    /// Leaves the parameter to the layer: the optimizer does not update it.
    pub(super) fn non_trainable(self) -> Self {
        Self { trainable: false, ..self }
    }

    fn len(&self) -> usize {
        self.shape.iter().fold(1, |product: usize, &side| product.saturating_mul(side))
    }

    /// Allocates parameter number `index` of layer number `layer` and fills it.
    pub(super) fn allocate(&self, layer: usize, index: usize, seed: u64) -> Result<Var> {
        match &self.values {
            InitialValues::Shared(var) => Ok(var.clone()),
            InitialValues::Drawn { initializer, fan_in, fan_out } => {
                let values = initializer.draw(self.len(), (*fan_in, *fan_out), (layer, index), seed);
                Ok(Var::from_vec(values, &*self.shape, &Device::Cpu)?)
            }
        }
    }
}

/// The variables of a layer's parameters, by name.
pub(super) struct LayerVars(pub(super) Vec<(String, Var)>);

impl LayerVars {
    /// Returns the variable of an optional parameter.
    pub(super) fn get(&self, name: &str) -> Option<Var> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, var)| var.clone())
    }

    /// Returns the variable of a parameter that the layer always has.
    #[expect(clippy::expect_used, reason = "a layer asks for a parameter that it declares itself")]
    pub(super) fn required(&self, name: &str) -> Var {
        self.get(name).expect("LayerSpec::params lists every parameter that LayerSpec::build requires")
    }
}

/// A layer of a network before it is built: its name, shapes and parameters. Shapes are those of one example.
#[derive(Clone, Debug)]
pub(crate) struct LayerPlan {
    pub(crate) layer: Layer,
    pub(crate) name: String,
    pub(crate) input_shape: Vec<usize>,
    pub(crate) output_shape: Vec<usize>,
    pub(super) params: Vec<ParamSpec>,
}

impl LayerPlan {
    /// Returns how many numbers the parameters have.
    pub(crate) fn param_count(&self) -> usize {
        self.params.iter().fold(0, |sum: usize, param| sum.saturating_add(param.len()))
    }

    /// Returns how many of these numbers the optimizer does not update.
    pub(crate) fn non_trainable_count(&self) -> usize {
        let fixed = self.params.iter().filter(|param| !param.trainable);
        fixed.fold(0, |sum: usize, param| sum.saturating_add(param.len()))
    }

    /// Returns whether the layer ends with a softmax over a single number.
    pub(crate) fn is_softmax_of_one(&self) -> bool {
        self.layer.spec().activation() == Some(Activation::Softmax) && self.output_shape.last() == Some(&1)
    }
}
