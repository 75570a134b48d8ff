//! Warnings about fits that are most likely a mistake.

use super::fit_plan::FitPlan;
use crate::data::{Dataset, InputStats, TargetKind};
use crate::losses::{Loss, Objective, TaskKind};
use crate::metrics::Metric;
use crate::warning::warn;

const PLACE: &str = "Model::fit";

impl FitPlan {
    /// Warns about data from which the network cannot learn, and about metrics that do not fit it. Returns the scale of the
    /// training data.
    pub(super) fn warn_of_mistakes(&self, objective: &Objective) -> InputStats {
        let spread = self.training.input_stats();
        if self.training.is_all_one_number(&spread) {
            warn(format!(
                "{PLACE}: every number of all {} training examples is {}, so that there is nothing to learn from. Check how \
                 they were read and rescaled.",
                self.training.len(),
                spread.range().split(' ').next().unwrap_or_default()
            ));
        }
        if let Some(validation) = &self.validation {
            let of_validation = validation.input_stats();
            if spread.is_far_from(&of_validation) {
                warn(of_validation.far(PLACE, "validation data", &spread));
            }
        }
        if matches!(self.task, TaskKind::Multiclass | TaskKind::Binary) {
            self.warn_of_classes(objective);
        }
        warn_of_metrics(self.task, &self.training, &self.metrics);
        spread
    }

    fn warn_of_classes(&self, objective: &Objective) {
        let Some(learned) = ClassCounts::new(&self.training) else { return };
        let is_classifier = !matches!(
            objective.loss(),
            Loss::MeanSquaredError | Loss::MeanAbsoluteError | Loss::Huber(_) | Loss::Custom(_)
        );
        if let ([only], true, true) = (&learned.present()[..], is_classifier, self.training.len() > 1) {
            let name = learned.name(*only);
            warn(format!(
                "{PLACE}: all {} training examples are of one class, {name}: a network that always answers {name} scores 100 %. \
                 Check the labels.",
                self.training.len()
            ));
        }
        let Some(validation) = self.validation.as_ref().and_then(ClassCounts::new) else { return };
        let unseen = validation.present().into_iter().filter(|&class| !learned.has(class)).collect::<Vec<_>>();
        if unseen.is_empty() {
            return;
        }
        let names = unseen.iter().take(10).map(|&class| validation.name(class)).collect::<Vec<_>>().join(", ");
        let more = if unseen.len() > 10 { " …" } else { "" };
        let count = unseen.iter().map(|&class| validation.counts[class]).sum::<usize>();
        let advice = match self.is_split {
            true => {
                "validation_split takes the last part of the data as it stands. Shuffle the data first: data.shuffle(42)?."
            }
            false => {
                "Shuffle the data before you split them, with data.shuffle(42)?, or split them with data.split_by_class(...)?."
            }
        };
        warn(format!(
            "{PLACE}: {count} of the {} validation examples are of {} {names}{more}, which the training data do not have: the \
             network can't learn {}. {advice}",
            validation.counts.iter().sum::<usize>(),
            if unseen.len() == 1 { "the class" } else { "the classes" },
            if unseen.len() == 1 { "it" } else { "them" },
        ));
    }
}

/// How many examples each class has.
struct ClassCounts<'a> {
    names: &'a [String],
    counts: Vec<usize>,
}

impl<'a> ClassCounts<'a> {
    /// Returns `None` if the data has no classes.
    fn new(data: &'a Dataset) -> Option<Self> {
        let labels = data.row_classes();
        let classes = labels.iter().max().map(|&largest| largest as usize + 1)?;
        let mut counts = vec![0; classes];
        labels.iter().for_each(|&label| counts[label as usize] += 1);
        Some(Self { names: data.class_names(), counts })
    }

    fn has(&self, class: usize) -> bool {
        self.counts.get(class).is_some_and(|count| *count > 0)
    }

    /// Returns the classes that have examples.
    fn present(&self) -> Vec<usize> {
        (0..self.counts.len()).filter(|&class| self.has(class)).collect()
    }

    fn name(&self, class: usize) -> String {
        self.names.get(class).map_or_else(|| class.to_string(), |name| format!("\"{name}\""))
    }
}

/// Warns about metrics that do not fit the targets.
fn warn_of_metrics(task: TaskKind, training: &Dataset, metrics: &[Metric]) {
    let counting = metrics.iter().find(|metric| !metric.needs_values() || **metric == Metric::BinaryAccuracy);
    match (task, counting) {
        (TaskKind::Regression, Some(metric)) => warn(format!(
            "{PLACE}: {} compares classes, but the targets are numbers ({}). Use MeanAbsoluteError or RootMeanSquaredError.",
            metric.name(),
            training.targets_in_words()
        )),
        (TaskKind::MultiLabel, Some(Metric::Accuracy)) if training.target_kind() == TargetKind::Numbers => {
            warn(format!(
                "{PLACE}: accuracy takes the largest of several sigmoids for the answer, as Keras's does. BinaryAccuracy counts \
             each of them."
            ))
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use crate::prelude::*;
    use crate::warning::tests::warnings_of;

    /// Points on a line, with these classes.
    fn data(labels: &[u32]) -> Dataset {
        let x = Tensor::arange(0_f32, labels.len() as f32, &Device::Cpu).unwrap().reshape(((), 1)).unwrap();
        Dataset::from_tensors(&x, &Tensor::new(labels, &Device::Cpu).unwrap()).unwrap()
    }

    fn fitted(units: usize, loss: impl Into<Loss>, metrics: &[Metric], data: &Dataset, how: Fit) -> Vec<String> {
        let last =
            if units == 1 { Dense::new(units).activation(Sigmoid) } else { Dense::new(units).activation(Softmax) };
        let mut model = Sequential::new([1]).add(last).build(1).unwrap();
        model.compile(SGD::new(), loss, metrics.to_vec()).unwrap();
        let (warnings, history) = warnings_of(|| model.fit(data, how.verbose(Verbose::Silent).epochs(2)));
        history.unwrap();
        warnings
    }

    fn classified(data: &Dataset, how: Fit) -> Vec<String> {
        fitted(3, SparseCategoricalCrossentropy::new(), &[Metric::Accuracy], data, how)
    }

    #[test]
    fn classes_missing_in_the_training_data_warn() {
        let sorted = data(&[0, 0, 0, 0, 1, 1, 1, 1, 2, 2]);
        let said = classified(&sorted, Fit::new().validation_split(0.2));
        let expected = "2 of the 2 validation examples are of the class \"2\", which the training data do not have";
        assert!(said.len() == 1 && said[0].contains(expected) && said[0].contains("data.shuffle(42)?"), "{said:?}");
        assert!(classified(&sorted.shuffle(3).unwrap(), Fit::new().validation_split(0.4)).is_empty());
        let (training, validation) = sorted.split(0.4).unwrap();
        let said = classified(&training, Fit::new().validation_data(&validation));
        assert!(said.len() == 1 && said[0].contains("\"2\"") && said[0].contains("split_by_class"), "{said:?}");
        // One-hot rows have the same classes.
        let rows = sorted.one_hot();
        let said = fitted(3, CategoricalCrossentropy::new(), &[], &rows, Fit::new().validation_split(0.2));
        assert!(said.len() == 1 && said[0].contains("\"2\""), "{said:?}");
    }

    #[test]
    fn a_single_class_and_a_single_number_warn() {
        let said = classified(&data(&[1, 1, 1]), Fit::new());
        assert!(said.len() == 1 && said[0].contains("all 3 training examples are of one class, \"1\""), "{said:?}");
        let constant = data(&[0, 1, 1]).rescale(0.0);
        let said = classified(&constant, Fit::new());
        assert!(said.len() == 1 && said[0].contains("every number of all 3 training examples is 0"), "{said:?}");
        // The targets of a regression may all be equal.
        let zeros = Tensor::zeros((3, 1), DType::F32, &Device::Cpu).unwrap();
        let x = Tensor::arange(0_f32, 3.0, &Device::Cpu).unwrap().reshape((3, 1)).unwrap();
        let same = Dataset::from_tensors(&x, &zeros).unwrap();
        assert!(fitted(1, MeanSquaredError, &[], &same, Fit::new()).is_empty());
    }

    #[test]
    fn validation_data_on_another_scale_warn_with_both_ranges() {
        let raw = data(&[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]);
        let said = classified(&raw.rescale(1.0 / 255.0), Fit::new().validation_data(&raw));
        let both = "the validation data range from 0 to 11, but the training data from 0 to 0.0431";
        assert!(said.len() == 1 && said[0].contains(both) && said[0].contains("rescale(1.0 / 255.0)"), "{said:?}");
        assert!(classified(&raw, Fit::new().validation_data(&raw)).is_empty());
    }

    #[test]
    fn data_on_another_scale_than_the_training_data_warn() {
        let raw = data(&[0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]).rescale(20.0);
        let mut model = Sequential::new([1]).add(Dense::new(3).activation(Softmax)).build(1).unwrap();
        model.compile(SGD::new(), SparseCategoricalCrossentropy::new(), [Accuracy]).unwrap();
        let before = warnings_of(|| model.evaluate(&raw).map(|_| model.predict(&raw).map(|_| ())));
        assert!(before.0.is_empty());
        model.fit(&raw.rescale(1.0 / 255.0), Fit::new().verbose(Verbose::Silent)).unwrap();
        let said = warnings_of(|| (model.evaluate(&raw).unwrap(), model.predict(&raw).unwrap())).0;
        assert_eq!(said.len(), 2, "{said:?}");

        // A saved model keeps the scale.
        let folder = tempfile::tempdir().unwrap();
        model.save(folder.path().join("m.safetensors")).unwrap();
        let again = Model::load(folder.path().join("m.safetensors")).unwrap();
        let of_loaded =
            warnings_of(|| (again.evaluate(&raw).unwrap(), again.predict(&raw.rescale(1.0 / 255.0)).unwrap())).0;
        assert_eq!(of_loaded, said[..1]);

        assert!(
            said[0].contains("Model::evaluate: the data range from 0 to 220, but the training data from 0 to 0.8627"),
            "{said:?}"
        );
        assert!(said[1].contains("Model::predict: the data"), "{said:?}");
    }

    #[test]
    fn metrics_that_do_not_fit_the_targets_warn() {
        let x = Tensor::arange(0_f32, 4.0, &Device::Cpu).unwrap().reshape((4, 1)).unwrap();
        let numbers = Tensor::new(&[[0.5f32], [1.5], [2.5], [9.0]], &Device::Cpu).unwrap();
        let numbers = Dataset::from_tensors(&x, &numbers).unwrap();
        let said = fitted(1, MeanSquaredError, &[Metric::Accuracy], &numbers, Fit::new());
        assert!(said.len() == 1 && said[0].contains("accuracy compares classes") && said[0].contains("9"), "{said:?}");
        assert!(fitted(1, MeanSquaredError, &[RootMeanSquaredError.into()], &numbers, Fit::new()).is_empty());
        let yes =
            Dataset::from_tensors(&x, &Tensor::new(&[[0f32], [1.0], [1.0], [0.0]], &Device::Cpu).unwrap()).unwrap();
        assert!(fitted(1, BinaryCrossentropy::new(), &[Metric::Accuracy], &yes, Fit::new()).is_empty());
    }

    #[test]
    fn from_logits_after_a_softmax_warns() {
        let compiled = |network: Sequential| {
            let mut model = network.build(1).unwrap();
            let loss = SparseCategoricalCrossentropy::new().from_logits(true);
            let (warnings, compiled) = warnings_of(|| model.compile(SGD::new(), loss, ()));
            compiled.unwrap();
            warnings
        };
        let said = compiled(Sequential::new(2).add(Dense::new(2).activation(Softmax)));
        assert!(
            said.len() == 1 && said[0].contains("from_logits(true)") && said[0].contains("ends with Softmax"),
            "{said:?}"
        );
        assert!(compiled(Sequential::new(2).add(Dense::new(4).activation(Softmax)).add(Dense::new(2))).is_empty());
    }

    #[test]
    fn softmax_over_one_unit_warns() {
        let built = |network: Sequential| warnings_of(|| network.build(1).map(|_| ())).0;
        let one = Sequential::new([2]).add(Dense::new(4).activation(Tanh)).add(Dense::new(1).activation(Softmax));
        let said = built(one);
        let expected = "Dense \"dense_1\": a softmax over one unit always gives 1";
        assert!(said.len() == 1 && said[0].contains(expected) && said[0].contains("Sigmoid"), "{said:?}");
        assert_eq!(built(Sequential::new([2]).add(Dense::new(1)).add(Softmax)).len(), 1);
        assert!(built(Sequential::new([2]).add(Dense::new(2).activation(Softmax))).is_empty());
    }
}
