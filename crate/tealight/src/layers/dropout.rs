use super::Layer;
use serde::{Deserialize, Serialize};

/// Sets each number to 0 with probability `rate` while the network trains, and scales the others by `1 / (1 − rate)`;
/// does nothing when it predicts. Like Keras's `Dropout`.
///
/// Each element of each example is drawn anew in each step, in steps of 1/65536 of the rate. The shape stays as it is,
/// and there are no parameters. Srivastava et al., *Dropout: a simple way to prevent neural networks from overfitting*, 2014.
///
/// ```
/// use tealight::prelude::*;
///
/// let network = Sequential::new([8]).add(Dense::new(4).activation(Relu)).add(Dropout::new(0.3)).add(Dense::new(2));
/// # network.summary()?;
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dropout {
    pub(crate) rate: f64,
    pub(crate) name: Option<String>,
}

impl Dropout {
    /// Drops this fraction of the elements: 0 or more and below 1; else it is an error when the network is summed up or built.
    ///
    /// Keras: takes 1 as well, with which nothing comes through.
    pub fn new(rate: f64) -> Self {
        Self { rate, name: None }
    }

    /// The layer's name; see [`Layer::name`].
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

impl From<Dropout> for Layer {
    fn from(dropout: Dropout) -> Self {
        Self::Dropout(dropout)
    }
}
