//! The heat map of a confusion matrix.

use super::color_map::ColorMap;
use super::heat_map::{ColorScale, HeatMap};
use crate::report::ConfusionMatrix;

impl ConfusionMatrix {
    /// Draws the counts as a heat map: true classes from top to bottom, predicted classes from left to right.
    ///
    /// The diagonal of a good model is hundreds of times as high as its errors, which on a linear scale would all look like
    /// zero. So the colors follow `ln(1 + count)` ([`ColorScale::Log`]), from nearly white to navy ([`ColorMap::Blues`]), and
    /// the color bar shows the counts on the same scale. The numbers are left out if there are too many classes to read them.
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
            .color_map(ColorMap::Blues)
            .color_scale(ColorScale::Log)
            .with_description(description, summary)
    }
}
