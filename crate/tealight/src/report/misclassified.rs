//! The examples that were predicted wrong.

use super::confusion::{check, owned};
use super::report_table::{ReportTable, show_as_table};
use super::{counted, one_line};
use crate::convert::{IntoCount, to_usize};
use crate::metrics::predicted_classes;
use crate::{Error, ErrorKind, Result};
use candle_core::Tensor;
use serde::Serialize;

/// So many are shown at most.
const SHOWN: usize = 25;

/// The examples whose class was predicted wrong, in the order found or the most confident first;
/// [`plot`](Self::plot) draws their images.
///
/// ```
/// use tealight::prelude::*;
///
/// // The outputs for three examples, as Model::predict gives them.
/// let outputs = Tensor::new(&[[0.9f32, 0.1], [0.2, 0.8], [0.3, 0.7]], &Device::Cpu)?;
/// let wrong = Misclassified::from_outputs(&[1, 1, 0], &outputs, &["cat", "dog"])?;
/// assert_eq!(wrong.indices(), [0, 2]);
/// assert_eq!(wrong.clone().worst_first().take(1).titles(), ["True: dog / Pred: cat"]);
/// # Ok::<(), tealight::Error>(())
/// ```
#[derive(Clone, PartialEq, Serialize)]
pub struct Misclassified {
    mistakes: Vec<Mistake>,
    class_names: Vec<String>,
    /// How many were wrong, of how many.
    wrong: usize,
    examples: usize,
}

/// An example whose class was predicted wrong.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Mistake {
    /// The place of the example in the data, counted from 0.
    pub index: usize,
    /// The true class.
    pub actual: u32,
    /// The predicted class.
    pub predicted: u32,
    /// What the network gave for the predicted class: a probability, where it ends with a softmax or a sigmoid. None where
    /// only classes were given.
    pub confidence: Option<f64>,
}

impl Misclassified {
    /// Compares `y_true` and `y_pred`, the classes of the same examples in the same order.
    ///
    /// A class is an index into `class_names`. Errors as [`ConfusionMatrix::new`](crate::ConfusionMatrix::new) does.
    pub fn new(y_true: &[u32], y_pred: &[u32], class_names: &[impl AsRef<str>]) -> Result<Self> {
        Self::collect("Misclassified::new", y_true, y_pred, owned(class_names), |_| None)
    }

    /// Compares `y_true` with the `outputs` of a network for the same examples in the same order, of shape
    /// `[examples, classes]`; the predicted class is that of the largest. For a network with one output, `[examples, 1]`,
    /// it is whether that is above ½.
    ///
    /// Errors where the outputs have another shape, and as [`Misclassified::new`] does.
    pub fn from_outputs(y_true: &[u32], outputs: &Tensor, class_names: &[impl AsRef<str>]) -> Result<Self> {
        Self::of_outputs(y_true, outputs, owned(class_names))
    }

    fn of_outputs(y_true: &[u32], outputs: &Tensor, class_names: Vec<String>) -> Result<Self> {
        let place = "Misclassified::from_outputs";
        let &[examples, width] = outputs.dims() else {
            let message = format!(
                "{place}: expected outputs of shape [examples, classes], as model.predict(&data)? gives them, got {:?}.",
                outputs.dims()
            );
            return Err(Error::new(ErrorKind::Shape, message));
        };
        if width == 0 || examples == 0 {
            let message = format!("{place}: outputs of shape {:?} hold no numbers.", outputs.dims());
            return Err(Error::new(ErrorKind::Shape, message));
        }
        let outputs = outputs.to_dtype(candle_core::DType::F32)?;
        let predicted = predicted_classes(&outputs)?;
        let values = outputs.flatten_all()?.to_vec1::<f32>()?;
        Self::collect(place, y_true, &predicted, class_names, |index| {
            let value = |class: usize| values.get(index * width + class).copied().map(f64::from);
            match (width, predicted[index]) {
                (1, 0) => value(0).map(|value| 1.0 - value),
                (1, _) => value(0),
                (_, class) => value(class as usize),
            }
        })
    }

    fn collect(
        place: &str,
        y_true: &[u32],
        y_pred: &[u32],
        class_names: Vec<String>,
        confidence: impl Fn(usize) -> Option<f64>,
    ) -> Result<Self> {
        check(place, y_true, y_pred, class_names.len())?;
        let pairs = y_true.iter().zip(y_pred).enumerate().filter(|(_, (actual, predicted))| actual != predicted);
        let mistake =
            |(index, (&actual, &predicted))| Mistake { index, actual, predicted, confidence: confidence(index) };
        let mistakes = pairs.map(mistake).collect::<Vec<_>>();
        Ok(Self { wrong: mistakes.len(), mistakes, class_names, examples: y_true.len() })
    }

    /// The same, with those first of which the network was surest. Without confidences they stay as they are.
    #[must_use]
    pub fn worst_first(mut self) -> Self {
        // What is not a number stands last.
        let confidence =
            |mistake: &Mistake| mistake.confidence.filter(|value| !value.is_nan()).unwrap_or(f64::NEG_INFINITY);
        self.mistakes.sort_by(|a, b| confidence(b).total_cmp(&confidence(a)));
        self
    }

    /// The first `most` of them.
    #[must_use]
    pub fn take(mut self, most: impl IntoCount) -> Self {
        self.mistakes.truncate(to_usize(most.into_i64()).unwrap_or_default());
        self
    }

    /// The mistakes in order.
    pub fn mistakes(&self) -> &[Mistake] {
        &self.mistakes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.mistakes.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// Their places in the data, for [`Dataset::select`](crate::Dataset::select).
    pub fn indices(&self) -> Vec<usize> {
        self.mistakes.iter().map(|mistake| mistake.index).collect()
    }

    /// A line for each: `True: 4 / Pred: 9`.
    pub fn titles(&self) -> Vec<String> {
        let title =
            |mistake: &Mistake| format!("True: {} / Pred: {}", self.name(mistake.actual), self.name(mistake.predicted));
        self.mistakes.iter().map(title).collect()
    }

    /// Of how many examples they are.
    pub(crate) fn examples(&self) -> usize {
        self.examples
    }

    /// The name of a class.
    pub(crate) fn name(&self, class: u32) -> String {
        self.class_names.get(class as usize).map(|name| one_line(name)).unwrap_or_default()
    }

    /// How many were wrong, of which the first `shown` follow.
    pub(crate) fn heading(&self, shown: usize) -> String {
        let all = format!("{} of {} misclassified", self.wrong, counted(self.examples, "example"));
        if shown < self.wrong { format!("{all}; the first {shown}") } else { all }
    }

    fn report_table(&self) -> ReportTable {
        let sure = self.mistakes.iter().any(|mistake| mistake.confidence.is_some());
        let mut head = ["example", "true", "predicted"].map(str::to_owned).to_vec();
        head.extend(sure.then(|| "confidence".to_owned()));
        let row = |mistake: &Mistake| {
            let mut row = vec![mistake.index.to_string(), self.name(mistake.actual), self.name(mistake.predicted)];
            row.extend(mistake.confidence.map(|value| format!("{value:.4}")));
            row
        };
        let rows = self.mistakes.iter().take(SHOWN).map(row).collect::<Vec<_>>();
        let colon = if rows.len() < self.wrong { ":" } else { "" };
        ReportTable { heading: self.heading(rows.len()) + colon, head, rows, notes: Vec::new() }
    }
}

show_as_table!(Misclassified);
