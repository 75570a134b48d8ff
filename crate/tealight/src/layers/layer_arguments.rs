//! The types that may be given for the options of a layer, and the compiler's messages for others.

use super::{Activation, Constraint, Initializer, Layer, Padding, Regularizer};
use crate::arguments::argument;

argument!(
    /// An activation: [`Relu`](crate::Relu), [`Softmax`](crate::Softmax) and so on.
    IntoActivation, into_activation -> Activation;
    "`{Self}` is not an activation",
    "write its name without quotes: `.activation(Relu)`, `.activation(Softmax)`, `.activation(LeakyRelu::new())`"
);
argument!(
    /// An initializer: [`HeNormal`](crate::HeNormal), [`Zeros`](crate::Zeros) and so on.
    IntoInitializer, into_initializer -> Initializer;
    "`{Self}` is not an initializer",
    "write its name without quotes: `.kernel_initializer(HeNormal)`, `.bias_initializer(Constant::new(0.1))`"
);
argument!(
    /// A regularizer: [`L1`](crate::L1), [`L2`](crate::L2), [`L1L2`](crate::L1L2).
    IntoRegularizer, into_regularizer -> Regularizer;
    "`{Self}` is not a regularizer",
    "write its name without quotes, with its rate: `.kernel_regularizer(L2::new(0.01))`"
);
argument!(
    /// A constraint: [`MaxNorm`](crate::MaxNorm).
    IntoConstraint, into_constraint -> Constraint;
    "`{Self}` is not a constraint",
    "write its name without quotes, with its bound: `.kernel_constraint(MaxNorm::new(3.0))`"
);
argument!(
    /// A layer: [`Dense`](crate::Dense), [`Flatten`](crate::Flatten) and so on.
    IntoLayer, into_layer -> Layer;
    "`{Self}` is not a layer",
    "add one layer at a time: `.add(Flatten).add(Dense::new(10).activation(Softmax))`"
);
argument!(
    /// What happens at the edge of an image: [`Padding::Same`], [`Padding::Valid`].
    IntoPadding, into_padding -> Padding;
    "`{Self}` is not a padding",
    "write `.padding(Padding::Same)` or `.padding(Padding::Valid)`"
);
