//! Conversion of the number types that users have: counts, tensor elements, values of a history.

/// Keeps [`IntoF64`] and [`IntoCount`] to the number types of Rust.
mod sealed {
    pub trait Number {}
}

/// Any of Rust's number types, so that a figure or a table accepts counts, the `f32` of a tensor and the `f64` of a history alike.
///
/// ```
/// use tealight::{Bars, IntoF64};
///
/// assert_eq!(7_u64.into_f64(), 7.0);
/// let counts: Vec<usize> = vec![5923, 6742];
/// let bars = Bars::new("Images by digit", ["0", "1"]).group("images", &counts);
/// # assert!(bars.figure().is_ok());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "a number is expected here",
    note = "numbers stand without quotes; a text becomes one with `.parse::<f64>()?`"
)]
pub trait IntoF64: Copy + sealed::Number {
    /// Converts the number to the nearest `f64`.
    fn into_f64(self) -> f64;
}

/// Any of Rust's integer types, for arguments such as `epochs` and `units`.
///
/// Rust infers `i32` for `let epochs = 20;` in a notebook, whatever a later cell needs, and a function that took a `usize` would
/// reject it. Functions check the range of the number themselves.
///
/// ```
/// use tealight::prelude::*;
///
/// let units: i32 = 128;
/// let epochs: u8 = 20;
/// let _ = (Dense::new(units), Fit::new().epochs(epochs));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a whole number",
    label = "a whole number is expected here",
    note = "write `5` rather than `5.0`; a variable becomes whole with `as i64`"
)]
pub trait IntoCount: Copy + sealed::Number {
    /// Converts the number to an `i64`, saturating at its bounds.
    fn into_i64(self) -> i64;

    /// Converts the number to a seed: its lowest 64 bits, so that different numbers of up to 64 bits are different seeds.
    fn into_seed(self) -> u64;
}

macro_rules! impl_into_f64 {
    ($($number:ty),*) => { $(
        impl sealed::Number for $number {}

        impl IntoF64 for $number {
            fn into_f64(self) -> f64 {
                self as f64
            }
        }
    )* };
}

impl_into_f64!(f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

macro_rules! impl_into_count {
    ($($integer:ty),*) => { $(
        impl IntoCount for $integer {
            fn into_i64(self) -> i64 {
                i64::try_from(self).unwrap_or(if self > 0 { i64::MAX } else { i64::MIN })
            }

            fn into_seed(self) -> u64 {
                self as u64
            }
        }
    )* };
}

impl_into_count!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

impl<T: sealed::Number> sealed::Number for &T {}

#[diagnostic::do_not_recommend]
impl<T: IntoF64> IntoF64 for &T {
    fn into_f64(self) -> f64 {
        (*self).into_f64()
    }
}

#[diagnostic::do_not_recommend]
impl<T: IntoCount> IntoCount for &T {
    fn into_i64(self) -> i64 {
        (*self).into_i64()
    }

    fn into_seed(self) -> u64 {
        (*self).into_seed()
    }
}

/// Converts numbers of any type to `f64`.
pub(crate) fn to_f64s(values: impl IntoIterator<Item = impl IntoF64>) -> Vec<f64> {
    values.into_iter().map(IntoF64::into_f64).collect()
}

/// Returns the number as a count or an index, or `None` if it is negative.
pub(crate) fn to_usize(number: i64) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::{IntoCount, IntoF64};

    #[test]
    fn every_number_type_converts_to_f64() {
        assert_eq!(
            [1_u8.into_f64(), 2_i64.into_f64(), 0.5_f32.into_f64(), (&0.25_f64).into_f64()],
            [1.0, 2.0, 0.5, 0.25]
        );
    }

    #[test]
    fn every_integer_type_converts_to_a_count_and_a_seed() {
        assert_eq!((20_i32.into_i64(), 20_usize.into_i64(), 20_u64.into_i64(), (-3_i8).into_i64()), (20, 20, 20, -3));
        assert_eq!((u64::MAX.into_i64(), i128::MIN.into_i64()), (i64::MAX, i64::MIN));
        assert_eq!(((-1_i32).into_seed(), u64::MAX.into_seed(), 42_u8.into_seed()), (u64::MAX, u64::MAX, 42));
    }
}
