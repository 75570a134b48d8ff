//! The parameters of a model: copies, setting, and files of weights.

use super::Model;
use super::tensor_file::{NamedTensor, TensorFile, key, not_finite};
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, Tensor, Var};
use std::path::Path;

impl Model {
    /// Copies of all parameters with their names, in the order of [`Model::parameters`]; training does not change them.
    pub fn weights(&self) -> Result<Vec<(String, Tensor)>> {
        self.named_parameters().map(|parameter| Ok((parameter.name.clone(), parameter.var.copy()?.detach()))).collect()
    }

    /// A copy of the parameter called `name`, such as `"dense/kernel"`.
    ///
    /// # Errors
    ///
    /// If there is no parameter of that name.
    pub fn weight(&self, name: &str) -> Result<Tensor> {
        Ok(self.find(name)?.copy()?.detach())
    }

    /// Sets the parameter called `name` to a copy of `values`.
    ///
    /// # Errors
    ///
    /// If there is no parameter of that name, or it has another shape.
    pub fn set_weight(&mut self, name: &str, values: &Tensor) -> Result<()> {
        let var = self.find(name)?;
        if var.dims() != values.dims() {
            let message = format!(
                "Model: the parameter \"{name}\" has shape {:?}, got values of shape {:?}.",
                var.dims(),
                values.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        }
        Ok(var.set(&values.to_dtype(DType::F32)?.copy()?)?)
    }

    /// Sets all parameters to the result of [`Model::weights`] of the same network.
    ///
    /// # Errors
    ///
    /// If a parameter is missing, unknown or of another shape; the model is left unchanged then.
    pub fn set_weights(&mut self, weights: &[(String, Tensor)]) -> Result<()> {
        let expected = self.named_parameters().map(|parameter| parameter.name.clone()).collect::<Vec<_>>();
        for name in &expected {
            let Some((_, values)) = weights.iter().find(|(given, _)| given == name) else {
                let message =
                    format!("Model: no values for the parameter \"{name}\"; expected {}.", expected.join(", "));
                return Err(Error::new(ErrorKind::Name, message));
            };
            let var = self.find(name)?;
            if var.dims() != values.dims() {
                let message = format!(
                    "Model: the parameter \"{name}\" has shape {:?}, got values of shape {:?}.",
                    var.dims(),
                    values.dims()
                );
                return Err(Error::new(ErrorKind::Shape, message));
            }
        }
        if let Some((name, _)) = weights.iter().find(|(name, _)| !expected.contains(name)) {
            self.find(name)?;
        }
        weights.iter().try_for_each(|(name, values)| self.set_weight(name, values))
    }

    /// Writes the parameters alone to a safetensors file, named as candle's `VarBuilder` names them: `dense.kernel`.
    ///
    /// An existing file is replaced only when the new one is complete. [`Model::save`] writes the whole model.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    ///
    /// ```
    /// use tealight::candle_nn::VarBuilder;
    /// use tealight::prelude::*;
    ///
    /// # let folder = tempfile::tempdir().map_err(candle_core::Error::wrap)?;
    /// # let path = folder.path().join("weights.safetensors");
    /// let model = Sequential::new([4]).add(Dense::new(3)).build(1)?;
    /// model.save_weights(&path)?;
    /// let bytes = std::fs::read(&path).map_err(candle_core::Error::wrap)?;
    /// let weights = VarBuilder::from_buffered_safetensors(bytes, DType::F32, &Device::Cpu)?;
    /// let kernel = weights.pp("dense").get((4, 3), "kernel")?;
    /// # assert_eq!(kernel.dims(), [4, 3]);
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn save_weights(&self, path: impl AsRef<Path>) -> Result<()> {
        let weights = self.weight_tensors();
        let tensors = weights.iter().map(|(name, weight)| NamedTensor::tensor(name.clone(), weight)).collect();
        TensorFile::write(path.as_ref(), "Model::save_weights", tensors, None)
    }

    /// Sets all parameters from a file of [`Model::save_weights`] or [`Model::save`] with the same network.
    ///
    /// The optimizer keeps its state.
    ///
    /// # Errors
    ///
    /// If the file cannot be read, or a parameter is missing, unknown, of another shape or not finite; the message names the
    /// first one. The model is left unchanged then.
    pub fn load_weights(&mut self, path: impl AsRef<Path>) -> Result<()> {
        self.set_weights_from(&TensorFile::read(path.as_ref(), "Model::load_weights")?)
    }

    /// Returns the parameters by their names in a file.
    pub(super) fn weight_tensors(&self) -> Vec<(String, Tensor)> {
        self.named_parameters().map(|parameter| (key(&parameter.name), parameter.var.as_tensor().clone())).collect()
    }

    /// Sets all parameters from a file, or none if one does not fit.
    pub(super) fn set_weights_from(&mut self, file: &TensorFile) -> Result<()> {
        let fit = |(name, var): &(String, Var)| file.tensor(&key(name), &format!("\"{name}\""), var.dims());
        let parameters = self.parameters();
        let values = parameters.iter().map(fit).collect::<Result<Vec<_>>>()?;
        // The slots of an optimizer have a `/` in their names.
        let of_parameters = file.names().into_iter().filter(|name| !name.contains('/'));
        if let Some(other) = of_parameters.into_iter().find(|name| !parameters.iter().any(|(own, _)| key(own) == *name))
        {
            return Err(file.unknown_tensor(&other, &parameters.iter().map(|(name, _)| key(name)).collect::<Vec<_>>()));
        }
        parameters.iter().zip(values).try_for_each(|((_, var), values)| Ok(var.set(&values)?))
    }

    /// Returns the first parameter that has a number that is not finite, with that number.
    pub(crate) fn parameter_not_finite(&self) -> Result<Option<(String, f32)>> {
        for parameter in self.named_parameters() {
            if let Some(number) = not_finite(&parameter.var)? {
                return Ok(Some((parameter.name.clone(), number)));
            }
        }
        Ok(None)
    }

    fn find(&self, name: &str) -> Result<&Var> {
        let found = self.named_parameters().find(|parameter| parameter.name == name);
        found.map(|parameter| &parameter.var).ok_or_else(|| {
            let known = self.named_parameters().map(|parameter| parameter.name.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("Model: no parameter \"{name}\"; the model has {known}.");
            Error::new(ErrorKind::Name, message)
        })
    }
}
