//! The median of several times, which a single outlier does not change.

/// Returns the median, or `None` without times.
pub(crate) fn median(seconds: &[f64]) -> Option<f64> {
    let mut seconds = seconds.to_vec();
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.len() / 2;
    let upper = *seconds.get(middle)?;
    Some(if seconds.len() % 2 == 1 { upper } else { (seconds[middle - 1] + upper) / 2.0 })
}
