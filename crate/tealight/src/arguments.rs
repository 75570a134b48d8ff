//! Argument traits: the types that may be given for an option, and the compiler's messages for others.
//!
//! The traits exist for these messages: with `impl Into<Activation>` the compiler would list the types that implement it, and
//! would not mention names in quotes, which people write who know Keras. The traits for layers, losses, optimizers and
//! trainings are beside the types that they convert into.

use crate::convert::{IntoCount, to_usize};

/// A trait for all types that convert into a type, with the compiler's message for others.
macro_rules! argument {
    ($(#[$docs:meta])* $name:ident, $method:ident -> $type:ident; $message:literal, $note:literal) => {
        $(#[$docs])*
        #[diagnostic::on_unimplemented(message = $message, label = "unexpected argument type", note = $note)]
        pub trait $name {
            #[doc = concat!("Converts into a [`", stringify!($type), "`].")]
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
pub(crate) use argument;

/// A height and a width: `[3, 3]`, `(3, 3)`, or `3` for both, as in Keras.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a height and a width",
    label = "unexpected argument type",
    note = "write two whole numbers, `[3, 3]`, or one for both, `3`"
)]
pub trait IntoSize {
    /// Returns the height and the width.
    fn into_size(self) -> [i64; 2];
}

#[diagnostic::do_not_recommend]
impl<T: IntoCount> IntoSize for T {
    fn into_size(self) -> [i64; 2] {
        [self.into_i64(); 2]
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoCount> IntoSize for [T; 2] {
    fn into_size(self) -> [i64; 2] {
        self.map(IntoCount::into_i64)
    }
}

#[diagnostic::do_not_recommend]
impl<H: IntoCount, W: IntoCount> IntoSize for (H, W) {
    fn into_size(self) -> [i64; 2] {
        [self.0.into_i64(), self.1.into_i64()]
    }
}

/// The shape of an example: `[28, 28]`, `(28, 28)`, `vec![28, 28]`, or `4` for `[4]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the shape of an example",
    label = "unexpected argument type",
    note = "write whole numbers in brackets: `Sequential::new([28, 28])`, `Sequential::new([4])`"
)]
pub trait IntoShape {
    /// Returns the sides of the shape. A negative side becomes 0, which no example can have.
    fn into_shape(self) -> Vec<usize>;
}

/// Converts a side; one that overflows `i64` becomes `usize::MAX`, and a negative one 0.
fn side(side: impl IntoCount) -> usize {
    match side.into_i64() {
        i64::MAX => usize::MAX,
        side => to_usize(side).unwrap_or(0),
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoCount> IntoShape for T {
    fn into_shape(self) -> Vec<usize> {
        vec![side(self)]
    }
}

macro_rules! shapes {
    ($([$($generic:tt)*] $type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl<T: IntoCount, $($generic)*> IntoShape for $type {
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
        impl<$($name: IntoCount),+> IntoShape for ($($name,)+) {
            fn into_shape(self) -> Vec<usize> {
                vec![$(side(self.$index)),+]
            }
        }
    };
}

shape_tuple!(A 0);
shape_tuple!(A 0, B 1);
shape_tuple!(A 0, B 1, C 2);
