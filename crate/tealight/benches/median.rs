//! What is told of several times: the one in the middle, which a single disturbance does not move.

/// The median, if there is any time.
pub(crate) fn median(seconds: &[f64]) -> Option<f64> {
    let mut seconds = seconds.to_vec();
    seconds.sort_by(f64::total_cmp);
    let middle = seconds.len() / 2;
    let upper = *seconds.get(middle)?;
    Some(if seconds.len() % 2 == 1 { upper } else { (seconds[middle - 1] + upper) / 2.0 })
}
