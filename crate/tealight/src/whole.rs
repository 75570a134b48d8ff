//! Whole numbers as notebooks give them.

/// A whole number of any of Rust's integer types, for arguments such as `epochs` and `units`.
///
/// A notebook keeps `let epochs = 20;` as an `i32`, whatever a later cell wants of it; a function that took a `usize`
/// would turn it down. Where a number is out of range, the function that uses it says so.
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
pub trait Whole: Copy {
    /// The number; one beyond the range of `i64` is the nearest in it.
    fn whole(self) -> i64;

    /// The number as a seed: its lowest 64 bits, so that every number of up to 64 bits is a seed of its own.
    fn seed(self) -> u64;
}

macro_rules! whole {
    ($($integer:ty),*) => { $(
        impl Whole for $integer {
            fn whole(self) -> i64 {
                i64::try_from(self).unwrap_or(if self > 0 { i64::MAX } else { i64::MIN })
            }

            fn seed(self) -> u64 {
                self as u64
            }
        }
    )* };
}

whole!(i8, i16, i32, i64, i128, isize, u8, u16, u32, u64, u128, usize);

#[diagnostic::do_not_recommend]
impl<T: Whole> Whole for &T {
    fn whole(self) -> i64 {
        (*self).whole()
    }

    fn seed(self) -> u64 {
        (*self).seed()
    }
}

/// The number as a count or an index; none where it is negative.
pub(crate) fn count(number: i64) -> Option<usize> {
    usize::try_from(number).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_integer_is_a_whole_number() {
        assert_eq!((20_i32.whole(), 20_usize.whole(), 20_u64.whole(), (-3_i8).whole()), (20, 20, 20, -3));
        assert_eq!((u64::MAX.whole(), i128::MIN.whole()), (i64::MAX, i64::MIN));
        assert_eq!(((-1_i32).seed(), u64::MAX.seed(), 42_u8.seed()), (u64::MAX, u64::MAX, 42));
    }
}
