//! What may stand where a function takes an option, and what the compiler says where something else does.
//!
//! The traits are here for their messages: with `impl Into<Activation>` the compiler lists the types that would do, and says
//! nothing of names in quotes, which is what people write who know Keras.

use crate::layers::{Activation, Constraint, Initializer, Layer, Padding, Regularizer};
use crate::losses::Loss;
use crate::number::Number;
use crate::optimizers::{LearningRate, Optimizer};
use crate::training::{Mode, Verbose};
use crate::whole::{Whole, count};

/// A trait for everything that turns into a type, with what the compiler says of anything else.
macro_rules! argument {
    ($(#[$docs:meta])* $name:ident, $method:ident -> $type:ident; $message:literal, $note:literal) => {
        $(#[$docs])*
        #[diagnostic::on_unimplemented(message = $message, label = "not what is expected here", note = $note)]
        pub trait $name {
            #[doc = concat!("The [`", stringify!($type), "`] that it stands for.")]
            fn $method(self) -> $type;
        }

        #[diagnostic::do_not_recommend]
        impl<T: Into<$type>> $name for T {
            fn $method(self) -> $type {
                self.into()
            }
        }
    };
}

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
    /// An optimizer: [`Adam`](crate::Adam), [`SGD`](crate::SGD) and so on.
    IntoOptimizer, into_optimizer -> Optimizer;
    "`{Self}` is not an optimizer",
    "write its name without quotes: `model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?`"
);
argument!(
    /// A loss: [`SparseCategoricalCrossentropy`](crate::SparseCategoricalCrossentropy),
    /// [`MeanSquaredError`](crate::MeanSquaredError) and so on.
    IntoLoss, into_loss -> Loss;
    "`{Self}` is not a loss",
    "write its name without quotes: `model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?`"
);
argument!(
    /// What happens at the edge of an image: [`Padding::Same`], [`Padding::Valid`].
    IntoPadding, into_padding -> Padding;
    "`{Self}` is not a padding",
    "write `.padding(Padding::Same)` or `.padding(Padding::Valid)`"
);
argument!(
    /// Which way a watched value gets better: [`Mode::Max`], [`Mode::Min`].
    IntoMode, into_mode -> Mode;
    "`{Self}` is not a mode",
    "write `.mode(Mode::Max)` or `.mode(Mode::Min)`"
);
argument!(
    /// What a fit says: [`Verbose::Silent`], [`Verbose::Lines`], [`Verbose::Live`].
    IntoVerbose, into_verbose -> Verbose;
    "`{Self}` does not say what a fit is to show",
    "write `.verbose(Verbose::Silent)` for Keras's 0, `.verbose(Verbose::Live)` for its 1, `.verbose(Verbose::Lines)` for its 2"
);

/// A learning rate: a number, whole or not, or a schedule such as [`CosineDecay`](crate::CosineDecay).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a learning rate",
    label = "not what is expected here",
    note = "give a number or a schedule: `.learning_rate(0.001)`, `.learning_rate(CosineDecay::new(0.01, 1000))`"
)]
pub trait IntoLearningRate {
    /// The [`LearningRate`] that it stands for.
    fn into_learning_rate(self) -> LearningRate;
}

#[diagnostic::do_not_recommend]
impl<T: Number> IntoLearningRate for T {
    fn into_learning_rate(self) -> LearningRate {
        self.number().into()
    }
}

macro_rules! schedules {
    ($($name:ident),*) => { $(
        impl IntoLearningRate for crate::optimizers::$name {
            fn into_learning_rate(self) -> LearningRate {
                self.into()
            }
        }
    )* };
}

schedules!(LearningRate, StepDecay, ExponentialDecay, PiecewiseConstantDecay, CosineDecay);

/// A height and a width: `[3, 3]`, `(3, 3)`, or `3` for both, as in Keras.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a height and a width",
    label = "not what is expected here",
    note = "write two whole numbers, `[3, 3]`, or one for both, `3`"
)]
pub trait IntoSize {
    /// The height and the width.
    fn into_size(self) -> [i64; 2];
}

#[diagnostic::do_not_recommend]
impl<T: Whole> IntoSize for T {
    fn into_size(self) -> [i64; 2] {
        [self.whole(); 2]
    }
}

#[diagnostic::do_not_recommend]
impl<T: Whole> IntoSize for [T; 2] {
    fn into_size(self) -> [i64; 2] {
        self.map(Whole::whole)
    }
}

#[diagnostic::do_not_recommend]
impl<H: Whole, W: Whole> IntoSize for (H, W) {
    fn into_size(self) -> [i64; 2] {
        [self.0.whole(), self.1.whole()]
    }
}

/// The shape of an example: `[28, 28]`, `(28, 28)`, `vec![28, 28]`, or `4` for `[4]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the shape of an example",
    label = "not what is expected here",
    note = "write whole numbers in brackets: `Sequential::new([28, 28])`, `Sequential::new([4])`"
)]
pub trait IntoShape {
    /// The sides of the shape. A negative one becomes 0, which no example can have.
    fn into_shape(self) -> Vec<usize>;
}

/// A side that is beyond all counting stays so.
fn side(side: impl Whole) -> usize {
    match side.whole() {
        i64::MAX => usize::MAX,
        side => count(side).unwrap_or_default(),
    }
}

#[diagnostic::do_not_recommend]
impl<T: Whole> IntoShape for T {
    fn into_shape(self) -> Vec<usize> {
        vec![side(self)]
    }
}

macro_rules! shapes {
    ($([$($generic:tt)*] $type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl<T: Whole, $($generic)*> IntoShape for $type {
            fn into_shape(self) -> Vec<usize> {
                self.iter().map(|&number| side(number)).collect()
            }
        }
    )* };
}

shapes!([const N: usize] [T; N], [const N: usize] &[T; N], [] &[T], [] Vec<T>, [] &Vec<T>);

macro_rules! shape_tuple {
    ($($name:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Whole),+> IntoShape for ($($name,)+) {
            fn into_shape(self) -> Vec<usize> {
                vec![$(side(self.$index)),+]
            }
        }
    };
}

shape_tuple!(A 0);
shape_tuple!(A 0, B 1);
shape_tuple!(A 0, B 1, C 2);
