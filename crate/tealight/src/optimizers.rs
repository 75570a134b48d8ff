//! How training moves the parameters.

mod adam;

pub use adam::Adam;

use crate::Result;
use adam::AdamState;
use candle_core::{Tensor, Var};
use serde::{Deserialize, Serialize};
use std::fmt;

/// An optimizer, as plain data. Every optimizer type turns into one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Optimizer {
    /// [`Adam`].
    Adam(Adam),
}

impl Optimizer {
    /// What the optimizer remembers between steps, at its beginning; errors where an option is out of range.
    pub(crate) fn start(self, parameters: &[&Var]) -> Result<OptimizerState> {
        match self {
            Self::Adam(adam) => Ok(OptimizerState::Adam(AdamState::new(adam, parameters)?)),
        }
    }
}

impl fmt::Display for Optimizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Adam(adam) => write!(f, "{adam}"),
        }
    }
}

/// What an optimizer remembers between steps. It lives with the compiled model and goes on over several fits.
pub(crate) enum OptimizerState {
    Adam(AdamState),
}

impl OptimizerState {
    /// Moves each of `parameters`, always the same in the same order, by its gradient, if it has one.
    pub(crate) fn step(
        &mut self,
        parameters: &[&Var],
        gradient: impl Fn(&Var) -> candle_core::Result<Option<Tensor>>,
    ) -> Result<()> {
        match self {
            Self::Adam(state) => state.step(parameters, gradient),
        }
    }

    /// How many steps were made, for saving.
    pub(crate) fn steps(&self) -> u64 {
        match self {
            Self::Adam(state) => state.steps,
        }
    }

    pub(crate) fn set_steps(&mut self, steps: u64) {
        match self {
            Self::Adam(state) => state.steps = steps,
        }
    }

    /// The numbers remembered, for saving: by name, as many for each parameter as it has elements.
    pub(crate) fn slots(&self) -> Vec<(&'static str, Vec<&[f32]>)> {
        match self {
            Self::Adam(state) => state.slots(),
        }
    }

    /// As [`OptimizerState::slots`], to be set.
    pub(crate) fn slots_mut(&mut self) -> Vec<(&'static str, Vec<&mut [f32]>)> {
        match self {
            Self::Adam(state) => state.slots_mut(),
        }
    }
}
