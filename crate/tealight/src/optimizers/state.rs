//! What an optimizer remembers between steps.

use super::{LearningRate, Optimizer};
use crate::kernels::{Before, Rule, Update};
use crate::memory::need_numbers;
use crate::{Error, ErrorKind, Result};
use candle_core::{Tensor, Var};
use std::cell::RefCell;

/// An optimizer at work. It lives with the compiled model and goes on over several fits.
pub(crate) struct OptimizerState {
    /// With the learning rate that a callback or a user has set since.
    optimizer: Optimizer,
    steps: u64,
    /// For each parameter, in their order, what [`Method::memory`](super::Method::memory) names.
    memory: Vec<Vec<Vec<f32>>>,
}

impl OptimizerState {
    /// An optimizer before its first step; errors where an option is out of range.
    pub(crate) fn new(optimizer: Optimizer, parameters: &[&Var]) -> Result<Self> {
        let method = optimizer.method();
        let common = method.common();
        common.learning_rate.check(method.name())?;
        method.numbers().iter().try_for_each(|number| number.check(method.name()))?;
        common.clipping.check(method.name())?;
        let first = method.memory();
        let elements = parameters.iter().map(|var| var.elem_count()).sum::<usize>();
        let what =
            || format!("{}: to remember {} numbers for each of {elements} parameters", method.name(), first.len());
        let advice = "Give the network fewer units, or compile it with SGD::new(), which remembers nothing.";
        need_numbers(elements.checked_mul(first.len()), what, advice)?;
        let blocks = |var: &&Var| first.iter().map(|&(_, value)| vec![value; var.elem_count()]).collect();
        let memory = parameters.iter().map(blocks).collect();
        Ok(Self { optimizer, steps: 0, memory })
    }

    pub(crate) fn optimizer(&self) -> &Optimizer {
        &self.optimizer
    }

    /// The learning rate of the next step.
    pub(crate) fn learning_rate(&self) -> f64 {
        self.rate().at(self.steps)
    }

    /// Whether the learning rate changes by itself.
    pub(crate) fn has_schedule(&self) -> bool {
        self.rate().is_schedule()
    }

    fn rate(&self) -> &LearningRate {
        &self.optimizer.method().common().learning_rate
    }

    /// Sets the learning rate of the steps from here on; errors where it is not above 0, or follows a schedule.
    pub(crate) fn set_learning_rate(&mut self, learning_rate: f64) -> Result<()> {
        let name = self.optimizer.method().name();
        if self.has_schedule() {
            let message = format!(
                "{name}: its learning rate follows a schedule ({}) and cannot be set beside it. Compile the model with a \
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

    /// How many steps were made, for saving.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    pub(crate) fn set_steps(&mut self, steps: u64) {
        self.steps = steps;
    }

    /// The numbers remembered, for saving: by name, as many for each parameter as it has elements.
    pub(crate) fn slots(&self) -> Vec<(&'static str, Vec<&[f32]>)> {
        let names = self.optimizer.method().memory().into_iter().enumerate();
        let of = |slot: usize| self.memory.iter().map(|blocks| &*blocks[slot]).collect();
        names.map(|(slot, (name, _))| (name, of(slot))).collect()
    }

    /// As [`OptimizerState::slots`], to be set.
    pub(crate) fn slots_mut(&mut self) -> Vec<(&'static str, Vec<&mut [f32]>)> {
        let names = self.optimizer.method().memory();
        let mut slots = names.into_iter().map(|(name, _)| (name, Vec::new())).collect::<Vec<_>>();
        for blocks in &mut self.memory {
            for (slot, block) in slots.iter_mut().zip(blocks) {
                slot.1.push(&mut **block);
            }
        }
        slots
    }

    /// Begins a step in which each parameter moves by itself: what is done to each of its elements. None where gradients
    /// are scaled by their length: then [`OptimizerState::step`] is to be called instead.
    pub(crate) fn moves(&mut self) -> Option<(Rule, Before)> {
        let lengths = self.optimizer.method().common().clipping.needs_lengths();
        (!lengths).then(|| self.begin())
    }

    /// Counts a step; what is done to each element in it, where no gradient is scaled.
    fn begin(&mut self) -> (Rule, Before) {
        let learning_rate = self.learning_rate();
        self.steps += 1;
        let method = self.optimizer.method();
        let decay = (method.weight_decay() * learning_rate) as f32;
        let before = Before { scale: 1.0, limit: method.common().clipping.limit() as f32, decay };
        (method.rule(self.steps, learning_rate), before)
    }

    /// What is remembered of a parameter, by its number.
    pub(crate) fn memory(&mut self, number: usize) -> &mut [Vec<f32>] {
        self.memory.get_mut(number).map(|blocks| &mut **blocks).unwrap_or_default()
    }

    /// Moves each of `parameters`, always the same in the same order, by its gradient, if it has one.
    pub(crate) fn step(
        &mut self,
        parameters: &[&Var],
        gradient: impl Fn(&Var) -> candle_core::Result<Option<Tensor>>,
    ) -> Result<()> {
        let (rule, before) = self.begin();
        let gradients = parameters.iter().map(|var| gradient(var)?.map(|gradient| gradient.contiguous()).transpose());
        let gradients = gradients.collect::<candle_core::Result<Vec<_>>>()?;
        let scales = self.optimizer.method().common().clipping.scales(&gradients)?;
        for (((var, memory), gradient), scale) in parameters.iter().zip(&mut self.memory).zip(gradients).zip(scales) {
            // A parameter that the loss does not depend on has no gradient, and stays as it is.
            let Some(gradient) = gradient else { continue };
            let before = Before { scale: scale as f32, ..before };
            var.inplace_op2(&gradient, &Update { rule, before, memory: RefCell::new(memory) })?;
        }
        Ok(())
    }
}
