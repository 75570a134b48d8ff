//! Checks that learning rates and schedules share. The text of an error names the option.

/// Checks that `value` is above 0 and finite, also as the `f32` that the parameters are.
pub(super) fn positive(name: &str, value: f64) -> Result<(), String> {
    match value > 0.0 && (value as f32).is_finite() {
        true => Ok(()),
        false => Err(format!("{name} {value}; expected a number above 0, such as 0.001.")),
    }
}

/// Checks a number of steps.
pub(super) fn at_least_one_step(name: &str, steps: i64) -> Result<(), String> {
    match steps > 0 {
        true => Ok(()),
        false => Err(format!("{name} {steps}; expected at least 1, such as 1000.")),
    }
}
