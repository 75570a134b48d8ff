//! Numbers as users have them.

/// A number of any of Rust's number types, so that a figure or a table takes what a notebook has: counts, `f32` of a tensor, `f64` of a
/// history.
///
/// ```
/// use tealight::{Bars, Number};
///
/// assert_eq!(7_u64.number(), 7.0);
/// let counts: Vec<usize> = vec![5923, 6742];
/// let bars = Bars::new("Images by digit", ["0", "1"]).group("images", &counts);
/// # assert!(bars.figure().is_ok());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number",
    label = "a number is expected here",
    note = "numbers stand without quotes; a text becomes one with `.parse::<f64>()?`"
)]
pub trait Number: Copy {
    /// The number as the nearest `f64`.
    fn number(self) -> f64;
}

macro_rules! number {
    ($($type:ty),*) => { $(
        impl Number for $type {
            fn number(self) -> f64 {
                self as f64
            }
        }
    )* };
}

number!(f32, f64, i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

#[diagnostic::do_not_recommend]
impl<T: Number> Number for &T {
    fn number(self) -> f64 {
        (*self).number()
    }
}

/// Any numbers, as a list.
pub(crate) fn list(values: impl IntoIterator<Item = impl Number>) -> Vec<f64> {
    values.into_iter().map(Number::number).collect()
}

#[cfg(test)]
mod tests {
    use super::Number;

    #[test]
    fn every_type_of_number_is_one() {
        assert_eq!([1_u8.number(), 2_i64.number(), 0.5_f32.number(), (&0.25_f64).number()], [1.0, 2.0, 0.5, 0.25]);
    }
}
