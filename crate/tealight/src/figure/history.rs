//! Plots of a training history.

use super::curves::Curves;
use super::panels::Panels;
use crate::history::History;

impl History {
    /// Draws the accuracy by epoch: a solid line for training and, if there is one, a dashed line for validation.
    ///
    /// The returned chart can still be changed. A cell that ends with it draws it, or fails if the history has no accuracy. Use
    /// [`plot_metric`](Self::plot_metric) for other columns, and [`Curves`] for columns of several histories.
    ///
    /// ```
    /// # fn show(history: &tealight::History) {
    /// history.plot_accuracy().title("Accuracy by epoch").labels(["training", "test"])
    /// # ;}
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot_accuracy(&self) -> Curves {
        self.plot_metric("accuracy")
    }

    /// Draws the loss by epoch, as [`plot_accuracy`](Self::plot_accuracy) does the accuracy.
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot_loss(&self) -> Curves {
        self.plot_metric("loss")
    }

    /// Draws the column `name` by epoch as a solid line and, if there is one, the column `val_{name}` as a dashed line.
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot_metric(&self, name: &str) -> Curves {
        let curves = Curves::of_metric(name);
        match (self.get(name), self.get(&format!("val_{name}"))) {
            (Ok(training), Ok(validation)) => curves.line("training", training).dashed_line("validation", validation),
            (Ok(training), Err(_)) => curves.line("training", training),
            (Err(error), _) => {
                let mut curves = curves;
                curves.options.record_problem(error.to_string());
                curves
            }
        }
    }

    /// Draws accuracy and loss side by side under one title.
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self) -> Panels {
        let panels = Panels::new("Training by epoch");
        // A model that was compiled without metrics still has a loss.
        let panels =
            if self.get("accuracy").is_ok() { panels.add(self.plot_accuracy().title("Accuracy")) } else { panels };
        panels.add(self.plot_loss().title("Loss"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
    use super::History;

    fn history(names: &[&str]) -> History {
        let mut history = History::new();
        for epoch in 1..=20 {
            let values = names
                .iter()
                .enumerate()
                .map(|(column, name)| ((*name).to_owned(), 1.0 - 1.0 / f64::from(epoch + 2 * column as u32)));
            history.record(1.0, values);
        }
        history
    }

    #[test]
    fn plot_accuracy_draws_training_solid_and_validation_dashed() {
        let plot = history(&["accuracy", "loss", "val_accuracy", "val_loss"]).plot_accuracy();
        assert_eq!(
            plot.to_string(),
            "Figure: Accuracy by epoch, 2 curves, 20 epochs; last: training 0.9500, validation 0.9583"
        );
        let svg = plot.figure().unwrap().svg().to_owned();
        assert!(svg.contains("training (solid): from 0 to 0.9500"), "{svg}");
        assert!(svg.contains("validation (dashed): from 0.8000 to 0.9583"), "{svg}");
        let renamed = plot.title("Dropout").labels(["training", "test"]).to_string();
        assert_eq!(renamed, "Figure: Dropout, 2 curves, 20 epochs; last: training 0.9500, test 0.9583");
    }

    #[test]
    fn plots_of_missing_columns_are_errors() {
        let history = history(&["loss"]);
        assert_eq!(history.plot_loss().to_string(), "Figure: Loss by epoch, 1 curve, 20 epochs; last: training 0.9500");
        let error = history.plot_accuracy().title("My accuracy").to_string();
        assert_eq!(
            error,
            "No figure: Curves \"My accuracy\": History: no \"accuracy\"; it has loss. Compile the model with the \
             metric, then train again."
        );
        assert_eq!(history.plot().to_string(), "Figure: Training by epoch, 1 panel: Loss");
    }

    #[test]
    fn plot_draws_accuracy_and_loss_side_by_side() {
        let plot = history(&["accuracy", "loss", "val_accuracy", "val_loss"]).plot();
        assert_eq!(plot.to_string(), "Figure: Training by epoch, 2 panels: Accuracy, Loss");
    }

    #[test]
    fn plots_without_epochs_are_errors() {
        let error = History::new().plot_accuracy().labels(["training", "test"]).to_string();
        assert!(error.starts_with("No figure: Curves \"Accuracy by epoch\": History: no \"accuracy\""), "{error}");
        assert!(History::new().plot().to_string().starts_with("No figure: "));
    }
}
