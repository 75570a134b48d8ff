#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::FusedNetwork;
use crate::cpu::{CpuContext, SimdLevel};
use crate::data::Dataset;
use crate::layers::{
    Activation, Dense, Dropout, Elu, Flatten, Gelu, LeakyRelu, MaxNorm, MixtureDensity, Relu, Sigmoid, Silu, Softmax,
    Softplus, Tanh,
};
use crate::layers::{L1, L2};
use crate::losses::{
    BinaryCrossentropy, CategoricalCrossentropy, Loss, MeanSquaredError, MixtureNegativeLogLikelihood,
    SparseCategoricalCrossentropy,
};
use crate::metrics::Accuracy;
use crate::model::{Executor, Model, Sequential};
use crate::optimizers::{Adagrad, Adam, AdamW, Adamax, Nadam, Optimizer, RMSprop, SGD};
use crate::step_id::StepId;
use candle_core::{Device, Tensor};

/// 60 examples of `width` bytes, most of them 0, in classes 0 to 4.
fn data(width: usize) -> Dataset {
    let byte = |index: usize| {
        let mixed = (index as u32).wrapping_mul(2_654_435_761).rotate_left(11).wrapping_mul(40_503);
        if mixed % 10 < 7 { 0 } else { (mixed >> 8) as u8 }
    };
    let bytes = (0..60 * width).map(byte).collect::<Vec<_>>();
    let labels = (0..60).map(|index| (index * 7 % 5) as u32).collect::<Vec<_>>();
    Dataset::from_bytes(bytes, [width], labels, ["a", "b", "c", "d", "e"]).unwrap().rescale(1.0 / 255.0)
}

/// Runs 20 steps of 13 examples, or the rest of an epoch, and returns the losses and the parameters after them.
fn train(model: &mut Model, mut executor: Executor, data: &Dataset) -> (Vec<f64>, Vec<Vec<f32>>) {
    let mut losses = Vec::new();
    for step in 0..20 {
        let indices = (step % 5 * 13..data.len().min(step % 5 * 13 + 13)).collect::<Vec<_>>();
        let step = StepId { seed: 5, epoch: 1, batch: step as u64 };
        losses.push(executor.train_step(model, data, &indices, step, true).unwrap().loss);
    }
    let numbers = |(_, var): (String, candle_core::Var)| var.flatten_all().unwrap().to_vec1::<f32>().unwrap();
    (losses, model.parameters().into_iter().map(numbers).collect())
}

fn fused(model: &Model) -> Option<FusedNetwork> {
    FusedNetwork::new(&model.layers, model.summary().output_shape()).unwrap()
}

impl From<FusedNetwork> for Executor {
    fn from(fused: FusedNetwork) -> Self {
        Self::Fused(Box::new(fused))
    }
}

fn built(network: &Sequential, optimizer: &Optimizer, loss: &Loss) -> Model {
    let mut model = network.build(3).unwrap();
    model.compile(optimizer.clone(), loss.clone(), [Accuracy]).unwrap();
    model
}

/// Compares the same training through the fused step and through candle's autograd.
fn compare(name: &str, network: &Sequential, optimizer: &Optimizer, loss: &Loss, data: &Dataset) {
    let (mut one, mut other) = (built(network, optimizer, loss), built(network, optimizer, loss));
    let fused = fused(&one).unwrap_or_else(|| panic!("{name}: not fused"));
    let (fused, autograd) = (train(&mut one, fused.into(), data), train(&mut other, Executor::Autograd, data));
    for (step, (a, b)) in fused.0.iter().zip(&autograd.0).enumerate() {
        assert!((a - b).abs() <= 1e-5 * b.abs().max(1.0), "{name}: loss of step {step}: {a}, through candle {b}");
    }
    for (index, (a, b)) in fused.1.iter().zip(&autograd.1).enumerate() {
        let worst = a.iter().zip(b).map(|(a, b)| (a - b).abs() / b.abs().max(1.0)).fold(0.0, f32::max);
        assert!(worst <= 1e-5, "{name}: parameter {index} is off by {worst}");
    }
    let (a, b) = (one.evaluate(data).unwrap().loss, other.evaluate(data).unwrap().loss);
    assert!((a - b).abs() <= 1e-5 * b.abs().max(1.0), "{name}: evaluated {a}, {b}");
}

fn hidden(activation: impl Into<Activation>) -> Sequential {
    Sequential::new([200])
        .add(Dense::new(37).activation(activation))
        .add(Dropout::new(0.3))
        .add(Dense::new(20).activation(Relu))
        .add(Dense::new(5).activation(Softmax))
}

#[test]
fn fused_and_autograd_agree_for_every_activation() {
    let (optimizer, loss) = (SGD::new().learning_rate(0.1).into(), SparseCategoricalCrossentropy::new().into());
    let activations = [
        Activation::Linear,
        Relu.into(),
        LeakyRelu::new().into(),
        Elu::new().into(),
        Gelu.into(),
        Silu.into(),
        Tanh.into(),
        Sigmoid.into(),
        Softplus.into(),
    ];
    for activation in activations {
        compare(activation.kind(), &hidden(activation), &optimizer, &loss, &data(200));
    }
}

#[test]
fn fused_and_autograd_agree_for_every_optimizer_and_clipping() {
    let optimizers: [(&str, Optimizer); 14] = [
        ("sgd", SGD::new().into()),
        ("momentum", SGD::new().momentum(0.9).into()),
        ("nesterov", SGD::new().momentum(0.9).nesterov(true).into()),
        ("rmsprop", RMSprop::new().into()),
        ("centered", RMSprop::new().momentum(0.5).centered(true).into()),
        ("adam", Adam::new().into()),
        ("amsgrad", Adam::new().amsgrad(true).into()),
        ("adamw", AdamW::new().into()),
        ("adagrad", Adagrad::new().into()),
        ("nadam", Nadam::new().into()),
        ("adamax", Adamax::new().into()),
        ("clipvalue", SGD::new().clipvalue(0.001).into()),
        ("clipnorm", Adam::new().clipnorm(0.1).into()),
        ("global_clipnorm", SGD::new().learning_rate(1.0).global_clipnorm(0.1).into()),
    ];
    for (name, optimizer) in optimizers {
        // A smooth activation, because near the kink of ReLU two roundings may diverge.
        compare(name, &hidden(Tanh), &optimizer, &SparseCategoricalCrossentropy::new().into(), &data(200));
    }
}

#[test]
fn fused_and_autograd_agree_for_other_losses_layers_and_penalties() {
    let adam = Optimizer::from(Adam::new());
    let classes = data(200);
    let network = Sequential::new([200])
        .add(Flatten)
        .add(Dropout::new(0.2))
        .add(Dense::new(24).kernel_regularizer(L2::new(0.01)).bias_regularizer(L1::new(0.01)).activation(Tanh))
        .add(Dense::new(16).use_bias(false).kernel_constraint(MaxNorm::new(0.8)))
        .add(Gelu)
        .add(Dropout::new(0.5))
        .add(Dense::new(5))
        .add(Softmax);
    let losses = [
        Loss::from(SparseCategoricalCrossentropy::new().label_smoothing(0.1)),
        SparseCategoricalCrossentropy::new().into(),
    ];
    for loss in losses {
        compare(loss.name(), &network, &adam, &loss, &classes);
    }
    for loss in [Loss::from(CategoricalCrossentropy::new()), MeanSquaredError.into(), BinaryCrossentropy::new().into()]
    {
        compare(loss.name(), &network, &adam, &loss, &classes.one_hot());
    }
    let own = Loss::custom("distance", |targets, outputs| Ok((outputs - targets)?.abs()?.mean(1)?));
    compare("custom", &network, &adam, &own, &classes.one_hot());
    compare("weights", &network, &adam, &losses_of_weights().0, &losses_of_weights().1);

    let (x, _) = classes.to_tensors().unwrap();
    let y = x.sum(1).unwrap();
    let numbers = Dataset::from_tensors(&x, &y).unwrap();
    let network = Sequential::new([200]).add(Dense::new(15).activation(Tanh)).add(MixtureDensity::new(3));
    let mut model = network.build(3).unwrap();
    model.compile(adam.clone(), MixtureNegativeLogLikelihood, None::<crate::Metric>).unwrap();
    let mut other = network.build(3).unwrap();
    other.compile(adam, MixtureNegativeLogLikelihood, None::<crate::Metric>).unwrap();
    let fused = fused(&model).unwrap();
    let (a, b) = (train(&mut model, fused.into(), &numbers), train(&mut other, Executor::Autograd, &numbers));
    assert!(a.0.iter().zip(&b.0).all(|(a, b)| (a - b).abs() < 1e-5 * b.abs().max(1.0)), "{:?} {:?}", a.0, b.0);
}

fn losses_of_weights() -> (Loss, Dataset) {
    let weights = (0..60).map(|index| (index % 4) as f32 * 0.5).collect();
    (SparseCategoricalCrossentropy::new().into(), data(200).weighted(weights))
}

#[test]
fn any_number_of_threads_gives_the_same_bits() {
    // Wide enough that the work is partitioned, and that a sum has several blocks.
    let network = Sequential::new([784])
        .add(Dense::new(200).activation(Relu))
        .add(Dropout::new(0.2))
        .add(Dense::new(100).activation(Relu))
        .add(Dense::new(5).activation(Softmax));
    let (data, adam, loss) = (data(784), Adam::new().into(), SparseCategoricalCrossentropy::new().into());
    let run = |threads, simd_level| {
        let mut model = built(&network, &adam, &loss);
        let mut fused = fused(&model).unwrap();
        fused.context = CpuContext::with(threads, simd_level);
        train(&mut model, fused.into(), &data)
    };
    let all = SimdLevel::available();
    for &simd_level in &all {
        let one = run(1, simd_level);
        for threads in [2, 3, 5, 8] {
            let more = run(threads, simd_level);
            assert!(one == more, "{threads} threads with {simd_level}");
        }
        let portable = run(1, SimdLevel::Portable);
        for (step, (a, b)) in one.0.iter().zip(&portable.0).enumerate() {
            assert!((a - b).abs() < 1e-4, "{simd_level}: step {step}: {a}, portable {b}");
        }
    }
}

#[test]
fn other_layers_are_left_to_autograd() {
    let conv = Sequential::new([8, 8, 1]).add(crate::Conv2D::new(2, [3, 3])).add(Flatten).add(Dense::new(2));
    let dropped = Sequential::new([8]).add(Dense::new(2)).add(Dropout::new(0.5));
    let active = Sequential::new([8]).add(Dense::new(2).activity_regularizer(L2::new(0.1)));
    // Tests use this layer to force autograd.
    let noise = Sequential::new([8]).add(crate::GaussianNoise::new(0.0)).add(Dense::new(2));
    for network in [conv, dropped, active, noise] {
        assert!(fused(&network.build(1).unwrap()).is_none());
    }
}

#[test]
fn fused_outputs_have_the_output_shape_of_the_network() {
    let network = Sequential::new([4]).add(Dense::new(6)).add(crate::Reshape::new([2, 3]));
    let model = network.build(1).unwrap();
    let x = Tensor::new(&[[0.0_f32, 1.0, 0.0, 2.0], [1.0, 0.0, 0.0, 0.0]], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &Tensor::new(&[0_u32, 1], &Device::Cpu).unwrap()).unwrap();
    let (a, b) = (model.predict(&data).unwrap(), model.forward(&x, false).unwrap());
    assert_eq!(a.dims(), [2, 2, 3]);
    let worst = (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
    assert!(worst < 1e-6, "{worst}");
}
