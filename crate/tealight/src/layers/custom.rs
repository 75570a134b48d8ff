use super::Layer;
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

/// A layer of the user's own, made by [`Layer::custom`] from a module of candle's.
///
/// Two are equal when they are clones of one. It is code, not data: to write it to a file is an error that says so.
#[derive(Clone)]
pub struct Custom {
    pub(crate) name: String,
    pub(crate) output_shape: Vec<usize>,
    module: Arc<dyn ModuleT + Send + Sync>,
    vars: VarMap,
}

impl Layer {
    /// A layer from anything that implements candle's `ModuleT`, every `Module` among them.
    ///
    /// It takes `[batch, ..]`, `f32`, and gives `[batch, ..output_shape]`. `vars` holds the module's variables, which are
    /// trained and shown as `name/variable` in alphabetical order; give `&VarMap::new()` where there are none. All models that
    /// are built with the layer share its module and its variables, whose first values are the module's own. What candle's
    /// autograd cannot follow does not train: its fused `LayerNorm`, for one, stops the gradient of all before it.
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
    /// The module's variables in alphabetical order.
    pub(super) fn vars(&self) -> Result<Vec<(String, Var)>> {
        let Ok(vars) = self.vars.data().lock() else {
            let message = format!("Custom \"{}\": a thread panicked while it held the layer's variables.", self.name);
            return Err(Error::new(ErrorKind::State, message));
        };
        let mut vars = vars.iter().map(|(name, var)| (name.clone(), var.clone())).collect::<Vec<_>>();
        vars.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(vars)
    }

    pub(super) fn forward(&self, x: &Tensor, train: bool) -> Result<Tensor> {
        let y = self.module.forward_t(x, train).map_err(|error| {
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
