use super::Layer;
use crate::whole::{Whole, count};
use crate::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};

/// Gives each example another shape with as many numbers: `[batch, ..]` becomes `[batch, ..target]`. Like Keras's
/// `Reshape`, whose −1 for one side, to be worked out, is taken too.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28]).add(Reshape::new([28, 28, 1]));
/// assert_eq!(network.summary()?.output_shape(), [28, 28, 1]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reshape {
    target: Vec<i64>,
    pub(crate) name: Option<String>,
}

impl Reshape {
    /// To this shape, without the batch.
    pub fn new(target: impl IntoIterator<Item = impl Whole>) -> Self {
        Self { target: target.into_iter().map(Whole::whole).collect(), name: None }
    }

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The shape that examples of shape `input` come out in; `at` begins the errors.
    pub(super) fn shape(&self, at: &str, input: &[usize]) -> Result<Vec<usize>> {
        let numbers = input.iter().product::<usize>();
        let known = self.target.iter().filter(|side| **side != -1);
        let known = known.map(|side| count(*side)).try_fold(1_usize, |product, side| product.checked_mul(side?));
        let open = self.target.iter().filter(|side| **side == -1).count();
        let fits = match (known, open) {
            (Some(known), 0) => known == numbers,
            (Some(known), 1) => known > 0 && numbers.is_multiple_of(known),
            _ => false,
        };
        if let (Some(known), true) = (known, fits) {
            let side = |side: &i64| count(*side).unwrap_or(numbers / known);
            return Ok(self.target.iter().map(side).collect());
        }
        let message = format!(
            "{at}: expected a shape of {numbers} numbers, as its input {input:?} has, got {:?}. At most one side may be −1.",
            self.target
        );
        Err(Error::new(ErrorKind::Shape, message))
    }
}

impl From<Reshape> for Layer {
    fn from(layer: Reshape) -> Self {
        Self::Reshape(layer)
    }
}
