use super::Layer;

/// Makes each example flat: `[batch, 28, 28]` becomes `[batch, 784]`, row after row. Like Keras's `Flatten`.
///
/// It has no parameters and copies nothing. A network that takes images begins with it:
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([28, 28]).add(Flatten).add(Dense::new(10).activation(Softmax));
/// assert!(network.summary()?.to_string().contains("(None, 784)"));
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Flatten;

impl Flatten {
    /// The layer with a name of its own; see [`Layer::name`].
    #[must_use]
    pub fn name(self, name: impl Into<String>) -> Layer {
        Layer::from(self).name(name)
    }
}

impl From<Flatten> for Layer {
    fn from(Flatten: Flatten) -> Self {
        Self::Flatten { name: None }
    }
}
