//! The kind of prediction task, which follows from the loss, the network's outputs and the targets.

use super::{Loss, Objective, check_targets};
use crate::Result;
use crate::data::{Dataset, TargetKind};
use crate::layers::Activation;

/// What the outputs of a network predict. It decides what metrics count and which classes can be weighted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TaskKind {
    /// One of several classes: the class of the largest output.
    Multiclass,
    /// One of the classes 0 and 1: class 1 if the output is above ½.
    Binary,
    /// Several yes-or-no questions: yes if the output of the question is above ½.
    MultiLabel,
    /// Numbers.
    Regression,
}

impl Objective {
    /// Returns the kind of task, from the loss and the shape of the outputs, and from the targets if those leave it open.
    pub(crate) fn task_kind(&self, data: &Dataset) -> TaskKind {
        let units = self.output_shape.iter().product::<usize>();
        let kind = data.target_kind();
        match (&self.loss, units) {
            (Loss::SparseCategoricalCrossentropy(_) | Loss::CategoricalCrossentropy(_), _) => TaskKind::Multiclass,
            (Loss::MixtureNegativeLogLikelihood, _) => TaskKind::Regression,
            (Loss::BinaryCrossentropy(_), 1) => TaskKind::Binary,
            // Outputs that sum to 1 answer a single question.
            (Loss::BinaryCrossentropy(_), _)
                if self.last_activation == Activation::Softmax && kind == TargetKind::ClassRows =>
            {
                TaskKind::Multiclass
            }
            (Loss::BinaryCrossentropy(_), _) => TaskKind::MultiLabel,
            (_, 1) if kind == TargetKind::Binary || (kind == TargetKind::Classes && data.class_names().len() <= 2) => {
                TaskKind::Binary
            }
            (_, 1) => TaskKind::Regression,
            _ if matches!(kind, TargetKind::Classes | TargetKind::ClassRows) => TaskKind::Multiclass,
            _ if data.targets_are_yes_or_no() => TaskKind::MultiLabel,
            _ => TaskKind::Regression,
        }
    }

    /// Returns `data` with the targets that the loss needs. [`SparseCategoricalCrossentropy`] takes whole numbers of any type
    /// as classes; [`BinaryCrossentropy`] with one output takes each number between 0 and 1 as the nearer class.
    ///
    /// # Errors
    /// If the targets do not fit the loss and the network.
    ///
    /// [`SparseCategoricalCrossentropy`]: crate::SparseCategoricalCrossentropy
    /// [`BinaryCrossentropy`]: crate::BinaryCrossentropy
    pub(crate) fn prepare_targets(&self, data: &Dataset) -> Result<Dataset> {
        data.need_labels(self.name())?;
        let single = data.target_numbers().filter(|numbers| numbers.len() == data.len());
        let one_output = self.output_shape.iter().product::<usize>() == 1;
        let prepared = match (&self.loss, single) {
            (Loss::SparseCategoricalCrossentropy(_), Some(numbers)) if numbers.iter().all(|&x| is_class(x)) => {
                data.with_classes(&numbers.iter().map(|&x| x as u32).collect::<Vec<_>>())
            }
            (Loss::BinaryCrossentropy(_), Some(numbers)) if one_output && data.target_kind() == TargetKind::Numbers => {
                // Keras rounds ½ to 0.
                data.with_binary_classes(&numbers.iter().map(|&x| u32::from(x > 0.5)).collect::<Vec<_>>())
            }
            _ => data.clone(),
        };
        check_targets::check_targets(&self.loss, &self.output_shape, &prepared)?;
        Ok(prepared)
    }
}

/// Returns whether `x` can be the index of a class.
fn is_class(x: f32) -> bool {
    x.fract() == 0.0 && (0.0..=f32::from(u16::MAX)).contains(&x)
}
