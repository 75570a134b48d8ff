//! What a network's outputs and a dataset's targets mean together. It is decided here and nowhere else.

use super::{Loss, Objective};
use crate::Result;
use crate::data::{Dataset, TargetKind};
use crate::layers::Activation;

/// What the outputs of a network mean beside the targets: what metrics count, and what classes there are to weigh.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// An example is of one of several classes: that of the largest output.
    OneOfClasses,
    /// One question, answered with yes where the output is above ½: the classes 0 and 1.
    YesOrNo,
    /// Several questions, each answered with yes where its own output is above ½.
    SeveralYesOrNo,
    /// Numbers to come close to.
    Numbers,
}

impl Objective {
    /// What the outputs mean, by the loss, the outputs' shape and, where those leave it open, the targets.
    pub(crate) fn reading(&self, data: &Dataset) -> Reading {
        let units = self.outputs.iter().product::<usize>();
        let kind = data.target_kind();
        match (&self.loss, units) {
            (Loss::SparseCategoricalCrossentropy(_) | Loss::CategoricalCrossentropy(_), _) => Reading::OneOfClasses,
            (Loss::MixtureNegativeLogLikelihood, _) => Reading::Numbers,
            (Loss::BinaryCrossentropy(_), 1) => Reading::YesOrNo,
            // Outputs that add up to 1 answer one question between them.
            (Loss::BinaryCrossentropy(_), _) if self.last == Activation::Softmax && kind == TargetKind::ClassRows => {
                Reading::OneOfClasses
            }
            (Loss::BinaryCrossentropy(_), _) => Reading::SeveralYesOrNo,
            (_, 1) if kind == TargetKind::Binary || (kind == TargetKind::Classes && data.class_names().len() <= 2) => {
                Reading::YesOrNo
            }
            (_, 1) => Reading::Numbers,
            _ if matches!(kind, TargetKind::Classes | TargetKind::ClassRows) => Reading::OneOfClasses,
            _ if data.targets_are_yes_or_no() => Reading::SeveralYesOrNo,
            _ => Reading::Numbers,
        }
    }

    /// `data` as the loss takes it, checked: [`SparseCategoricalCrossentropy`](crate::SparseCategoricalCrossentropy) takes
    /// whole numbers for classes whatever their type, and [`BinaryCrossentropy`](crate::BinaryCrossentropy) numbers between
    /// 0 and 1 for the class that they are nearer to. Errors where the targets are not what the loss and the network need.
    pub(crate) fn read(&self, data: &Dataset) -> Result<Dataset> {
        data.need_labels(self.kind())?;
        let single = data.target_numbers().filter(|numbers| numbers.len() == data.len());
        let one_output = self.outputs.iter().product::<usize>() == 1;
        let read = match (&self.loss, single) {
            (Loss::SparseCategoricalCrossentropy(_), Some(numbers)) if numbers.iter().all(|&x| is_class(x)) => {
                data.with_classes(&numbers.iter().map(|&x| x as u32).collect::<Vec<_>>())
            }
            (Loss::BinaryCrossentropy(_), Some(numbers)) if one_output && data.target_kind() == TargetKind::Numbers => {
                // As Keras rounds: ½ is 0.
                data.with_binary_classes(&numbers.iter().map(|&x| u32::from(x > 0.5)).collect::<Vec<_>>())
            }
            _ => data.clone(),
        };
        super::targets::check(&self.loss, &self.outputs, &read)?;
        Ok(read)
    }
}

/// Whether a number is that of a class.
fn is_class(x: f32) -> bool {
    x.fract() == 0.0 && (0.0..=f32::from(u16::MAX)).contains(&x)
}
