//! The callbacks of a fit, called as one, as Keras's `CallbackList`.

use super::callback::{Callback, Flow, Training};
use crate::Result;
use std::fmt;

/// The callbacks of a fit, in the order in which they were given.
///
/// Each method runs a hook of all of them, and returns the first request to stop; an error ends it at once.
#[derive(Default)]
pub(super) struct CallbackList(Vec<Box<dyn Callback>>);

impl CallbackList {
    pub(super) fn push(&mut self, callback: impl Callback + 'static) {
        self.0.push(Box::new(callback));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether any of the callbacks sets the learning rate.
    pub(super) fn sets_learning_rate(&self) -> bool {
        self.0.iter().any(|callback| callback.sets_learning_rate())
    }

    pub(super) fn on_train_begin(&mut self, mut training: Training<'_>) -> Result<Flow> {
        self.run(|callback| callback.on_train_begin(&mut training))
    }

    pub(super) fn on_epoch_begin(&mut self, mut training: Training<'_>) -> Result<Flow> {
        self.run(|callback| callback.on_epoch_begin(&mut training))
    }

    pub(super) fn on_batch_end(&mut self, mut training: Training<'_>) -> Result<Flow> {
        self.run(|callback| callback.on_batch_end(&mut training))
    }

    pub(super) fn on_epoch_end(&mut self, mut training: Training<'_>) -> Result<Flow> {
        self.run(|callback| callback.on_epoch_end(&mut training))
    }

    pub(super) fn on_train_end(&mut self, mut training: Training<'_>) -> Result<()> {
        self.0.iter_mut().try_for_each(|callback| callback.on_train_end(&mut training))
    }

    fn run(&mut self, mut hook: impl FnMut(&mut dyn Callback) -> Result<Flow>) -> Result<Flow> {
        self.0.iter_mut().try_fold(Flow::Continue, |flow, callback| Ok(flow.or(hook(callback.as_mut())?)))
    }
}

impl Clone for CallbackList {
    fn clone(&self) -> Self {
        Self(self.0.iter().map(|callback| callback.clone_callback()).collect())
    }
}

impl fmt::Debug for CallbackList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|callback| callback.name())).finish()
    }
}
