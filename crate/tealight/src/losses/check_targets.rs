//! The check that the targets of a dataset fit a loss.

use super::Loss;
use crate::data::{Dataset, plain_shape};
use crate::{Error, ErrorKind, Result};

/// Checks that `loss` can compare the targets of `data` with outputs of shape `outputs`.
///
/// # Errors
/// If it cannot.
pub(super) fn check_targets(loss: &Loss, outputs: &[usize], data: &Dataset) -> Result<()> {
    let name = loss.name();
    let largest = data.labels().iter().max().map_or(0, |&largest| largest as usize);
    let units = outputs.iter().product::<usize>();
    let message = match (loss, data.target_shape()) {
        (Loss::Custom(_), _) | (Loss::MixtureNegativeLogLikelihood, None) => return Ok(()),
        (Loss::MixtureNegativeLogLikelihood, Some(shape)) => match plain_shape(shape)[..] {
            [] => return Ok(()),
            _ => format!("{name}: expected one number for each example, but the targets have shape {shape:?}."),
        },
        (Loss::SparseCategoricalCrossentropy(_), Some(&[width])) if width > 1 => format!(
            "{name}: expected a class for each example, but the targets are rows of {width} (one-hot?). Use \
             CategoricalCrossentropy, or the data before .one_hot()."
        ),
        (Loss::SparseCategoricalCrossentropy(_), Some(_)) => format!(
            "{name}: expected a class for each example, but the targets are {}. Use MeanSquaredError for numbers; \
             classes are whole numbers from 0.",
            data.targets_in_words()
        ),
        (Loss::SparseCategoricalCrossentropy(_), None) if largest >= units => format!(
            "{name}: the network has {units} outputs (classes 0 to {}), but the targets have a class {largest}. Give the \
             last layer {} units.",
            units - 1,
            largest + 1
        ),
        (Loss::SparseCategoricalCrossentropy(_), None) => return Ok(()),
        (Loss::CategoricalCrossentropy(_), None) => format!(
            "{name}: expected a row of {units} for each example, but the targets are classes. Use \
             SparseCategoricalCrossentropy, or data.one_hot()."
        ),
        (Loss::CategoricalCrossentropy(_), Some(shape)) if units > 1 && plain_shape(shape).is_empty() => format!(
            "{name}: expected a row of {units} for each example, but the targets are {}. {}",
            data.targets_in_words(),
            match data.class_names().is_empty() {
                true => "Use MeanSquaredError for numbers.",
                false => "Use SparseCategoricalCrossentropy, or data.one_hot().",
            }
        ),
        (Loss::CategoricalCrossentropy(_), Some(&[width])) if width != units => format!(
            "{name}: the network has {units} outputs, but the targets are rows of {width}. Give the last layer {width} \
             units."
        ),
        (Loss::CategoricalCrossentropy(_), Some(&[_])) => return Ok(()),
        (Loss::BinaryCrossentropy(_), None) if units == 1 && largest > 1 => format!(
            "{name}: expected the classes 0 and 1, but the targets have a class {largest}. Use \
             SparseCategoricalCrossentropy and a last layer of {} units with .activation(Softmax).",
            largest + 1
        ),
        (_, None) if units == 1 => return Ok(()),
        (_, None) => format!(
            "{name}: expected targets of shape {outputs:?}, like the outputs, but the targets are classes. Use \
             data.one_hot(), or a network with one output."
        ),
        (_, Some(shape)) if plain_shape(shape) != plain_shape(outputs) => format!(
            "{name}: expected targets of shape {outputs:?}, like the outputs, but the targets of the data have {shape:?}. \
             Give the last layer as many units as there are targets, or reshape y."
        ),
        (Loss::BinaryCrossentropy(_), Some(_)) => match data.target_outside(0.0, 1.0) {
            Some(value) => format!("{name}: expected targets from 0 to 1, but the data has {value}."),
            None => return Ok(()),
        },
        (_, Some(_)) => return Ok(()),
    };
    Err(Error::new(ErrorKind::Shape, message))
}
