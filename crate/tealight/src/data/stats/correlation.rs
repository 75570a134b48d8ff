//! Correlation of the features.

use crate::data::dataset::Dataset;
use crate::{Error, ErrorKind, Result};
use candle_core::{DType, Device, Tensor};

/// Limits the memory of the matrix.
const MAX_FEATURES: usize = 8_192;
/// The number of examples that are converted to `f64` at a time.
const EXAMPLES: usize = 2_048;

impl Dataset {
    /// Pearson's correlation of each feature with each: of the 784 pixels of a digit, 784 rows of 784 numbers from −1 to 1.
    /// Like NumPy's `corrcoef(x.T)` and pandas's `corr`.
    ///
    /// Features count as the numbers of an example lie, row by row. One that has the same value in all examples has no
    /// correlation, and NaN in its row and its column.
    ///
    /// # Errors
    ///
    /// If there are more than 8192 features, or a single example.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let data = Dataset::from_bytes(vec![1, 9, 5, 2, 6, 5, 3, 3, 5], [3], vec![0, 0, 0], ["a"])?;
    /// let correlation = data.correlation()?;
    /// assert_eq!((correlation[0][0], correlation[0][1]), (1.0, -1.0));
    /// assert!(correlation[0][2].is_nan());
    /// let figure = HeatMap::new(correlation).color_map(ColorMap::Coolwarm).limits(-1, 1);
    /// # assert!(figure.figure().is_ok());
    /// # Ok::<(), tealight::Error>(())
    /// ```
    pub fn correlation(&self) -> Result<Vec<Vec<f64>>> {
        let features = self.input_shape().iter().product::<usize>();
        if features > MAX_FEATURES || self.len() < 2 {
            let examples = self.len();
            let message = format!(
                "Dataset::correlation: {examples} examples with {features} features; expected at least 2 examples, and at \
                 most {MAX_FEATURES} features."
            );
            return Err(Error::new(ErrorKind::Argument, message));
        }
        let mut row = vec![0.0; features];
        let (mut sums, mut varies) = (vec![0.0; features], vec![false; features]);
        let mut first = vec![0.0; features];
        self.read(0, 0..features, &mut first);
        for index in 0..self.len() {
            self.read(index, 0..features, &mut row);
            for (feature, &value) in row.iter().enumerate() {
                sums[feature] += f64::from(value);
                varies[feature] |= value != first[feature];
            }
        }
        let means = sums.iter().map(|sum| sum / self.len() as f64).collect::<Vec<_>>();

        let mut products = Tensor::zeros((features, features), DType::F64, &Device::Cpu)?;
        for from in (0..self.len()).step_by(EXAMPLES) {
            let to = (from + EXAMPLES).min(self.len());
            let mut centered = Vec::with_capacity((to - from) * features);
            for index in from..to {
                self.read(index, 0..features, &mut row);
                centered.extend(row.iter().zip(&means).map(|(&value, mean)| f64::from(value) - mean));
            }
            let centered = Tensor::from_vec(centered, (to - from, features), &Device::Cpu)?;
            products = (products + centered.t()?.matmul(&centered)?)?;
        }
        let mut rows = products.to_vec2::<f64>()?;
        let spread = (0..features).map(|feature| rows[feature][feature].sqrt()).collect::<Vec<_>>();
        for (here, row) in rows.iter_mut().enumerate() {
            for (there, value) in row.iter_mut().enumerate() {
                *value = match varies[here] && varies[there] {
                    // Rounding may give slightly more than 1.
                    true => (*value / spread[here] / spread[there]).clamp(-1.0, 1.0),
                    false => f64::NAN,
                };
            }
            if varies[here] {
                row[here] = 1.0;
            }
        }
        Ok(rows)
    }
}
