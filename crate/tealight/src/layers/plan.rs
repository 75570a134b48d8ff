//! From layers as data to names, shapes and sizes, before anything is allocated.

use super::{Activation, AveragePooling2D, Layer, MaxPooling2D};
use crate::whole::count;
use crate::{Error, ErrorKind, Result};
use std::collections::HashMap;

/// A layer with all that is known of it before it is built. Shapes are those of one example, without the batch.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) layer: Layer,
    pub(crate) name: String,
    pub(crate) input_shape: Vec<usize>,
    pub(crate) output_shape: Vec<usize>,
    pub(crate) parameters: usize,
    /// How many of them training leaves to the layer itself.
    pub(crate) non_trainable: usize,
}

impl Planned {
    /// Whether the layer ends with a softmax over a single number.
    pub(crate) fn is_softmax_of_one(&self) -> bool {
        let activation = match &self.layer {
            Layer::Dense(dense) => dense.activation,
            Layer::Conv2D(conv) => conv.activation,
            Layer::Activation { activation, .. } => *activation,
            _ => return false,
        };
        activation == Activation::Softmax && self.output_shape.last() == Some(&1)
    }
}

/// The most layers that a network may have: far more than any can train, and few enough for a file of names to be read.
pub(crate) const MOST_LAYERS: usize = 5_000;
/// The most dimensions that an example may have anywhere in a network.
const MOST_DIMENSIONS: usize = 32;

/// Names the layers, checks their options, and carries the shape of the input through them.
pub(crate) fn plan(input_shape: &[usize], layers: &[Layer]) -> Result<Vec<Planned>> {
    few_dimensions("Sequential: the input shape", input_shape)?;
    if input_shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n)).is_none_or(|size| size == 0) {
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
    if layers.len() > MOST_LAYERS {
        let message =
            format!("Sequential: the network has {} layers, more than {MOST_LAYERS}. Leave some out.", layers.len());
        return Err(Error::new(ErrorKind::Argument, message));
    }
    let mut plan: Vec<Planned> = Vec::with_capacity(layers.len());
    for (layer, name) in layers.iter().zip(name_all(layers)?) {
        let input_shape = plan.last().map_or(input_shape, |before| &before.output_shape).to_vec();
        let place = format!("{} \"{name}\"", layer.kind());
        let (output_shape, parameters) = shape(layer, &place, &input_shape)?;
        few_dimensions(&format!("{place}: the output shape"), &output_shape)?;
        if output_shape.iter().try_fold(1_usize, |product, &n| product.checked_mul(n)).is_none() {
            let message = format!(
                "{place}: outputs of shape {output_shape:?} for an input of {input_shape:?} are more numbers than a computer \
                 can count. Give the network a smaller input."
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let moving_averages = 2 * input_shape.last().copied().unwrap_or_default();
        let non_trainable = if matches!(layer, Layer::BatchNormalization(_)) { moving_averages } else { 0 };
        plan.push(Planned { layer: layer.clone(), name, input_shape, output_shape, parameters, non_trainable });
    }
    Ok(plan)
}

fn few_dimensions(what: &str, shape: &[usize]) -> Result<()> {
    if shape.len() <= MOST_DIMENSIONS {
        return Ok(());
    }
    let message = format!(
        "{what} has {} dimensions, more than {MOST_DIMENSIONS}. Lay some of them together, as Flatten does.",
        shape.len()
    );
    Err(Error::new(ErrorKind::Shape, message))
}

/// The output shape and the number of parameters of a layer; `place` begins its errors.
fn shape(layer: &Layer, place: &str, input: &[usize]) -> Result<(Vec<usize>, usize)> {
    let argument = |what: String| Error::new(ErrorKind::Argument, format!("{place}: {what}"));
    match layer {
        Layer::Flatten { .. } => Ok((vec![input.iter().product()], 0)),
        Layer::Reshape(reshape) => Ok((reshape.shape(place, input)?, 0)),
        Layer::GaussianNoise(noise) => noise.check(place).map(|()| (input.to_vec(), 0)),
        Layer::BatchNormalization(layer) => Ok((input.to_vec(), layer.parameters(place, input)?)),
        Layer::Conv2D(conv) => {
            check(conv.activation, place)?;
            conv.shape(place, input)
        }
        Layer::MaxPooling2D(MaxPooling2D { options, .. })
        | Layer::AveragePooling2D(AveragePooling2D { options, .. }) => {
            let window = options.window(place, input)?;
            Ok((vec![window.output[0], window.output[1], window.input[2]], 0))
        }
        Layer::GlobalAveragePooling2D { .. } => match input {
            &[_, _, channels] => Ok((vec![channels], 0)),
            _ => {
                let message = format!(
                    "{place}: expected images of shape [height, width, channels], such as [28, 28, 1], got {input:?}."
                );
                Err(Error::new(ErrorKind::Shape, message))
            }
        },
        Layer::MixtureDensity(head) if head.components < 1 => Err(argument(format!(
            "{} components; a mixture needs at least one, as in MixtureDensity::new(5).",
            head.components
        ))),
        Layer::MixtureDensity(head) => shape(&Layer::Dense(head.dense()), place, input),
        Layer::Custom(custom) => {
            let count = custom.vars()?.iter().map(|(_, var)| var.elem_count()).sum();
            Ok((custom.output_shape.clone(), count))
        }
        Layer::Dense(dense) => {
            check(dense.activation, place)?;
            dense.kernel_initializer.check(place)?;
            dense.bias_initializer.check(place)?;
            let regularizers = [dense.kernel_regularizer, dense.bias_regularizer, dense.activity_regularizer];
            regularizers.into_iter().flatten().try_for_each(|regularizer| regularizer.check(place))?;
            dense.kernel_constraint.map_or(Ok(()), |constraint| constraint.check(place, 2))?;
            let Some(units) = count(dense.units).filter(|units| *units > 0) else {
                let units = dense.units;
                return Err(argument(format!(
                    "{units} units; a layer needs at least one neuron, as in Dense::new(128)."
                )));
            };
            let &[inputs] = input else {
                let message = format!(
                    "{place}: expected a flat input such as [{}], got {input:?}. Add a Flatten before it.",
                    input.iter().product::<usize>()
                );
                return Err(Error::new(ErrorKind::Shape, message));
            };
            let bias = if dense.use_bias { units } else { 0 };
            let parameters = inputs.checked_mul(units).and_then(|kernel| kernel.checked_add(bias));
            let too_many = || argument(format!("{inputs} inputs × {units} units are more than a computer can count."));
            Ok((vec![units], parameters.ok_or_else(too_many)?))
        }
        Layer::Dropout(dropout) => {
            if !(0.0..1.0).contains(&dropout.rate) {
                return Err(argument(format!(
                    "rate {}; expected the fraction to drop, 0 or more and below 1, such as 0.3.",
                    dropout.rate
                )));
            }
            Ok((input.to_vec(), 0))
        }
        Layer::Activation { activation, .. } => {
            check(*activation, place)?;
            if matches!(activation, Activation::Softmax) && input.is_empty() {
                let message = format!("{place}: expected examples with at least one dimension, got single numbers.");
                return Err(Error::new(ErrorKind::Shape, message));
            }
            Ok((input.to_vec(), 0))
        }
    }
}

fn check(activation: Activation, place: &str) -> Result<()> {
    let (name, value) = match activation {
        Activation::LeakyRelu { negative_slope } => ("LeakyRelu: negative_slope", negative_slope),
        Activation::Elu { alpha } => ("Elu: alpha", alpha),
        _ => return Ok(()),
    };
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    let message = format!("{place}: {name} {value}; expected a number of 0 or more.");
    Err(Error::new(ErrorKind::Argument, message))
}

/// A name for each layer: the one given, or its type in small letters, with a number from the second on.
fn name_all(layers: &[Layer]) -> Result<Vec<String>> {
    let mut taken = HashMap::new();
    for (index, name) in layers.iter().enumerate().filter_map(|(index, layer)| Some((index, layer.given_name()?))) {
        if name.is_empty() || name.contains('/') {
            let message =
                format!("Sequential: layer {index} is named {name:?}; expected a name that is not empty and has no /.");
            return Err(Error::new(ErrorKind::Argument, message));
        }
        if let Some(before) = taken.insert(name.to_owned(), index) {
            let message = format!(
                "Sequential: layers {before} and {index} are both named \"{name}\". Give each a name of its own."
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
    }
    let mut counts = HashMap::new();
    let mut automatic = |layer: &Layer| {
        let kind = snake_case(layer.kind());
        loop {
            let count = counts.entry(kind.clone()).or_insert(0);
            let name = if *count == 0 { kind.clone() } else { format!("{kind}_{count}") };
            *count += 1;
            if !taken.contains_key(&name) {
                return name;
            }
        }
    };
    Ok(layers.iter().map(|layer| layer.given_name().map_or_else(|| automatic(layer), str::to_owned)).collect())
}

/// `LeakyRelu` → `leaky_relu`, `Conv2D` → `conv2d`.
pub(crate) fn snake_case(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_uppercase() && name.ends_with(char::is_alphabetic) {
            name.push('_');
        }
        name.extend(letter.to_lowercase());
    }
    name
}
