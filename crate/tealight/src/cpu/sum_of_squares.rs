//! The sum of the squares of a tensor, for the global norm of the gradients.

use candle_core::{Result, Tensor};
use pulp::{Simd, WithSimd};

use super::float::f32_slice;
use super::simd_level::SimdLevel;

/// The length of the chunks whose sums are added.
const CHUNK_LEN: usize = 1 << 14;

/// Returns `Σ x²` over a contiguous tensor of type `f32`. The sum is in `f64` and has a fixed order.
pub(crate) fn sum_of_squares(x: &Tensor) -> Result<f64> {
    let storage = x.storage_and_layout();
    let x = f32_slice(&storage)?;
    let simd_level = SimdLevel::from_env()?;
    // The chunks and the order of their sums do not depend on the number of threads.
    let sums = x.chunks(CHUNK_LEN).map(|x| simd_level.run(Squares { x }));
    Ok(sums.sum())
}

struct Squares<'a> {
    x: &'a [f32],
}

impl WithSimd for Squares<'_> {
    type Output = f64;

    #[inline(always)]
    fn with_simd<S: Simd>(self, _simd: S) -> f64 {
        // Sixteen independent sums: a single one would wait for each addition.
        let mut lanes = [0.0_f64; 16];
        let (whole, rest) = self.x.as_chunks::<16>();
        for values in whole {
            for (lane, &x) in lanes.iter_mut().zip(values) {
                *lane += f64::from(x) * f64::from(x);
            }
        }
        lanes.iter().sum::<f64>() + rest.iter().map(|&x| f64::from(x) * f64::from(x)).sum::<f64>()
    }
}
