//! The positions of a window on an image, for convolution and pooling.

use crate::convert::to_usize;
use crate::cpu::Window;
use crate::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// What a convolution or a pooling does at the edge of an image, in Keras's terms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Padding {
    /// The window stays inside: the image becomes smaller. The default.
    #[default]
    Valid,
    /// The image is padded so that strides of 1 keep its size. A convolution pads with zeros; pooling ignores the padding.
    /// If the padding is odd, the larger part is below and on the right. A window of more than twice the image's size is an
    /// error.
    Same,
}

/// Returns the window of this size over images of shape `input`.
///
/// # Errors
///
/// If the input is not an image, or the window does not fit it; the message begins with `place`.
pub(super) fn resolve_window(
    place: &str,
    input: &[usize],
    size: [i64; 2],
    strides: [i64; 2],
    padding: Padding,
) -> Result<Window> {
    let &[height, width, channels] = input else {
        let advice = match input {
            &[height, width] => format!("Add Reshape::new([{height}, {width}, 1]) before it."),
            _ => "Give images, with their channels last.".to_owned(),
        };
        let message = format!(
            "{place}: expected images of shape [height, width, channels], such as [28, 28, 1], got {input:?}. {advice}"
        );
        return Err(Error::new(ErrorKind::Shape, message));
    };
    let positive = |what: &str, [y, x]: [i64; 2]| match (to_usize(y), to_usize(x)) {
        (Some(y), Some(x)) if x > 0 && y > 0 => Ok([y, x]),
        _ => {
            let message =
                format!("{place}: {what} of {:?}; expected two numbers of at least 1, such as [2, 2].", [y, x]);
            Err(Error::new(ErrorKind::Argument, message))
        }
    };
    let (size, strides) = (positive("a window", size)?, positive("strides", strides)?);
    let mut window = Window { size, strides, input: [height, width, channels], output: [0; 2], padding_before: [0; 2] };
    for (axis, side) in [height, width].into_iter().enumerate() {
        let (size, stride) = (size[axis], strides[axis]);
        match padding {
            Padding::Valid if size > side => {
                let message = format!(
                    "{place}: a window of {:?} does not fit in images of {input:?}. Make it smaller, or use \
                     .padding(Padding::Same).",
                    window.size
                );
                return Err(Error::new(ErrorKind::Shape, message));
            }
            // A larger window has cells that cover only padding at every position.
            Padding::Same if size > side.saturating_mul(2) => {
                let message = format!(
                    "{place}: a window of {:?} is more than twice as large as images of {input:?}. Make it smaller.",
                    window.size
                );
                return Err(Error::new(ErrorKind::Shape, message));
            }
            Padding::Valid => window.output[axis] = (side - size) / stride + 1,
            Padding::Same => {
                window.output[axis] = side.div_ceil(stride);
                let reach = ((window.output[axis] - 1) * stride).saturating_add(size);
                window.padding_before[axis] = reach.saturating_sub(side) / 2;
            }
        }
    }
    Ok(window)
}
