//! Warnings about datasets from which nothing can be learned.

use crate::data::dataset::Dataset;
use crate::data::storage::Pixels;
use crate::warning::warn;

impl Dataset {
    /// Returns the dataset, and warns if all labels are one class or all inputs are one number. `place` names the file.
    pub(in crate::data) fn warn_if_degenerate(self, place: &str) -> Self {
        if let Some(&label) = self.labels().first()
            && self.len() > 1
            && self.labels().iter().all(|&other| other == label)
        {
            let name = self.class_names().get(label as usize).map_or("", String::as_str);
            warn(format!(
                "{place}: all {} examples have the one class \"{name}\". A model that always answers \"{name}\" scores 100 % \
                 on them. Check which column or folder holds the labels.",
                self.len()
            ));
        }
        if self.is_constant() {
            warn(format!(
                "{place}: every number of all {} examples is the same, so that a model has nothing to learn from. Check the \
                 file.",
                self.len()
            ));
        }
        self
    }

    /// Returns whether all numbers of all examples are equal.
    fn is_constant(&self) -> bool {
        fn same<T: PartialEq>(numbers: &[T]) -> bool {
            numbers.iter().all(|number| *number == numbers[0])
        }
        match &self.pixels {
            Pixels::Bytes(bytes) => bytes.len() > 1 && same(bytes),
            Pixels::Floats(floats) => floats.len() > 1 && same(floats),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::Dataset;
    use crate::warning::tests::warnings_of;

    fn warnings(bytes: &[u8], labels: &[u32]) -> Vec<String> {
        let data = Dataset::from_bytes(bytes.to_vec(), [2], labels.to_vec(), ["cat", "dog"]).unwrap();
        warnings_of(|| data.warn_if_degenerate("pets.csv")).0
    }

    #[test]
    fn one_class_and_constant_images_are_suspect() {
        assert_eq!(warnings(&[1, 2, 3, 4], &[0, 1]), Vec::<String>::new());
        let one = warnings(&[1, 2, 3, 4], &[1, 1]);
        assert!(one.len() == 1 && one[0].contains("pets.csv: all 2 examples have the one class \"dog\""), "{one:?}");
        let constant = warnings(&[7, 7, 7, 7], &[0, 1]);
        assert!(
            constant.len() == 1 && constant[0].contains("every number of all 2 examples is the same"),
            "{constant:?}"
        );
        // One example has one class.
        assert_eq!(warnings(&[1, 2], &[1]), Vec::<String>::new());
    }
}
