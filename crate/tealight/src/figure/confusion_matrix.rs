//! A confusion matrix as a heat map.

use super::heat_map::{ColorScale, HeatMap};
use crate::report::ConfusionMatrix;

impl ConfusionMatrix {
    /// Draws the counts as a heat map: true classes from top to bottom, predicted ones from left to right.
    ///
    /// A good model's diagonal is hundreds of times as high as its errors, which by proportion would all look like
    /// zero. So the colours follow `ln(1 + count)` ([`ColorScale::Log`]), and the bar beside them, on the same scale,
    /// carries the counts. The numbers drop out where there are too many classes to read them.
    ///
    /// ```
    /// use tealight::ConfusionMatrix;
    ///
    /// let matrix = ConfusionMatrix::new(&[0, 1, 1], &[0, 1, 0], &["cat", "dog"])?;
    /// let plot = matrix.plot().title("Cats and dogs");
    /// assert_eq!(plot.to_string(), "Figure: Cats and dogs, 2 classes, 3 examples, accuracy 0.6667");
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self) -> HeatMap {
        let names = self.class_names();
        let examples = if self.total() == 1 { "1 example".to_owned() } else { format!("{} examples", self.total()) };
        let summary = format!(
            "{} {}, {examples}, accuracy {:.4}",
            names.len(),
            if names.len() == 1 { "class" } else { "classes" },
            self.accuracy()
        );
        let worst = match self.most_confused() {
            Some((actual, predicted, count)) => {
                format!("Most often mixed up: {} taken for {}, {count} times.", names[actual], names[predicted])
            }
            None => "Nothing was mixed up.".to_owned(),
        };
        let description =
            format!("Heat map of a confusion matrix; rows are true, columns predicted: {summary}. {worst}");
        HeatMap::new(self.counts().iter().map(|row| row.iter().map(|&count| count as f64).collect::<Vec<_>>()))
            .title("Confusion matrix")
            .x_label("predicted")
            .y_label("true")
            .row_names(names)
            .column_names(names)
            .color_label("examples, log scale")
            .color_scale(ColorScale::Log)
            .described(description, summary)
    }
}
