//! Arguments in every form that an option accepts.

use super::{flat, points, quiet, says, small};
use tealight::prelude::*;

#[test]
fn one_number_sets_height_and_width_as_in_keras() {
    let network = |conv: Conv2D, pool: MaxPooling2D| Sequential::new([8, 8, 1]).add(conv).add(pool);
    let square = network(Conv2D::new(4, [3, 3]).strides([2, 2]), MaxPooling2D::new().pool_size([2, 2]).strides([1, 1]));
    assert_eq!(network(Conv2D::new(4, 3).strides(2), MaxPooling2D::new().pool_size(2).strides(1)), square);
    assert_eq!(
        network(Conv2D::new(4, (3, 3)).strides((2, 2)), MaxPooling2D::new().pool_size((2, 2)).strides((1, 1))),
        square
    );
    assert_eq!(square.summary().unwrap().output_shape(), [2, 2, 4]);
    says(network(Conv2D::new(4, 0), MaxPooling2D::new()).summary(), ErrorKind::Argument, &["a window of [0, 0]"]);
    let average = |layer: AveragePooling2D| Sequential::new([8, 6, 1]).add(layer);
    assert_eq!(average(AveragePooling2D::new().pool_size((2, 3))), average(AveragePooling2D::new().pool_size([2, 3])));
}

#[test]
fn input_shape_from_number_list_or_tuple() {
    let side: i32 = 28;
    let shape = [28_usize, 28];
    for network in [
        Sequential::new([28, 28]),
        Sequential::new((28, 28)),
        Sequential::new([side, side]),
        Sequential::new(vec![28, 28]),
        Sequential::new(&shape[..]),
        Sequential::new(shape),
    ] {
        assert_eq!(network.input_shape(), [28, 28]);
    }
    assert_eq!(Sequential::new(4).input_shape(), [4]);
    says(Sequential::new(-4).add(Dense::new(1)).summary(), ErrorKind::Shape, &["holds no numbers"]);
}

#[test]
fn metrics_argument_one_several_or_none() {
    let names = |compile: &dyn Fn(&mut Model) -> Result<()>| {
        let mut model = small().build(1).unwrap();
        compile(&mut model).unwrap();
        let metrics = model.evaluate(&points(8)).unwrap().metrics;
        metrics.into_iter().map(|(name, _)| name).collect::<Vec<_>>()
    };
    let (adam, loss) = (Adam::new, SparseCategoricalCrossentropy::new);
    assert_eq!(names(&|model| model.compile(adam(), loss(), [Accuracy])), ["accuracy"]);
    assert_eq!(names(&|model| model.compile(adam(), loss(), Accuracy)), ["accuracy"]);
    assert_eq!(names(&|model| model.compile(adam(), loss(), vec![Metric::from(Recall::new())])), ["recall"]);
    let several = (Accuracy, Precision::new(), TopKAccuracy::new(2));
    assert_eq!(
        names(&|model| model.compile(adam(), loss(), several.clone())),
        ["accuracy", "precision", "top_2_accuracy"]
    );
    assert!(names(&|model| model.compile(adam(), loss(), ())).is_empty());
    assert!(names(&|model| model.compile(adam(), loss(), None::<Metric>)).is_empty());
}

#[test]
fn numbers_of_any_type() {
    let mut model = small().build(1).unwrap();
    model.compile(SGD::new().learning_rate(1), SparseCategoricalCrossentropy::new(), ()).unwrap();
    assert_eq!(model.learning_rate().unwrap(), 1.0);
    model.compile(SGD::new().learning_rate(0.5_f32), SparseCategoricalCrossentropy::new(), ()).unwrap();
    assert_eq!(model.learning_rate().unwrap(), 0.5);
    says(
        model.compile(SGD::new().learning_rate(0), SparseCategoricalCrossentropy::new(), ()),
        ErrorKind::Argument,
        &["learning_rate 0"],
    );

    let weights: Vec<f64> = (0..8).map(|index| 0.5 + f64::from(index)).collect();
    let trained = |how: Fit| {
        let mut model = small().build(1).unwrap();
        model.compile(SGD::new(), SparseCategoricalCrossentropy::new(), ()).unwrap();
        model.fit(&points(8), how.shuffle(false)).unwrap();
        flat(&model.weight("dense/kernel").unwrap())
    };
    let expected = trained(quiet().sample_weight(weights.iter().map(|&weight| weight as f32).collect::<Vec<f32>>()));
    assert_eq!(trained(quiet().sample_weight(&weights)), expected);
    assert_eq!(trained(quiet().sample_weight(weights)), expected);
    assert_eq!(trained(quiet().class_weight([(1, 2)])), trained(quiet().class_weight([(1, 2.0)])));
}
