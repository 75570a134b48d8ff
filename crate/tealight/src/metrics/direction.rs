//! The direction in which a value improves.

/// Which values of a metric are better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Lowest,
    Highest,
}

impl Direction {
    /// Returns the direction of a value that a history records, such as `val_loss`, or `None` if its name does not tell.
    pub(crate) fn of_metric(name: &str) -> Option<Self> {
        let name = ["val_", "train_"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
        let is = |words: &[&str]| words.iter().any(|word| name.contains(word));
        if is(&["loss", "penalty", "error", "mae", "mse", "entropy"]) {
            return Some(Self::Lowest);
        }
        is(&["accuracy", "top_k", "precision", "recall", "f1", "auc"]).then_some(Self::Highest)
    }

    /// Returns whether `value` is better than `other`. NaN is never better.
    pub(crate) fn is_better(self, value: f64, other: f64) -> bool {
        match self {
            Self::Lowest => value < other,
            Self::Highest => value > other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Direction;

    #[test]
    fn direction_of_a_metric_follows_from_its_name() {
        for name in ["loss", "val_loss", "train_mean_squared_error", "penalty", "val_data_loss", "mae"] {
            assert_eq!(Direction::of_metric(name), Some(Direction::Lowest), "{name}");
        }
        for name in ["accuracy", "val_top_k_accuracy", "precision", "train_f1_score", "auc"] {
            assert_eq!(Direction::of_metric(name), Some(Direction::Highest), "{name}");
        }
        assert_eq!(Direction::of_metric("learning_rate"), None);
        assert!(!Direction::Lowest.is_better(f64::NAN, 1.0) && !Direction::Highest.is_better(f64::NAN, 1.0));
    }
}
