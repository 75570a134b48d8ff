//! A check for NaN and infinite numbers.

use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::{Error, ErrorKind, Result};
use rayon::prelude::*;

impl Dataset {
    /// Checks that all inputs and targets are finite: a single NaN would make all parameters NaN. `place` begins the error,
    /// and `role` names the data.
    pub(crate) fn check_finite(&self, place: &str, role: &str) -> Result<()> {
        let (what, index, number) = match self.input_not_finite() {
            Some((index, number)) => ("an input", index, number),
            None => match self.target_not_finite() {
                Some((index, number)) => ("a target", index, number),
                None => return Ok(()),
            },
        };
        let message = format!(
            "{place}: example {index} of the {role} has {what} of {number}, from which nothing can be learned. Leave such \
             examples out (data.select), or put a number in its place; look at the file, and at what the data were \
             rescaled by."
        );
        Err(Error::new(ErrorKind::Numeric, message))
    }

    /// Returns the first example with a rescaled input that is not finite.
    fn input_not_finite(&self) -> Option<(usize, f32)> {
        let scale = self.scale;
        match &self.pixels {
            // All rescaled bytes are finite if the smallest and the largest one are.
            Pixels::Bytes(_) => {
                let ends = [0.0, 255.0].map(|byte| scale.apply(byte));
                ends.into_iter().find(|number| !number.is_finite()).map(|number| (0, number))
            }
            Pixels::Floats(floats) => (0..self.len()).into_par_iter().find_map_first(|index| {
                let mut numbers = self.example(floats, index).iter().map(|&number| scale.apply(number));
                numbers.find(|number| !number.is_finite()).map(|number| (index, number))
            }),
        }
    }

    /// Returns the first example with a target that is not finite.
    fn target_not_finite(&self) -> Option<(usize, f32)> {
        let width = self.row_width();
        let own = self.rows.as_ref().and_then(|rows| rows.get(self.start * width..self.end * width))?;
        own.iter().enumerate().find(|(_, number)| !number.is_finite()).map(|(at, &number)| (at / width.max(1), number))
    }
}
