//! Bar charts of classification reports and confused pairs.

use super::{Bars, MAX_REPORT_ROWS};
use crate::report::{ClassificationReport, ConfusedPairs, Scores};

impl ClassificationReport {
    /// Draws precision, recall and F1 score of each class as a group of bars. The title shows the accuracy.
    ///
    /// With more than 40 classes, only the 40 with the lowest F1 scores are drawn, the lowest first.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let report = ClassificationReport::new(&[0, 0, 1, 1, 1], &[0, 1, 1, 1, 0], &["cat", "dog"])?;
    /// let bars = report.plot().title("Cats and dogs");
    /// assert_eq!(bars.to_string(), "Figure: Cats and dogs, 6 bars in 2 groups from 0.5000 to 0.6667");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self) -> Bars {
        let mut classes = self.classes().iter().collect::<Vec<_>>();
        let mut title = format!("Precision, recall and F1 by class; accuracy {:.4}", self.accuracy());
        if classes.len() > MAX_REPORT_ROWS {
            title += &format!("; the {MAX_REPORT_ROWS} lowest F1 of {} classes", classes.len());
            classes.sort_by(|a, b| a.f1.total_cmp(&b.f1));
            classes.truncate(MAX_REPORT_ROWS);
        }
        let scores_of = |score: fn(&Scores) -> f64| classes.iter().map(|scores| score(scores)).collect::<Vec<_>>();
        let bars = Bars::new(title, classes.iter().map(|scores| scores.name.as_str()))
            .group("precision", scores_of(|scores| scores.precision))
            .group("recall", scores_of(|scores| scores.recall))
            .group("F1", scores_of(|scores| scores.f1))
            .x_label("class")
            .y_label("score");
        Bars { note: self.notes().join(" "), ..bars }
    }
}

impl ConfusedPairs {
    /// Draws how many examples of one class were predicted as another, `true → predicted`, most frequent first, for at most 40
    /// pairs. Without confused pairs, the figure shows a message.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let matrix = ConfusionMatrix::new(&[0, 0, 1, 1, 1], &[1, 1, 1, 1, 0], &["cat", "dog"])?;
    /// let bars = matrix.confused_pairs(10).plot();
    /// assert_eq!(bars.to_string(), "Figure: 2 confused pairs, 2 bars from 1 to 2");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self) -> Bars {
        let shown = &self.pairs()[..self.pairs().len().min(MAX_REPORT_ROWS)];
        let heading = self.heading(shown.len());
        let title = if shown.is_empty() { "Confused pairs" } else { &heading };
        let names = shown.iter().map(|pair| format!("{} → {}", pair.actual_name, pair.predicted_name));
        let bars = Bars::new(title, names)
            .group("examples", shown.iter().map(|pair| pair.count))
            .x_label("true → predicted")
            .y_label("examples")
            .horizontal(true);
        Bars { placeholder: heading, ..bars }
    }
}
