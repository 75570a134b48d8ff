//! Layers: behavior that Keras's vectors do not cover, and errors.

use super::{compiled, flat, points, quiet, says};
use tealight::candle_core::{self, Module, Var};
use tealight::candle_nn::{self, VarBuilder, VarMap};
use tealight::prelude::*;

#[test]
fn layers_with_wrong_shapes_or_options_are_named() {
    let shape = ErrorKind::Shape;
    let plain = || Sequential::new([28, 28]);
    let conv = Conv2D::new(8, [3, 3]);
    says(
        plain().add(conv.clone()).build(0),
        shape,
        &["Conv2D \"conv2d\"", "got [28, 28]", "Reshape::new([28, 28, 1])"],
    );
    says(plain().add(MaxPooling2D::new()).build(0), shape, &["MaxPooling2D \"max_pooling2d\"", "channels"]);
    says(plain().add(GlobalAveragePooling2D).build(0), shape, &["GlobalAveragePooling2D", "got [28, 28]"]);
    says(plain().add(Reshape::new([5, -1])).build(0), shape, &["Reshape \"reshape\"", "784 numbers", "[5, -1]"]);
    says(plain().add(Reshape::new([-1, -1])).build(0), shape, &["At most one side"]);
    says(Sequential::new([2, 2, 1]).add(conv).build(0), shape, &["[3, 3] does not fit", "Padding::Same"]);
    let argument = ErrorKind::Argument;
    let image = || Sequential::new([4, 4, 1]);
    says(image().add(Conv2D::new(0, [1, 1])).build(0), argument, &["0 filters"]);
    says(image().add(Conv2D::new(1, [0, 1])).build(0), argument, &["a window of [0, 1]"]);
    says(image().add(Conv2D::new(1, [1, 1]).strides([1, 0])).build(0), argument, &["strides of [1, 0]"]);
    says(image().add(GaussianNoise::new(-1.0)).build(0), argument, &["GaussianNoise", "stddev -1"]);
    says(image().add(BatchNormalization::new().momentum(2.0)).build(0), argument, &["momentum 2"]);
    says(image().add(BatchNormalization::new().epsilon(0.0)).build(0), argument, &["epsilon 0"]);
    says(Sequential::new([4]).add(MixtureDensity::new(0)).build(0), argument, &["MixtureDensity", "0 components"]);
    let dense = |layer: Dense| Sequential::new([4]).add(layer).build(0);
    says(dense(Dense::new(1).kernel_regularizer(L2::new(-1.0))), argument, &["Dense \"dense\"", "l2 = -1"]);
    says(dense(Dense::new(1).kernel_constraint(MaxNorm::new(0.0))), argument, &["MaxNorm of 0"]);
    for axis in [2, -1, 4_000_000_000_i64] {
        let constraint = MaxNorm::new(1.0).axis([axis]);
        says(dense(Dense::new(1).kernel_constraint(constraint)), argument, &["expected one or more of 0 to 1"]);
    }
    let none = MaxNorm::new(1.0).axis([0; 0]);
    says(dense(Dense::new(1).kernel_constraint(none)), argument, &["MaxNorm without an axis"]);
    let conv = |layer: Conv2D| image().add(layer).build(0);
    let bounded = Conv2D::new(1, [1, 1]).kernel_constraint(MaxNorm::new(1.0).axis([0, 4]));
    says(conv(bounded), argument, &["Conv2D \"conv2d\"", "expected one or more of 0 to 3"]);
    says(conv(Conv2D::new(1, [1, 1]).activity_regularizer(L1::new(-1.0))), argument, &["l1 = -1"]);
    says(dense(Dense::new(1).bias_initializer(Constant::new(f64::NAN))), argument, &["Constant initializer of NaN"]);
}

#[test]
fn mixture_density_has_the_parameters_of_the_lessons() {
    let hidden = |units: i32| Dense::new(units).activation(Relu);
    let network = Sequential::new([28, 28]).add(Flatten).add(hidden(400)).add(hidden(20)).add(hidden(15));
    let network = network.add(MixtureDensity::new(5));
    assert_eq!(network.summary().unwrap().total_params(), 322_575);
    let mut model = network.build(1).unwrap();
    let x = Tensor::rand(0f32, 1.0, (3, 28, 28), &Device::Cpu).unwrap();
    let outputs = model.forward(&x, false).unwrap().to_vec2::<f32>().unwrap();
    for row in outputs {
        assert!(row[5..10].iter().all(|&deviation| deviation > 0.0), "{row:?}");
        assert!((row[10..].iter().sum::<f32>() - 1.0).abs() < 1e-6, "{row:?}");
    }
    // A distant mean and minimal deviations: the densities are 0 in f32, but the loss is finite.
    let bias = [vec![1e3f32; 5], vec![-100.0; 5], vec![0.0; 5]].concat();
    model.set_weight("mixture_density/bias", &Tensor::new(bias, &Device::Cpu).unwrap()).unwrap();
    model.compile(Adam::new(), MixtureNegativeLogLikelihood, None::<Metric>).unwrap();
    let y = Tensor::new(&[0u32, 5, 9], &Device::Cpu).unwrap();
    let data = Dataset::from_tensors(&x, &y).unwrap();
    assert!(model.evaluate(&data).unwrap().loss.is_finite());
    assert!(model.fit(&data, quiet().epochs(2)).is_ok());

    let mut other = Sequential::new([2]).add(Dense::new(3)).build(1).unwrap();
    let refused = other.compile(Adam::new(), MixtureNegativeLogLikelihood, None::<Metric>);
    says(refused, ErrorKind::Argument, &["ends with a mixture", "MixtureDensity::new(5)"]);
}

#[test]
fn gaussian_noise_acts_in_training_only_and_by_seed() {
    let network = Sequential::new([1000]).add(GaussianNoise::new(0.5));
    let x = Tensor::zeros((20, 1000), DType::F32, &Device::Cpu).unwrap();
    let model = network.build(7).unwrap();
    assert!(flat(&model.forward(&x, false).unwrap()).iter().all(|&value| value == 0.0));
    let noise = flat(&model.forward(&x, true).unwrap());
    assert_eq!(noise, flat(&network.build(7).unwrap().forward(&x, true).unwrap()));
    assert_ne!(noise, flat(&network.build(8).unwrap().forward(&x, true).unwrap()));
    let mean = noise.iter().map(|&x| f64::from(x)).sum::<f64>() / 20_000.0;
    let spread = (noise.iter().map(|&x| f64::from(x).powi(2)).sum::<f64>() / 20_000.0).sqrt();
    assert!(mean.abs() < 0.018 && (spread - 0.5).abs() < 0.0125, "{mean} {spread}");
}

/// A linear layer and a tanh, as a candle module.
struct Own(candle_nn::Linear);

impl Module for Own {
    fn forward(&self, x: &Tensor) -> candle_core::Result<Tensor> {
        self.0.forward(x)?.tanh()
    }
}

#[test]
fn custom_layer_of_a_candle_module_trains() {
    let vars = VarMap::new();
    let builder = VarBuilder::from_varmap(&vars, DType::F32, &Device::Cpu);
    let own = Own(candle_nn::linear(8, 8, builder).unwrap());
    let network = Sequential::new([2])
        .add(Dense::new(8).activation(Tanh))
        .add(Layer::custom("own", [8], own, &vars))
        .add(Dense::new(2).activation(Softmax));
    assert_eq!(network.summary().unwrap().total_params(), 24 + 72 + 18);
    let mut model = compiled(&network, 1);
    assert_eq!(model.parameters()[2].0, "own/bias");
    let before = model.weight("own/weight").unwrap();
    let history = model.fit(&points(256), quiet().epochs(60)).unwrap();
    assert!(history.last("accuracy").unwrap() > 0.85, "{history}");
    assert_ne!(flat(&before), flat(&model.weight("own/weight").unwrap()));
    let refused = serde_json::to_string(&network).unwrap_err().to_string();
    assert!(refused.contains("the layer \"own\" is a module of your own"), "{refused}");
}

#[test]
fn custom_layer_of_another_output_shape_is_an_error() {
    let none = VarMap::new();
    let linear = candle_nn::Linear::new(Tensor::zeros((3, 2), DType::F32, &Device::Cpu).unwrap(), None);
    let layer = Layer::custom("own", [4], linear, &none);
    let build = |inputs: usize| Sequential::new([inputs]).add(layer.clone()).build(0).unwrap();
    let x = |inputs: usize| Tensor::zeros((5, inputs), DType::F32, &Device::Cpu).unwrap();
    says(build(2).forward(&x(2), false), ErrorKind::Shape, &["Custom \"own\"", "[5, 4]", "gave [5, 3]"]);
    says(build(7).forward(&x(7), false), ErrorKind::Candle, &["Custom \"own\"", "[5, 7]", "candle says"]);
}

#[test]
fn batch_normalization_averages_change_in_training_only() {
    let network = Sequential::new([2]).add(BatchNormalization::new().momentum(0.5)).add(Dense::new(2));
    let model = network.build(0).unwrap();
    let x = Var::new(&[[1f32, 2.0], [3.0, 6.0]], &Device::Cpu).unwrap();
    model.forward(&x, true).unwrap();
    assert_eq!(flat(&model.weight("batch_normalization/moving_mean").unwrap()), [0.0, 0.0]);
    assert_eq!(model.weights().unwrap().len(), 6);
    assert!(model.summary().to_string().contains("Non-trainable params: 4 "), "{model}");
}
