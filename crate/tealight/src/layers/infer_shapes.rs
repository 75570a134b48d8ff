//! Shape inference: the names, shapes and parameters of a network's layers, before anything is allocated.

use super::Layer;
use super::naming::name_layers;
use super::spec::LayerPlan;
use crate::{Error, ErrorKind, Result};

/// The maximum number of layers of a network: far more than anyone can train, and few enough that a file full of names
/// can be read.
pub(crate) const MAX_LAYERS: usize = 5_000;
/// The maximum number of dimensions of an example anywhere in a network.
const MAX_DIMENSIONS: usize = 32;

/// Names the layers, checks their options, and passes the shape of the input through them.
pub(crate) fn infer_shapes(input_shape: &[usize], layers: &[Layer]) -> Result<Vec<LayerPlan>> {
    check_network(input_shape, layers)?;
    let mut plans: Vec<LayerPlan> = Vec::with_capacity(layers.len());
    for (layer, name) in layers.iter().zip(name_layers(layers)?) {
        let input_shape = plans.last().map_or(input_shape, |previous| &previous.output_shape).to_vec();
        let place = format!("{} \"{name}\"", layer.kind());
        let output_shape = layer.spec().output_shape(&place, &input_shape)?;
        check_rank(&format!("{place}: the output shape"), &output_shape)?;
        if element_count(&output_shape).is_none() {
            let message = format!(
                "{place}: outputs of shape {output_shape:?} for an input of {input_shape:?} are more numbers than a computer \
                 can count. Give the network a smaller input."
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let params = layer.spec().params(&input_shape, &output_shape)?;
        plans.push(LayerPlan { layer: layer.clone(), name, input_shape, output_shape, params });
    }
    Ok(plans)
}

fn check_network(input_shape: &[usize], layers: &[Layer]) -> Result<()> {
    check_rank("Sequential: the input shape", input_shape)?;
    if element_count(input_shape).is_none_or(|count| count == 0) {
        let message = format!(
            "Sequential: the input shape {input_shape:?} holds no numbers, or too many. Give the shape of one example, \
             such as [28, 28]."
        );
        return Err(Error::new(ErrorKind::Shape, message));
    }
    if layers.is_empty() {
        let message = "Sequential: the network has no layers. Add one: network.add(Dense::new(10)).";
        return Err(Error::new(ErrorKind::State, message));
    }
    if layers.len() > MAX_LAYERS {
        let message =
            format!("Sequential: the network has {} layers, more than {MAX_LAYERS}. Leave some out.", layers.len());
        return Err(Error::new(ErrorKind::Argument, message));
    }
    Ok(())
}

fn check_rank(what: &str, shape: &[usize]) -> Result<()> {
    if shape.len() <= MAX_DIMENSIONS {
        return Ok(());
    }
    let message = format!(
        "{what} has {} dimensions, more than {MAX_DIMENSIONS}. Merge some of them, as Flatten does.",
        shape.len()
    );
    Err(Error::new(ErrorKind::Shape, message))
}

/// Returns the number of elements of a shape, or `None` if it overflows.
fn element_count(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side))
}
