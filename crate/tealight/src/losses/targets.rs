//! Whether the targets of a dataset are those that a loss needs.

use super::Loss;
use crate::data::{Dataset, plain_shape};
use crate::{Error, ErrorKind, Result};

/// Errors where `data` has other targets than `loss` takes for outputs of shape `outputs`.
pub(super) fn check(loss: &Loss, outputs: &[usize], data: &Dataset) -> Result<()> {
    let kind = loss.kind();
    let largest = data.labels().iter().max().map_or(0, |&largest| largest as usize);
    let units = outputs.iter().product::<usize>();
    let message = match (loss, data.target_shape()) {
        (Loss::Custom(_), _) | (Loss::MixtureNegativeLogLikelihood, None) => return Ok(()),
        (Loss::MixtureNegativeLogLikelihood, Some(shape)) => match plain_shape(shape)[..] {
            [] => return Ok(()),
            _ => format!("{kind}: expected a number for each example, but the targets have shape {shape:?}."),
        },
        (Loss::SparseCategoricalCrossentropy(_), Some(&[width])) if width > 1 => format!(
            "{kind}: expected a class for each example, but the targets are rows of {width} (one-hot?). Use \
             CategoricalCrossentropy, or the data before .one_hot()."
        ),
        (Loss::SparseCategoricalCrossentropy(_), Some(_)) => format!(
            "{kind}: expected a class for each example, but the targets are {}. Use MeanSquaredError for numbers; \
             classes are whole numbers of 0 or more.",
            data.targets_in_words()
        ),
        (Loss::SparseCategoricalCrossentropy(_), None) if largest >= units => format!(
            "{kind}: the network has {units} outputs (classes 0 to {}), but the targets have a class {largest}. Give the \
             last layer {} units.",
            units - 1,
            largest + 1
        ),
        (Loss::SparseCategoricalCrossentropy(_), None) => return Ok(()),
        (Loss::CategoricalCrossentropy(_), None) => format!(
            "{kind}: expected a row of {units} for each example, but the targets are classes. Use \
             SparseCategoricalCrossentropy, or data.one_hot()."
        ),
        (Loss::CategoricalCrossentropy(_), Some(shape)) if units > 1 && plain_shape(shape).is_empty() => format!(
            "{kind}: expected a row of {units} for each example, but the targets are {}. {}",
            data.targets_in_words(),
            match data.class_names().is_empty() {
                true => "Use MeanSquaredError for numbers.",
                false => "Use SparseCategoricalCrossentropy, or data.one_hot().",
            }
        ),
        (Loss::CategoricalCrossentropy(_), Some(&[width])) if width != units => format!(
            "{kind}: the network has {units} outputs, but the targets are rows of {width}. Give the last layer {width} \
             units."
        ),
        (Loss::CategoricalCrossentropy(_), Some(&[_])) => return Ok(()),
        (Loss::BinaryCrossentropy(_), None) if units == 1 && largest > 1 => format!(
            "{kind}: expected the classes 0 and 1, but the targets have a class {largest}. Use \
             SparseCategoricalCrossentropy and a last layer of {} units with .activation(Softmax).",
            largest + 1
        ),
        (_, None) if units == 1 => return Ok(()),
        (_, None) => format!(
            "{kind}: expected targets of shape {outputs:?}, as the outputs have, but the targets are classes. Use \
             data.one_hot(), or a network with one output."
        ),
        (_, Some(shape)) if plain_shape(shape) != plain_shape(outputs) => format!(
            "{kind}: expected targets of shape {outputs:?}, as the outputs have, but those of the data have {shape:?}. \
             Give the last layer as many units as there are targets, or reshape y."
        ),
        (Loss::BinaryCrossentropy(_), Some(_)) => match data.target_outside(0.0, 1.0) {
            Some(value) => format!("{kind}: expected targets from 0 to 1, but the data has {value}."),
            None => return Ok(()),
        },
        (_, Some(_)) => return Ok(()),
    };
    Err(Error::new(ErrorKind::Shape, message))
}
