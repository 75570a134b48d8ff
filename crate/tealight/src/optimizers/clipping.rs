//! Gradient clipping.

use super::{HyperParam, Range};
use crate::cpu::sum_of_squares;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The clipping options of Keras's optimizers, of which at most one is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Clipping {
    pub(super) clipnorm: Option<f64>,
    pub(super) clipvalue: Option<f64>,
    pub(super) global_clipnorm: Option<f64>,
}

impl Clipping {
    fn set_options(&self) -> impl Iterator<Item = HyperParam> {
        let Self { clipnorm, clipvalue, global_clipnorm } = *self;
        let all = [("clipnorm", clipnorm), ("clipvalue", clipvalue), ("global_clipnorm", global_clipnorm)];
        all.into_iter().filter_map(|(name, value)| Some(HyperParam::new(name, value?, Range::Positive)))
    }

    /// Checks the options of the optimizer called `optimizer`.
    ///
    /// # Errors
    /// If an option is out of range, or if several are set.
    pub(super) fn check(&self, optimizer: &str) -> Result<()> {
        self.set_options().try_for_each(|number| number.check(optimizer))?;
        let names = self.set_options().map(|number| number.name).collect::<Vec<_>>();
        if names.len() > 1 {
            let message = format!("{optimizer}: {} are given together. Keep one of them.", names.join(" and "));
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(())
    }

    /// Returns whether clipping depends on the norm of gradients.
    pub(super) fn needs_norm(&self) -> bool {
        self.clipnorm.is_some() || self.global_clipnorm.is_some()
    }

    /// Returns the factor of each gradient. `gradients` are in the order of the parameters.
    pub(super) fn scales(&self, gradients: &[Option<Tensor>]) -> Result<Vec<f64>> {
        let squares = |gradient: &Option<Tensor>| gradient.as_ref().map_or(Ok(0.0), sum_of_squares);
        // NaN stays NaN, so that a diverged network is visible.
        let scale = |limit: f64, norm: f64| if norm <= limit { 1.0 } else { limit / norm };
        Ok(match (self.clipnorm, self.global_clipnorm) {
            (Some(limit), _) => {
                let own_scale = |gradient| Ok(scale(limit, squares(gradient)?.sqrt()));
                gradients.iter().map(own_scale).collect::<Result<_>>()?
            }
            (None, Some(limit)) => {
                let sum = gradients.iter().map(squares).sum::<candle_core::Result<f64>>()?;
                vec![scale(limit, sum.sqrt()); gradients.len()]
            }
            (None, None) => vec![1.0; gradients.len()],
        })
    }

    /// Returns the largest absolute value of an element after clipping by value.
    pub(super) fn value_limit(&self) -> f64 {
        self.clipvalue.unwrap_or(f64::INFINITY)
    }
}

impl fmt::Display for Clipping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.set_options().try_for_each(|number| write!(f, ", {number}"))
    }
}
