//! A training without randomness, compared with Keras step by step.

use super::{flat, keras_vectors, labels, numbers, quiet, rows};
use tealight::prelude::*;

#[test]
fn training_is_that_of_keras_number_for_number() {
    let keras = &keras_vectors()["training"];
    let classes = |key: &str| Tensor::new(labels(&keras[key]), &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&rows(&keras["x"]), &classes("labels")).unwrap();
    let held_out = Dataset::from_tensors(&rows(&keras["validation_x"]), &classes("validation_labels")).unwrap();

    let hidden = |network: Sequential| network.add(Dense::new(5).activation(Relu)).add(Dense::new(4).activation(Tanh));
    let spec = hidden(Sequential::new([6]));
    // Every way to specify the same loss, and both kinds of targets.
    let logits = SparseCategoricalCrossentropy::new().from_logits(true);
    let one_hot = CategoricalCrossentropy::new();
    let cases: [(Sequential, Loss, bool); 4] = [
        (spec.clone().add(Dense::new(3)), logits.into(), false),
        (spec.clone().add(Dense::new(3).activation(Softmax)), SparseCategoricalCrossentropy::new().into(), false),
        (spec.clone().add(Dense::new(3)).add(Softmax), SparseCategoricalCrossentropy::new().into(), false),
        (spec.add(Dense::new(3).activation(Softmax)), one_hot.into(), true),
    ];
    for (network, loss, in_rows) in cases {
        let mut model = network.build(0).unwrap();
        let start = model.weights().unwrap();
        for ((name, weight), values) in start.iter().zip(keras["start"].as_array().unwrap()) {
            let values = Tensor::from_vec(numbers(values), weight.shape(), &Device::Cpu).unwrap();
            model.set_weight(name, &values).unwrap();
        }
        model.compile(Adam::new().learning_rate(0.01), loss.clone(), [Accuracy]).unwrap();
        let targets = |data: &Dataset| if in_rows { data.one_hot() } else { data.clone() };
        let options = quiet().epochs(5).batch_size(8).shuffle(false).validation_data(&targets(&held_out));
        let history = model.fit(&targets(&data), options).unwrap();

        assert_eq!(history.names(), ["accuracy", "loss", "val_accuracy", "val_loss"]);
        for name in history.names() {
            for (ours, theirs) in history.get(&name).unwrap().iter().zip(numbers(&keras["history"][&name])) {
                assert!((ours - theirs).abs() <= 1e-5 * theirs.abs(), "{name}: {ours} for {theirs}");
            }
        }
        for ((name, weight), values) in model.weights().unwrap().iter().zip(keras["end"].as_array().unwrap()) {
            for (ours, theirs) in flat(weight).iter().zip(numbers(values)) {
                assert!((f64::from(*ours) - theirs).abs() <= 1e-5 * theirs.abs().max(0.1), "{name}: {ours}, {theirs}");
            }
        }
        if matches!(loss, Loss::SparseCategoricalCrossentropy(loss) if loss != logits) {
            let probabilities = flat(&model.predict(&held_out).unwrap());
            for (ours, theirs) in probabilities.iter().zip(numbers(&keras["probabilities"])) {
                assert!((f64::from(*ours) - theirs).abs() < 1e-5, "{ours} for {theirs}");
            }
        }
    }
}
