//! The examples that were predicted wrong, as images.

use super::{Caption, Images, MAX_IMAGES, pixels};
use crate::data::Dataset;
use crate::report::{Misclassified, Mistake};
use crate::{Error, ErrorKind, Result};

impl Misclassified {
    /// Draws the images of the mistakes, the first 100 of more, each under its true and its predicted class in red. The
    /// pointer finds the place of each in the data.
    ///
    /// `data` are the examples that were predicted, all of them and in the same order. Others, where they can be told, are an
    /// error when the figure is drawn. Where there are no mistakes, the figure says so.
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
        let places = shown.iter().map(|mistake| mistake.index).collect::<Vec<_>>();
        let read = match places.len() {
            0 => Ok(Vec::new()),
            count => self
                .check_of(data)
                .and_then(|()| data.inputs_of(&places))
                .and_then(|inputs| pixels::of_tensor(&inputs, count)),
        };
        let caption = |mistake: &Mistake| {
            let text = format!("True: {} /\nPred: {}", self.name(mistake.actual), self.name(mistake.predicted));
            Caption { text, wrong: true }
        };
        let images = Images::of(read, self.len(), pixels::usual_range).title(self.heading(shown.len()));
        Images {
            captions: shown.iter().map(caption).collect(),
            places: places.into(),
            instead: "There are no mistakes to show".to_owned(),
            ..images
        }
    }

    /// An error where these can't be the examples that were predicted.
    fn check_of(&self, data: &Dataset) -> Result<()> {
        let wrong = |problem: String| {
            let message = format!("{problem}. Give the dataset that was predicted, all of it and in the same order.");
            Err(Error::new(ErrorKind::Argument, message))
        };
        if data.len() != self.examples() {
            return wrong(format!("the mistakes are of {} examples, the data has {}", self.examples(), data.len()));
        }
        let label = |mistake: &Mistake| data.labels().get(mistake.index).copied();
        let other = |mistake: &&Mistake| label(mistake).is_some_and(|label| label != mistake.actual);
        match self.mistakes().iter().find(other) {
            Some(mistake) => wrong(format!(
                "example {} is of class {} in the data, of class {} among the mistakes",
                mistake.index,
                label(mistake).unwrap_or_default(),
                mistake.actual
            )),
            None => Ok(()),
        }
    }
}
