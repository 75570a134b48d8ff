//! Kernel density estimation.

/// The most values that are smoothed. If there are more, an even selection is smoothed, which looks the same.
const MAX_SMOOTHED_VALUES: usize = 5000;
const SQRT_TWO_PI: f64 = 2.506_628_274_631_000_2;

/// Estimates the density of `values` at each of `positions` with a Gaussian kernel. The bandwidth follows Scott's rule (David
/// Scott, "Multivariate Density Estimation", 1992): the standard deviation divided by the fifth root of the count. Returns `None`
/// if the values have no spread.
pub(super) fn density(values: &[f64], positions: &[f64]) -> Option<Vec<f64>> {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let bandwidth = variance.sqrt() * count.powf(-0.2);
    if !(bandwidth.is_finite() && bandwidth > 0.0) {
        return None;
    }
    let step = values.len().div_ceil(MAX_SMOOTHED_VALUES).max(1);
    let mut chosen = values.to_vec();
    chosen.sort_by(f64::total_cmp);
    let chosen: Vec<f64> = chosen.into_iter().skip(step / 2).step_by(step).collect();
    let density_at = |position: &f64| {
        let kernel = |value: &f64| (-0.5 * ((position - value) / bandwidth).powi(2)).exp();
        chosen.iter().map(kernel).sum::<f64>() / (chosen.len() as f64 * bandwidth * SQRT_TWO_PI)
    };
    Some(positions.iter().map(density_at).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::density;

    #[test]
    fn the_density_is_that_of_scipy() {
        let vectors = crate::figure::histogram::vectors();
        let sets = vectors["sets"].as_array().unwrap().iter().filter(|set| set.get("places").is_some());
        let numbers = |list: &serde_json::Value| serde_json::from_value::<Vec<f64>>(list.clone()).unwrap();
        for set in sets {
            let got = density(&numbers(&set["values"]), &numbers(&set["places"])).unwrap();
            for (got, scipy) in got.iter().zip(numbers(&set["kernel_density"])) {
                assert!((got / scipy - 1.0).abs() < 1e-9, "{}: {got} {scipy}", set["name"]);
            }
        }
    }

    #[test]
    fn values_without_spread_have_no_density() {
        assert!(density(&[3.0; 10], &[3.0]).is_none());
        assert!(density(&[3.0], &[3.0]).is_none());
        assert!(density(&[], &[3.0]).is_none());
    }

    #[test]
    fn the_density_of_very_many_values_is_the_same() {
        let few: Vec<f64> = (0..5000).map(|index| f64::from(index) / 5000.0).collect();
        let many: Vec<f64> = (0..50_000).map(|index| f64::from(index) / 50_000.0).collect();
        // The bandwidth decreases with the count, but in the middle of a uniform distribution the density is still 1.
        for values in [few, many] {
            let middle = density(&values, &[0.5]).unwrap_or_default();
            assert!((middle[0] - 1.0).abs() < 1e-3, "{middle:?}");
        }
    }
}
