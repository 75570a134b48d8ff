"""Warnings of the library appear once per cell, custom losses accept the same shapes as built-in ones, and tensors show numbers."""

import unittest

from shared_kernel import SharedKernelTestCase

# Points on a line, sorted by class like a folder of images.
SORTED = """
let x = Tensor::arange(0f32, 40f32, &Device::Cpu)?.affine(1.0 / 40.0, 0.0)?.reshape((40, 1))?;
let labels: Vec<u32> = (0..40).map(|index| index / 10).collect();
let sorted = Dataset::from_tensors(&x, &Tensor::new(&labels[..], &Device::Cpu)?)?;
let mut model = Sequential::new([1]).add(Dense::new(4).activation(Softmax)).build(1)?;
model.compile(SGD::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
"""
# y = 2 x + 1, with targets of shape [32] and outputs of shape [32, 1].
LINE = """
let x = Tensor::arange(0f32, 32f32, &Device::Cpu)?.affine(1.0 / 16.0, -1.0)?.reshape((32, 1))?;
let y = x.affine(2.0, 1.0)?.flatten_all()?;
let data = Dataset::from_tensors(&x, &y)?;
let net = Sequential::new([1]).add(Dense::new(1));
"""


def warnings(cell):
    texts = [content["data"].get("text/plain", "") for content in cell.messages("display_data")]
    return [text for text in texts if text.startswith("Warning: ")]


class LibraryWarnings(SharedKernelTestCase):
    def works(self, code):
        cell = self.notebook.run(code)
        self.assertEqual(cell.status, "ok", (code, cell.published))
        return cell

    def test_classes_missing_from_the_training_data_are_reported_once_per_cell(self):
        self.assertEqual(warnings(self.works(SORTED)), [])
        fit = "model.fit(&sorted, Fit::new().epochs(3).validation_split(0.25).verbose(Verbose::Silent))?;"
        for _ in range(2):
            shown = warnings(self.works(f"for _ in 0..3 {{ {fit} }}"))
            self.assertEqual(len(shown), 1, shown)
            self.assertIn('are of the class "3", which the training data do not have', shown[0])
            self.assertIn("data.shuffle(42)?", shown[0])
        self.assertEqual(warnings(self.works(f"let sorted = sorted.shuffle(3)?;\n{fit}")), [])

    def test_a_custom_loss_learns_the_same_as_the_built_in_one(self):
        self.works(LINE)
        learned = """
            let mut m = net.build(1)?;
            m.compile(SGD::new().learning_rate(0.1), LOSS, [MeanAbsoluteError])?;
            m.fit(&data, Fit::new().epochs(50).verbose(Verbose::Silent))?;
            println!("{:.3}", m.weight("dense/kernel")?.flatten_all()?.to_vec1::<f32>()?[0]);
        """
        built_in = self.works(learned.replace("LOSS", "MeanSquaredError")).text()
        self.assertAlmostEqual(float(built_in), 1.918, delta=0.05)
        for difference in ["(predictions - targets)?", "predictions.broadcast_sub(targets)?"]:
            own = f'Loss::custom("squares", |targets, predictions| Ok({difference}.sqr()?))'
            self.assertEqual(self.works(learned.replace("LOSS", own)).text(), built_in)

    def test_a_softmax_over_one_unit_is_reported_when_the_network_is_built(self):
        shown = warnings(self.works("let m = Sequential::new([2]).add(Dense::new(1).activation(Softmax)).build(1)?;"))
        self.assertEqual(len(shown), 1, shown)
        self.assertIn("a softmax over one unit always gives 1", shown[0])

    def test_a_tensor_shows_its_numbers(self):
        shown = self.works("Tensor::new(&[[0.25f32, 1.5], [-2.0, 3.0]], &Device::Cpu)?").value()
        for part in ["0.2500", "-2.0000", "[2, 2]", "f32"]:
            self.assertIn(part, shown)
        self.works("let m = Sequential::new([2]).add(Dense::new(3)).build(1)?;")
        self.assertIn("[2, 3]", self.works('m.weight("dense/kernel")').value())


if __name__ == "__main__":
    unittest.main()
