//! A layer that is a module of candle's.

use super::Layer;
use super::op::{ForwardContext, LayerOp};
use super::spec::{LayerName, LayerPlan, LayerSpec, LayerVars, ParamSpec};
use crate::arguments::IntoShape;
use crate::error::without_backtrace;
use crate::{Error, ErrorKind, Result};
use candle_core::{ModuleT, Tensor, Var};
use candle_nn::VarMap;
use serde::de::Error as _;
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::Arc;

/// A user-defined layer, made by [`Layer::custom`] from a module of candle's.
///
/// Two are equal if they are clones of one. It is code, not data: writing it to a file is an error.
#[derive(Clone)]
pub struct Custom {
    pub(crate) name: String,
    pub(crate) output_shape: Vec<usize>,
    module: Arc<dyn ModuleT + Send + Sync>,
    vars: VarMap,
}

impl Layer {
    /// A layer from anything that implements candle's `ModuleT`, which includes every `Module`.
    ///
    /// Input: `[batch, ..]` of type `f32`. Output: `[batch, ..output_shape]`. `vars` holds the module's variables, which are
    /// trained and shown as `name/variable` in alphabetical order; give `&VarMap::new()` if there are none. All models that
    /// are built with the layer share its module and its variables, whose initial values are the module's own. Operations
    /// that candle's autograd cannot follow do not train: its fused `LayerNorm`, for example, stops the gradient of
    /// everything before it.
    ///
    /// ```
    /// use tealight::candle_nn::{self, VarBuilder, VarMap};
    /// use tealight::prelude::*;
    ///
    /// let vars = VarMap::new();
    /// let builder = VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu);
    /// let own = candle_nn::linear(16, 4, builder)?;
    /// let network = Sequential::new([8]).add(Dense::new(16)).add(Layer::custom("own", [4], own, &vars));
    /// assert_eq!(network.summary()?.total_params(), 144 + 68);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn custom(
        name: impl Into<String>,
        output_shape: impl IntoShape,
        module: impl ModuleT + Send + Sync + 'static,
        vars: &VarMap,
    ) -> Self {
        let (name, output_shape) = (name.into(), output_shape.into_shape());
        Self::Custom(Custom { name, output_shape, module: Arc::new(module), vars: vars.clone() })
    }
}

impl Custom {
    /// Returns the module's variables in alphabetical order.
    fn vars(&self) -> Result<Vec<(String, Var)>> {
        let Ok(vars) = self.vars.data().lock() else {
            let message = format!("Custom \"{}\": a thread panicked while it held the layer's variables.", self.name);
            return Err(Error::new(ErrorKind::State, message));
        };
        let mut vars = vars.iter().map(|(name, var)| (name.clone(), var.clone())).collect::<Vec<_>>();
        vars.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(vars)
    }
}

impl LayerName for Custom {
    fn name(&self) -> Option<&str> {
        Some(&self.name)
    }

    fn set_name(&mut self, name: String) {
        self.name = name;
    }
}

impl LayerSpec for Custom {
    fn kind(&self) -> &'static str {
        "Custom"
    }

    fn output_shape(&self, _place: &str, _input: &[usize]) -> Result<Vec<usize>> {
        Ok(self.output_shape.clone())
    }

    fn params(&self, _input: &[usize], _output: &[usize]) -> Result<Vec<ParamSpec>> {
        Ok(self.vars()?.into_iter().map(|(name, var)| ParamSpec::shared(name, var)).collect())
    }

    fn build(&self, _plan: &LayerPlan, _vars: &LayerVars) -> Result<Box<dyn LayerOp>> {
        Ok(Box::new(self.clone()))
    }
}

impl LayerOp for Custom {
    fn forward(&self, x: &Tensor, context: &mut ForwardContext<'_>) -> Result<Tensor> {
        let y = self.module.forward_t(x, context.is_training()).map_err(|error| {
            let (name, says) = (&self.name, without_backtrace(&error));
            let message = format!("Custom \"{name}\": for an input of shape {:?}, candle says: {says}", x.dims());
            Error::new(ErrorKind::Candle, message).caused_by(error)
        })?;
        let expected = [&[x.dim(0)?], &*self.output_shape].concat();
        if y.dims() != expected {
            let message = format!(
                "Custom \"{}\": expected the module to give shape {expected:?} for an input of {:?}, as its output_shape \
                 says, but it gave {:?}. Correct the output_shape.",
                self.name,
                x.dims(),
                y.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Ok(y)
    }
}

impl fmt::Debug for Custom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Custom({:?}, {:?})", self.name, self.output_shape)
    }
}

impl PartialEq for Custom {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.output_shape == other.output_shape && Arc::ptr_eq(&self.module, &other.module)
    }
}

impl Serialize for Custom {
    fn serialize<S: Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(S::Error::custom(format!(
            "the layer \"{}\" is a module of your own, and code cannot be saved. Save the weights alone with model.save_weights(path)?, \
             and build the network again before model.load_weights(path)?.",
            self.name
        )))
    }
}

impl<'de> Deserialize<'de> for Custom {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(D::Error::custom("a layer that is a module of a user's own cannot be loaded. Build the network again."))
    }
}
