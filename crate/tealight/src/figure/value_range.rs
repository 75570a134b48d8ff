//! Ranges of values for the axes.

/// Larger values count as infinite: the range of an axis that contains them would overflow.
const MAX_MAGNITUDE: f64 = 1e300;

/// Returns whether an axis can show the value.
pub(super) fn is_drawable(value: f64) -> bool {
    value.abs() <= MAX_MAGNITUDE
}

/// Returns a range slightly larger than the values. An axis of nonnegative values shows no negative numbers, and an axis of
/// values near zero includes zero.
pub(super) fn padded_range(values: impl Iterator<Item = f64> + Clone) -> (f64, f64) {
    let lowest = values.clone().fold(f64::INFINITY, f64::min);
    let highest = values.fold(f64::NEG_INFINITY, f64::max);
    if lowest > highest {
        return (0.0, 1.0);
    }
    let range = highest - lowest;
    let magnitude = lowest.abs().max(highest.abs());
    // Differences this small are rounding errors, and an axis that shows them would need ten digits.
    if range <= 1e-9 * magnitude || magnitude < 1e-290 {
        let padding = if magnitude < 1e-290 { 1.0 } else { 0.05 * magnitude };
        return (if lowest >= 0.0 { (lowest - padding).max(0.0) } else { lowest - padding }, highest + padding);
    }
    let padding = 0.05 * range;
    let low = if lowest >= 0.0 && lowest < 0.2 * range { 0.0 } else { lowest - padding };
    let high = if highest <= 0.0 && -highest < 0.2 * range { 0.0 } else { highest + padding };
    (low, high)
}
