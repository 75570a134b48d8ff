//! The images of misclassified examples.

use super::{Caption, Images, MAX_IMAGES, pixels};
use crate::data::Dataset;
use crate::report::{Misclassified, Mistake};
use crate::{Error, ErrorKind, Result};

impl Misclassified {
    /// Draws at most 100 images of misclassified examples. A red title shows the true and the predicted class, and a tooltip the
    /// index in the data.
    ///
    /// `data` must be the dataset that was predicted, complete and in the same order. If it is recognizably different, drawing the
    /// figure is an error. Without mistakes, the figure shows a message.
    ///
    /// ```
    /// use tealight::prelude::*;
    ///
    /// let (_, test) = mnist::load()?;
    /// let test = test.take(4)?; // 7, 2, 1, 0
    /// let wrong = Misclassified::new(test.labels(), &[7, 3, 1, 6], test.class_names())?;
    /// let images = wrong.worst_first().take(25).plot(&test);
    /// assert_eq!(
    ///     images.to_string(),
    ///     "Figure: 2 of 4 examples misclassified, 2 images of 28 × 28 pixels: True: 2 / Pred: 3, True: 0 / Pred: 6"
    /// );
    /// # Ok::<(), tealight::Error>(())
    /// ```
    #[must_use = "a cell shows a figure that it ends with, without a `;`; elsewhere show!(figure) does"]
    pub fn plot(&self, data: &Dataset) -> Images {
        let shown = &self.mistakes()[..self.len().min(MAX_IMAGES)];
        let indices = shown.iter().map(|mistake| mistake.index).collect::<Vec<_>>();
        let read = match indices.len() {
            0 => Ok(Vec::new()),
            count => self
                .check_data(data)
                .and_then(|()| data.inputs_of(&indices))
                .and_then(|inputs| pixels::from_tensor(&inputs, count)),
        };
        let caption = |mistake: &Mistake| {
            let text = format!("True: {} /\nPred: {}", self.name(mistake.actual), self.name(mistake.predicted));
            Caption { text, is_error: true }
        };
        let images = Images::from_pixels(read, self.len(), pixels::camera_range).title(self.heading(shown.len()));
        Images {
            captions: shown.iter().map(caption).collect(),
            indices: indices.into(),
            placeholder: "There are no mistakes to show".to_owned(),
            ..images
        }
    }

    /// Checks that `data` can be the dataset that was predicted.
    fn check_data(&self, data: &Dataset) -> Result<()> {
        let fail = |problem: String| {
            let message = format!("{problem}. Give the dataset that was predicted, all of it and in the same order.");
            Err(Error::new(ErrorKind::Argument, message))
        };
        if data.len() != self.examples() {
            return fail(format!("the mistakes are of {} examples, the data has {}", self.examples(), data.len()));
        }
        let label = |mistake: &Mistake| data.labels().get(mistake.index).copied();
        let other = |mistake: &&Mistake| label(mistake).is_some_and(|label| label != mistake.actual);
        match self.mistakes().iter().find(other) {
            Some(mistake) => fail(format!(
                "example {} is of class {} in the data, of class {} among the mistakes",
                mistake.index,
                label(mistake).unwrap_or_default(),
                mistake.actual
            )),
            None => Ok(()),
        }
    }
}
