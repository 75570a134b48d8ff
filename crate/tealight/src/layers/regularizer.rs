//! Regularizers: penalties that keep the numbers of a layer small.

use crate::cpu::PenaltyRates;
use crate::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// A penalty on the numbers of a layer, as plain data: `l1 · Σ|w| + l2 · Σw²`. [`L1`], [`L2`] and [`L1L2`] convert into it.
///
/// As the regularizer of a kernel or a bias it is added to the loss of each batch and of an evaluation. As an activity
/// regularizer, on the layer's outputs, it is first divided by the number of examples. All of this is as in Keras.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Regularizer {
    l1: f64,
    l2: f64,
}

impl Regularizer {
    pub(crate) fn rates(self) -> PenaltyRates {
        PenaltyRates { l1: self.l1, l2: self.l2 }
    }

    /// Checks that both rates are finite numbers of 0 or more; `place` begins the error.
    pub(super) fn check(self, place: &str) -> Result<()> {
        match [("l1", self.l1), ("l2", self.l2)].into_iter().find(|(_, rate)| !(rate.is_finite() && *rate >= 0.0)) {
            None => Ok(()),
            Some((name, rate)) => {
                let message =
                    format!("{place}: regularizer with {name} = {rate}; expected a number of 0 or more, such as 0.01.");
                Err(Error::new(ErrorKind::Argument, message))
            }
        }
    }
}

/// The penalty `l1 · Σ|w|`, which makes numbers exactly 0. Like Keras's `L1`; its default is 0.01.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L1(f64);

/// The penalty `l2 · Σw²`, which keeps numbers small. Like Keras's `L2`, without a factor of ½; its default is 0.01.
///
/// ```
/// use tealight::prelude::*;
///
/// let layer = Dense::new(400).activation(Relu).kernel_regularizer(L2::new(0.01));
/// # Sequential::new([4]).add(layer).summary()?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L2(f64);

/// The penalty `l1 · Σ|w| + l2 · Σw²`. Like Keras's `L1L2`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct L1L2(f64, f64);

impl L1 {
    /// With this rate, 0 or more; else it is an error when the network is summed up or built.
    pub fn new(l1: f64) -> Self {
        Self(l1)
    }
}

impl L2 {
    /// With this rate, 0 or more; else it is an error when the network is summed up or built.
    pub fn new(l2: f64) -> Self {
        Self(l2)
    }
}

impl L1L2 {
    /// With these rates, 0 or more; else it is an error when the network is summed up or built.
    pub fn new(l1: f64, l2: f64) -> Self {
        Self(l1, l2)
    }
}

impl Default for L1 {
    fn default() -> Self {
        Self(0.01)
    }
}

impl Default for L2 {
    fn default() -> Self {
        Self(0.01)
    }
}

impl From<L1> for Regularizer {
    fn from(L1(l1): L1) -> Self {
        Self { l1, l2: 0.0 }
    }
}

impl From<L2> for Regularizer {
    fn from(L2(l2): L2) -> Self {
        Self { l1: 0.0, l2 }
    }
}

impl From<L1L2> for Regularizer {
    fn from(L1L2(l1, l2): L1L2) -> Self {
        Self { l1, l2 }
    }
}
