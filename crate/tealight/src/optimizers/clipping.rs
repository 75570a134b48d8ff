//! Gradients kept from growing too large.

use super::{Number, Range};
use crate::kernels::sum_of_squares;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::{Deserialize, Serialize};
use std::fmt;

/// At most one way of clipping, as Keras's optimizers have it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Clipping {
    pub(super) clipnorm: Option<f64>,
    pub(super) clipvalue: Option<f64>,
    pub(super) global_clipnorm: Option<f64>,
}

impl Clipping {
    fn chosen(&self) -> impl Iterator<Item = Number> {
        let Self { clipnorm, clipvalue, global_clipnorm } = *self;
        let all = [("clipnorm", clipnorm), ("clipvalue", clipvalue), ("global_clipnorm", global_clipnorm)];
        all.into_iter().filter_map(|(name, value)| Some(Number::new(name, value?, Range::Positive)))
    }

    /// Checks the options of the optimizer called `of`.
    pub(super) fn check(&self, of: &str) -> Result<()> {
        self.chosen().try_for_each(|number| number.check(of))?;
        let names = self.chosen().map(|number| number.name).collect::<Vec<_>>();
        if names.len() > 1 {
            let message = format!("{of}: {} are given together. Keep one of them.", names.join(" and "));
            return Err(Error::new(ErrorKind::Argument, message));
        }
        Ok(())
    }

    /// Whether a gradient's length matters.
    pub(super) fn needs_lengths(&self) -> bool {
        self.clipnorm.is_some() || self.global_clipnorm.is_some()
    }

    /// What each gradient is multiplied by, given all of them in the order of the parameters.
    pub(super) fn scales(&self, gradients: &[Option<Tensor>]) -> Result<Vec<f64>> {
        let squares = |gradient: &Option<Tensor>| gradient.as_ref().map_or(Ok(0.0), sum_of_squares);
        // At most 1, and NaN where the norm is NaN: a network gone wrong must not look well.
        let scale = |limit: f64, norm: f64| if norm <= limit { 1.0 } else { limit / norm };
        Ok(match (self.clipnorm, self.global_clipnorm) {
            (Some(limit), _) => {
                let of = |gradient| Ok(scale(limit, squares(gradient)?.sqrt()));
                gradients.iter().map(of).collect::<Result<_>>()?
            }
            (None, Some(limit)) => {
                let sum = gradients.iter().map(squares).sum::<candle_core::Result<f64>>()?;
                vec![scale(limit, sum.sqrt()); gradients.len()]
            }
            (None, None) => vec![1.0; gradients.len()],
        })
    }

    /// What each element of a gradient is clipped to.
    pub(super) fn limit(&self) -> f64 {
        self.clipvalue.unwrap_or(f64::INFINITY)
    }
}

impl fmt::Display for Clipping {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.chosen().try_for_each(|number| write!(f, ", {number}"))
    }
}
