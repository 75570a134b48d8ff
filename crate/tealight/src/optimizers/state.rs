//! The state of an optimizer between steps: its step count, its learning rate and its slot variables.

use std::cell::RefCell;

use candle_core::{Tensor, Var};

use super::{LearningRate, Optimizer};
use crate::cpu::{GradientTransform, OptimizerStep, UpdateRule};
use crate::memory::ensure_f32s;
use crate::{Error, ErrorKind, Result};

/// The state of an optimizer. It belongs to the compiled model and continues over several fits.
pub(crate) struct OptimizerState {
    /// The optimizer with the learning rate that a callback or a user has set since.
    optimizer: Optimizer,
    steps: u64,
    /// For each parameter, one block per slot variable, in the order of
    /// [`OptimizerAlgorithm::slots`](super::OptimizerAlgorithm::slots).
    slots: Vec<Vec<Vec<f32>>>,
}

impl OptimizerState {
    /// Creates the state before the first step.
    ///
    /// # Errors
    /// If an option is out of range, or if the slot variables do not fit into memory.
    pub(crate) fn new(optimizer: Optimizer, parameters: &[&Var]) -> Result<Self> {
        let algorithm = optimizer.algorithm();
        let common = algorithm.common();
        common.learning_rate.check(algorithm.name())?;
        algorithm.hyperparams().iter().try_for_each(|param| param.check(algorithm.name()))?;
        common.clipping.check(algorithm.name())?;
        let slots = algorithm.slots();
        let elements = parameters.iter().map(|var| var.elem_count()).sum::<usize>();
        let purpose =
            || format!("{}: to keep {} numbers for each of {elements} parameters", algorithm.name(), slots.len());
        let advice = "Give the network fewer units, or compile it with SGD::new(), which keeps none.";
        ensure_f32s(elements.checked_mul(slots.len()), purpose, advice)?;
        let blocks = |var: &&Var| slots.iter().map(|&(_, initial)| vec![initial; var.elem_count()]).collect();
        let slots = parameters.iter().map(blocks).collect();
        Ok(Self { optimizer, steps: 0, slots })
    }

    pub(crate) fn optimizer(&self) -> &Optimizer {
        &self.optimizer
    }

    /// Returns the learning rate of the next step.
    pub(crate) fn learning_rate(&self) -> f64 {
        self.rate().at(self.steps)
    }

    /// Returns whether the learning rate follows a schedule.
    pub(crate) fn has_schedule(&self) -> bool {
        self.rate().is_schedule()
    }

    fn rate(&self) -> &LearningRate {
        &self.optimizer.algorithm().common().learning_rate
    }

    /// Sets the learning rate of all later steps.
    ///
    /// # Errors
    /// If it is not above 0, or if the learning rate follows a schedule.
    pub(crate) fn set_learning_rate(&mut self, learning_rate: f64) -> Result<()> {
        let name = self.optimizer.algorithm().name();
        if self.has_schedule() {
            let message = format!(
                "{name}: its learning rate follows a schedule ({}) and cannot be set as well. Compile the model with a \
                 number, such as {name}::new().learning_rate({}).",
                self.rate(),
                self.rate().at(0)
            );
            return Err(Error::new(ErrorKind::State, message));
        }
        let learning_rate = LearningRate::from(learning_rate);
        learning_rate.check(name)?;
        self.optimizer.common_mut().learning_rate = learning_rate;
        Ok(())
    }

    /// Returns the number of steps so far, for saving.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn set_steps(&mut self, steps: u64) {
        self.steps = steps;
    }

    /// Returns each slot variable by name, with one block per parameter, for saving.
    pub(crate) fn slots(&self) -> Vec<(&'static str, Vec<&[f32]>)> {
        let names = self.optimizer.algorithm().slots().into_iter().enumerate();
        let blocks = |slot: usize| self.slots.iter().map(|blocks| &*blocks[slot]).collect();
        names.map(|(slot, (name, _))| (name, blocks(slot))).collect()
    }

    /// Returns the same as [`OptimizerState::slots`], to be written to.
    pub(crate) fn slots_mut(&mut self) -> Vec<(&'static str, Vec<&mut [f32]>)> {
        let names = self.optimizer.algorithm().slots();
        let mut slots = names.into_iter().map(|(name, _)| (name, Vec::new())).collect::<Vec<_>>();
        for blocks in &mut self.slots {
            for (slot, block) in slots.iter_mut().zip(blocks) {
                slot.1.push(&mut **block);
            }
        }
        slots
    }

    /// Begins a step that updates each parameter independently of the others, and returns its arithmetic. Returns `None` if
    /// gradients are clipped by their norm: [`OptimizerState::step`] does such a step.
    pub(crate) fn begin_elementwise_step(&mut self) -> Option<(UpdateRule, GradientTransform)> {
        let needs_norm = self.optimizer.algorithm().common().clipping.needs_norm();
        (!needs_norm).then(|| self.begin_step())
    }

    /// Counts a step and returns its arithmetic, without clipping by norm.
    fn begin_step(&mut self) -> (UpdateRule, GradientTransform) {
        let learning_rate = self.learning_rate();
        self.steps += 1;
        let algorithm = self.optimizer.algorithm();
        let decay = (algorithm.weight_decay() * learning_rate) as f32;
        let limit = algorithm.common().clipping.value_limit() as f32;
        (algorithm.rule(self.steps, learning_rate), GradientTransform { scale: 1.0, limit, decay })
    }

    /// Returns the slot variables of the parameter with this index.
    #[expect(clippy::expect_used, reason = "the state is created for the parameters of the model that it trains")]
    pub(crate) fn parameter_slots(&mut self, parameter: usize) -> &mut [Vec<f32>] {
        self.slots.get_mut(parameter).expect("every parameter of the model has its slots")
    }

    /// Updates each of `parameters` by its gradient. The parameters are those of [`OptimizerState::new`], in the same
    /// order. A parameter without a gradient, on which the loss does not depend, stays as it is.
    pub(crate) fn step(
        &mut self,
        parameters: &[&Var],
        gradient: impl Fn(&Var) -> candle_core::Result<Option<Tensor>>,
    ) -> Result<()> {
        let (rule, transform) = self.begin_step();
        let gradients = parameters.iter().map(|var| gradient(var)?.map(|gradient| gradient.contiguous()).transpose());
        let gradients = gradients.collect::<candle_core::Result<Vec<_>>>()?;
        let scales = self.optimizer.algorithm().common().clipping.scales(&gradients)?;
        for (((var, slots), gradient), scale) in parameters.iter().zip(&mut self.slots).zip(gradients).zip(scales) {
            let Some(gradient) = gradient else { continue };
            let transform = GradientTransform { scale: scale as f32, ..transform };
            var.inplace_op2(&gradient, &OptimizerStep { rule, transform, slots: RefCell::new(slots) })?;
        }
        Ok(())
    }
}
