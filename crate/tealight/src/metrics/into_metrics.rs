//! The forms in which `compile` accepts metrics.

use super::{Accuracy, BinaryAccuracy, F1Score, Metric, Precision, Recall, RootMeanSquaredError, TopKAccuracy};
use crate::losses::{MeanAbsoluteError, MeanSquaredError};

/// A list of metrics: `[Accuracy]`, or just `Accuracy`; a tuple for several types, `(Accuracy, TopKAccuracy::new(3))`; `()`
/// for none. Also a `Vec`, a slice or an `Option` of metrics of one type, or of [`Metric`]s.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of metrics",
    label = "unexpected argument type",
    note = "write names without quotes in brackets: `[Accuracy]`; of several types in parentheses: \
            `(Accuracy, TopKAccuracy::new(3))`; none: `()`"
)]
pub trait IntoMetrics {
    /// Returns the metrics in order.
    fn into_metrics(self) -> Vec<Metric>;
}

macro_rules! lists {
    ($([$($generic:tt)*] $type:ty),* $(,)?) => { $(
        #[diagnostic::do_not_recommend]
        impl<M: Into<Metric>, $($generic)*> IntoMetrics for $type {
            fn into_metrics(self) -> Vec<Metric> {
                self.into_iter().map(Into::into).collect()
            }
        }
    )* };
}

lists!([const N: usize] [M; N], [] Vec<M>, [] Option<M>);

#[diagnostic::do_not_recommend]
impl<M: Into<Metric> + Clone> IntoMetrics for &[M] {
    fn into_metrics(self) -> Vec<Metric> {
        self.iter().cloned().map(Into::into).collect()
    }
}

impl IntoMetrics for () {
    fn into_metrics(self) -> Vec<Metric> {
        Vec::new()
    }
}

macro_rules! single {
    ($($name:ident),*) => { $(
        impl IntoMetrics for $name {
            fn into_metrics(self) -> Vec<Metric> {
                vec![self.into()]
            }
        }
    )* };
}

single!(
    Metric,
    Accuracy,
    BinaryAccuracy,
    TopKAccuracy,
    MeanAbsoluteError,
    MeanSquaredError,
    RootMeanSquaredError,
    Precision,
    Recall,
    F1Score
);

macro_rules! tuple {
    ($($name:ident $index:tt),+) => {
        #[diagnostic::do_not_recommend]
        impl<$($name: Into<Metric>),+> IntoMetrics for ($($name,)+) {
            fn into_metrics(self) -> Vec<Metric> {
                vec![$(self.$index.into()),+]
            }
        }
    };
}

tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
