use super::Model;
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, Tensor, Var};

impl Model {
    /// Copies of all parameters with their names, in the order of [`Model::parameters`]; training leaves them as they are.
    pub fn weights(&self) -> Result<Vec<(String, Tensor)>> {
        self.named_parameters().map(|parameter| Ok((parameter.name.clone(), parameter.var.copy()?.detach()))).collect()
    }

    /// A copy of the parameter called `name`, such as `"dense/kernel"`. Errors where there is none of that name.
    pub fn weight(&self, name: &str) -> Result<Tensor> {
        Ok(self.find(name)?.copy()?.detach())
    }

    /// Sets the parameter called `name` to a copy of `values`, which must have its shape.
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

    /// Sets all parameters, from what [`Model::weights`] of the same network gave. Nothing is set where one does not fit.
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

    fn find(&self, name: &str) -> Result<&Var> {
        let found = self.named_parameters().find(|parameter| parameter.name == name);
        found.map(|parameter| &parameter.var).ok_or_else(|| {
            let known = self.named_parameters().map(|parameter| parameter.name.as_str()).collect::<Vec<_>>().join(", ");
            let message = format!("Model: no parameter \"{name}\"; the model has {known}.");
            Error::new(ErrorKind::Name, message)
        })
    }
}
