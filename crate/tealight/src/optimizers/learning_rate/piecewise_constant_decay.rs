use std::fmt;

use serde::{Deserialize, Serialize};

use super::Schedule;
use super::checks::positive;
use crate::convert::IntoCount;

/// A learning rate that is constant up to and including each of several steps. Like Keras's `PiecewiseConstantDecay`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PiecewiseConstantDecay {
    boundaries: Vec<i64>,
    values: Vec<f64>,
}

impl PiecewiseConstantDecay {
    /// Creates a schedule. `boundaries` are the last steps of all `values` except the last one, in increasing order; there is
    /// one value more than boundaries. Both are checked when a model is compiled.
    pub fn new(boundaries: impl IntoIterator<Item = impl IntoCount>, values: impl IntoIterator<Item = f64>) -> Self {
        let boundaries = boundaries.into_iter().map(|boundary| boundary.into_i64()).collect();
        Self { boundaries, values: values.into_iter().collect() }
    }
}

impl Schedule for PiecewiseConstantDecay {
    fn at(&self, step: f64) -> f64 {
        let index = self.boundaries.iter().filter(|&&boundary| step > boundary as f64).count();
        self.values.get(index).copied().unwrap_or(f64::NAN)
    }

    fn check(&self) -> Result<(), String> {
        let Self { boundaries, values } = self;
        if values.len() != boundaries.len() + 1 {
            return Err(format!(
                "PiecewiseConstantDecay: {} values for {} boundaries; expected one value more than boundaries.",
                values.len(),
                boundaries.len()
            ));
        }
        let is_increasing = boundaries.is_sorted_by(|a, b| a < b) && boundaries.iter().all(|&boundary| boundary >= 0);
        if !is_increasing {
            return Err(format!(
                "PiecewiseConstantDecay: boundaries {boundaries:?}; expected increasing steps from 0."
            ));
        }
        values.iter().try_for_each(|&value| positive("PiecewiseConstantDecay: value", value))
    }
}

impl fmt::Display for PiecewiseConstantDecay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.values.first().copied().unwrap_or(f64::NAN);
        write!(f, "{first}")?;
        let mut later = self.boundaries.iter().zip(self.values.iter().skip(1));
        later.try_for_each(|(boundary, value)| write!(f, ", {value} after step {boundary}"))
    }
}
