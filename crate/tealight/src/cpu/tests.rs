//! Values against Keras, gradients against Keras and against central differences, both in `f64`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{
    DropoutMask, Elementwise, Gradients, PenaltyRates, Pointwise, Pooling, Window, affine, clip_columns, cross_entropy,
    mixture_loss, softmax, sparse_cross_entropy,
};
use candle_core::{Device, Result, Tensor, Var};
use serde_json::Value;
use std::sync::Arc;

fn keras() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/keras.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

fn tensor(value: &Value, shape: &[usize]) -> Tensor {
    Tensor::from_vec(numbers(value), shape, &Device::Cpu).unwrap()
}

fn flat(tensor: &Tensor) -> Vec<f64> {
    tensor.flatten_all().unwrap().to_vec1().unwrap()
}

fn close(ours: &[f64], theirs: &[f64], tolerance: f64, what: &str) {
    assert_eq!(ours.len(), theirs.len(), "{what}");
    for (index, (ours, theirs)) in ours.iter().zip(theirs).enumerate() {
        let error = (ours - theirs).abs() / theirs.abs().max(1.0);
        assert!(error <= tolerance, "{what} [{index}]: {ours} for {theirs}");
    }
}

/// The gradient of `Σ f(x)`, by candle's backward.
fn gradient(x: &Tensor, f: impl Fn(&Tensor) -> Result<Tensor>) -> Vec<f64> {
    let x = Var::from_tensor(x).unwrap();
    let gradients = f(&x).unwrap().sum_all().unwrap().backward().unwrap();
    flat(gradients.get(&x).unwrap())
}

/// Compares the gradient of a function of `x`, each result with a weight of its own, with central differences.
fn check(what: &str, x: &Tensor, f: impl Fn(&Tensor) -> Result<Tensor>) {
    const STEP: f64 = 1e-6;
    let count = f(x).unwrap().elem_count();
    let weights = (0..count).map(|index| (1.7 * index as f64).sin() + 0.3).collect::<Vec<_>>();
    let weighted = |x: &Tensor| {
        let y = f(x)?;
        y.mul(&Tensor::from_slice(&weights, y.shape(), &Device::Cpu)?)
    };
    let differences = (0..x.elem_count()).map(|index| {
        let moved = |by: f64| {
            let mut values = flat(x);
            values[index] += by;
            let x = Tensor::from_vec(values, x.shape(), &Device::Cpu).unwrap();
            flat(&weighted(&x).unwrap()).iter().sum::<f64>()
        };
        (moved(STEP) - moved(-STEP)) / (2.0 * STEP)
    });
    close(&gradient(x, weighted), &differences.collect::<Vec<_>>(), 1e-7, what);
}

fn sample(shape: &[usize]) -> Tensor {
    let count = shape.iter().product();
    // No number near 0, where some functions have a kink.
    let values = (0..count).map(|index| 2.3 * (1.1 * index as f64 + 0.4).sin() + 0.07).collect::<Vec<_>>();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

const FUNCTIONS: [(&str, Elementwise); 9] = [
    ("relu", Elementwise::Relu),
    ("leaky_relu", Elementwise::LeakyRelu(0.2)),
    ("leaky_relu_layer", Elementwise::LeakyRelu(0.3)),
    ("elu", Elementwise::Elu(1.0)),
    ("gelu", Elementwise::Gelu),
    ("silu", Elementwise::Silu),
    ("tanh", Elementwise::Tanh),
    ("sigmoid", Elementwise::Sigmoid),
    ("softplus", Elementwise::Softplus),
];

#[test]
fn activations_are_those_of_keras_and_so_are_their_slopes_kinks_included() {
    let vectors = &keras()["activations"];
    let x = tensor(&vectors["x"], &[20]);
    for (name, function) in FUNCTIONS {
        let expected = &vectors["functions"][name];
        // XLA approximates tanh on the CPU: its tanh(5) is off by 4e-8.
        let tolerance = if function == Elementwise::Tanh { 1e-6 } else { 1e-12 };
        close(&flat(&function.apply(&x).unwrap()), &numbers(&expected["y"]), tolerance, name);
        close(&gradient(&x, |x| function.apply(x)), &numbers(&expected["gradient"]), tolerance, name);
    }
    let rows = &vectors["softmax"];
    let (x, weights) = (tensor(&rows["x"], &[4, 5]), tensor(&rows["weights"], &[4, 5]));
    close(&flat(&softmax(&x).unwrap()), &numbers(&rows["y"]), 1e-12, "softmax");
    close(&gradient(&x, |x| softmax(x)?.mul(&weights)), &numbers(&rows["gradient"]), 1e-12, "softmax");
}

#[test]
fn gradients_of_activations_agree_with_central_differences() {
    for (name, function) in FUNCTIONS.into_iter().chain([("elu 0.4", Elementwise::Elu(0.4))]) {
        check(name, &sample(&[3, 4]), |x| function.apply(x));
        check(name, &sample(&[3, 4]), |x| function.apply(&x.t()?));
    }
    check("softmax", &sample(&[3, 4]), softmax);
    check("softmax", &sample(&[2, 3, 4]), softmax);
}

#[test]
fn the_gradient_of_a_mixture_agrees_with_central_differences() {
    let targets = Tensor::new(&[0.3, -2.0, 9.0, 1.1], &Device::Cpu).unwrap();
    for (components, weights) in [(1, None), (3, None), (3, Some(Arc::from([0.0_f32, 1.0, 2.5, 0.5])))] {
        let loss = |x: &Tensor| mixture_loss(x, &targets, weights.clone())?.affine(1.7, 0.0);
        check("mixture", &sample(&[4, 3 * components]), loss);
    }
    let refused = |x: &[usize], weights: Option<Arc<[f32]>>| {
        let x = Tensor::zeros(x, candle_core::DType::F64, &Device::Cpu).unwrap();
        mixture_loss(&x, &targets, weights).unwrap_err().to_string()
    };
    assert!(refused(&[4, 7], None).contains("[4, 7] for targets of shape [4]"));
    assert!(refused(&[3, 6], None).contains("[3, 6] for targets of shape [4]"));
    assert!(refused(&[4, 6], Some(Arc::from([1.0; 5]))).contains("5 weights for 4 examples"));
}

#[test]
fn gradients_of_a_dense_layer_agree_with_central_differences() {
    let (x, w, b) = (sample(&[5, 3]), sample(&[3, 4]), sample(&[4]));
    check("of the input", &x, |x| affine(x, &w, Some(&b), None));
    check("of the kernel", &w, |w| affine(&x, w, Some(&b), None));
    check("of the bias", &b, |b| affine(&x, &w, Some(b), None));
    check("of the input, without bias", &x, |x| affine(x, &w, None, None));
    check("of the kernel, without bias", &w, |w| affine(&x, w, None, None));
    let back = w.t().unwrap().contiguous().unwrap();
    check("through two", &x, |x| affine(&affine(x, &w, Some(&b), None)?.tanh()?, &back, None, None));
}

#[test]
fn gradients_kept_aside_are_those_that_candle_would_store() {
    let (x, w, b) = (sample(&[5, 3]), Var::from_tensor(&sample(&[3, 4])).unwrap(), sample(&[4]));
    let b = Var::from_tensor(&b).unwrap();
    // The kernel acts twice, once by a product of candle's own: its gradients have to be added up.
    let loss = |aside: Option<Arc<Gradients>>| {
        let y = affine(&x, &w, Some(&b), aside.clone())?;
        let z = affine(&y.matmul(&w.t()?)?, &w, None, aside)?;
        z.sqr()?.mean_all()
    };
    let stored = loss(None).unwrap().backward().unwrap();
    let aside = Arc::new(Gradients::default());
    let rest = loss(Some(aside.clone())).unwrap().backward().unwrap();
    for var in [&w, &b] {
        let ours = aside.take(var, &rest).unwrap().unwrap();
        close(&flat(&ours), &flat(stored.get(var).unwrap()), 1e-12, "kept aside");
    }
    assert!(rest.get(&b).is_none() && aside.take(&b, &rest).unwrap().is_none());
}

#[test]
fn gradients_of_the_cross_entropies_agree_with_central_differences() {
    let z = sample(&[3, 4]);
    let classes: Arc<[u32]> = Arc::new([2, 0, 3]);
    check("sparse", &z, |z| sparse_cross_entropy(z, classes.clone()));
    // Targets need not add up to 1.
    let targets = sample(&[3, 4]).abs().unwrap();
    check("dense", &z, |z| cross_entropy(z, &targets));
    check("scaled", &z, |z| cross_entropy(z, &targets)?.affine(3.5, 1.0));
}

#[test]
fn a_one_hot_row_and_its_class_give_the_same_loss() {
    let z = sample(&[2, 3]);
    let rows = Tensor::new(&[[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], &Device::Cpu).unwrap();
    let sparse = |z: &Tensor| sparse_cross_entropy(z, Arc::new([1, 2]));
    close(&flat(&sparse(&z).unwrap()), &flat(&cross_entropy(&z, &rows).unwrap()), 1e-15, "value");
    close(&gradient(&z, sparse), &gradient(&z, |z| cross_entropy(z, &rows)), 1e-15, "gradient");
}

#[test]
fn the_gradient_of_dropout_agrees_with_central_differences() {
    let mask = || DropoutMask::new((0..24).map(|index| index * 7 % 5 > 1).collect(), 1.0 / 0.6);
    check("dropout", &sample(&[4, 6]), |x| mask().apply(x));
    let kept = flat(&mask().apply(&sample(&[4, 6])).unwrap()).iter().filter(|&&x| x != 0.0).count();
    assert!((5..20).contains(&kept), "a mask that keeps {kept} of 24 tests nothing");
}

#[test]
fn logits_of_any_size_give_finite_losses_and_gradients() {
    let z = Tensor::new(&[[1e30f32, -1e30, 0.0], [-1e30, -1e30, -1e30]], &Device::Cpu).unwrap();
    let z = Var::from_tensor(&z).unwrap();
    let loss = sparse_cross_entropy(&z, Arc::new([0, 1])).unwrap();
    assert!((loss.to_scalar::<f32>().unwrap() - 3f32.ln() / 2.0).abs() < 1e-6);
    let gradients = loss.backward().unwrap();
    let gradient = gradients.get(&z).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert!(gradient.iter().all(|g| g.is_finite()), "{gradient:?}");
}

#[test]
fn a_nan_goes_through_every_activation() {
    let x = Tensor::new(&[f64::NAN], &Device::Cpu).unwrap();
    for (name, function) in FUNCTIONS {
        assert!(flat(&function.apply(&x).unwrap())[0].is_nan(), "{name}");
    }
}

#[test]
fn the_gradient_of_a_penalty_agrees_with_central_differences() {
    let rates = PenaltyRates { l1: 0.3, l2: 0.7 };
    check("penalty", &sample(&[3, 4]), |x| rates.penalty_of(x));
    check("scaled", &sample(&[3, 4]), |x| rates.penalty_of(x)?.affine(2.5, 0.0));
    let values = Tensor::new(&[-2.0, 0.0, 3.0], &Device::Cpu).unwrap();
    let sum = rates.add_gradient(&Tensor::new(&[1.0, 1.0, 1.0], &Device::Cpu).unwrap(), &values).unwrap();
    close(&flat(&sum), &[1.0 - 0.3 - 2.8, 1.0, 1.0 + 0.3 + 4.2], 1e-15, "sum");
    close(&flat(&rates.penalty_of(&sample(&[57])).unwrap()), &[penalty_of(&flat(&sample(&[57])))], 1e-14, "value");
}

fn penalty_of(values: &[f64]) -> f64 {
    values.iter().map(|w| 0.3 * w.abs() + 0.7 * w * w).sum()
}

#[test]
fn a_column_that_is_too_long_becomes_as_long_as_it_may_be_and_a_short_one_stays() {
    let matrix = Var::new(&[[3f32, 0.0, 0.1], [4.0, 0.0, 0.2]], &Device::Cpu).unwrap();
    clip_columns(&matrix, 2.0).unwrap();
    let values = matrix.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    for (ours, expected) in values.iter().zip([1.2, 0.0, 0.1, 1.6, 0.0, 0.2]) {
        assert!((ours - expected).abs() < 1e-6, "{values:?}");
    }
}

#[test]
fn gradients_of_the_pointwise_losses_agree_with_central_differences() {
    let (y, t) = (sample(&[3, 4]), sample(&[3, 4]).affine(-0.4, 0.3).unwrap());
    let p = y.affine(0.2, 0.5).unwrap();
    let weights: Arc<[f32]> = Arc::new([0.5, 0.0, 2.0]);
    let costs = [Pointwise::Squared, Pointwise::Absolute, Pointwise::Huber(1.1), Pointwise::BinaryLogits];
    let cases = costs.map(|cost| (cost, &y)).into_iter().chain([(Pointwise::BinaryProbabilities(1e-7), &p)]);
    for (cost, y) in cases {
        check(&format!("{cost:?}"), y, |y| cost.mean(y, &t, None));
        check(&format!("{cost:?}, weighted"), y, |y| cost.mean(y, &t, Some(weights.clone()))?.affine(1.5, 0.0));
    }
}

#[test]
fn binary_logits_of_any_size_give_finite_losses_and_gradients() {
    let z = Var::new(&[[1e30f32], [-1e30], [0.0]], &Device::Cpu).unwrap();
    let t = Tensor::new(&[[1f32], [0.0], [1.0]], &Device::Cpu).unwrap();
    let loss = Pointwise::BinaryLogits.mean(&z, &t, None).unwrap();
    assert!((loss.to_scalar::<f32>().unwrap() - 2f32.ln() / 3.0).abs() < 1e-6);
    let gradients = loss.backward().unwrap();
    let gradient = gradients.get(&z).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
    assert_eq!(gradient, [0.0, 0.0, -0.5 / 3.0]);
}

#[test]
fn gradients_of_patches_and_pooling_agree_with_central_differences() {
    // Windows that overlap, leave gaps, and reach beyond the image.
    let input = [5, 4, 2];
    let windows = [
        Window { size: [3, 2], strides: [1, 1], input, output: [3, 3], padding_before: [0, 0] },
        Window { size: [2, 2], strides: [3, 2], input, output: [2, 2], padding_before: [0, 0] },
        Window { size: [3, 3], strides: [2, 1], input, output: [3, 4], padding_before: [1, 1] },
    ];
    for window in windows {
        check("patches", &sample(&[2, 5, 4, 2]), |x| window.patches(x));
        check("max", &sample(&[2, 5, 4, 2]), |x| window.pool(x, Pooling::Max));
        check("average", &sample(&[2, 5, 4, 2]), |x| window.pool(x, Pooling::Average));
    }
}
