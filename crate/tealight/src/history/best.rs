//! Which epoch was the best.

use super::History;
use crate::metrics::Direction;
use crate::{Error, ErrorKind, Result};

impl History {
    /// The best epoch by the column called `name`, counted from 1, and its value there: the lowest loss, the highest
    /// accuracy. Of equal ones the first.
    ///
    /// Errors as [`History::get`] does, where the name doesn't tell which way is better, and where no value is a number.
    ///
    /// ```
    /// # fn show(history: &tealight::History) -> tealight::Result<()> {
    /// let (epoch, loss) = history.best("val_loss")?;
    /// println!("the validation loss was lowest after epoch {epoch}: {loss:.4}");
    /// # Ok(())
    /// # }
    /// ```
    pub fn best(&self, name: &str) -> Result<(usize, f64)> {
        let values = self.get(name)?;
        let Some(direction) = Direction::of_metric(name) else {
            let message = format!(
                "History::best: \"{name}\" doesn't tell whether more or less is better. Look for it in get(\"{name}\")."
            );
            return Err(Error::new(ErrorKind::Name, message));
        };
        let numbered = values.iter().enumerate().map(|(index, &value)| (index + 1, value));
        let better = |best: (usize, f64), one: (usize, f64)| {
            if direction.is_better(one.1, best.1) { one } else { best }
        };
        numbered.filter(|(_, value)| !value.is_nan()).reduce(better).ok_or_else(|| {
            Error::new(ErrorKind::State, format!("History::best: \"{name}\" has no number. Train the model first."))
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::History;

    #[test]
    fn the_best_epoch_has_the_lowest_loss_or_the_highest_accuracy() {
        let mut history = History::new();
        for (accuracy, loss, rate) in [(0.8, 0.5, 0.1), (f64::NAN, 0.3, 0.1), (0.9, 0.3, 0.1), (0.9, 0.4, 0.1)] {
            let values = [("val_accuracy", accuracy), ("val_loss", loss), ("learning_rate", rate), ("loss", f64::NAN)];
            history.record(1.0, values.map(|(name, value)| (name.to_owned(), value)));
        }
        assert_eq!(history.best("val_accuracy").unwrap(), (3, 0.9));
        assert_eq!(history.best("val_loss").unwrap(), (2, 0.3));
        let told = |name: &str| history.best(name).unwrap_err().to_string();
        assert!(told("accuracy").starts_with("History: no \"accuracy\""), "{}", told("accuracy"));
        assert_eq!(
            told("learning_rate"),
            "History::best: \"learning_rate\" doesn't tell whether more or less is better. Look for it in \
             get(\"learning_rate\")."
        );
        assert_eq!(told("loss"), "History::best: \"loss\" has no number. Train the model first.");
    }
}
