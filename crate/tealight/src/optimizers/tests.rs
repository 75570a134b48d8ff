#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::{
    Adagrad, Adam, AdamW, Adamax, CosineDecay, ExponentialDecay, LearningRate, Nadam, Optimizer, OptimizerState,
    PiecewiseConstantDecay, RMSprop, SGD, StepDecay,
};
use candle_core::{DType, Device, Tensor, Var};
use serde_json::Value;

/// The results of Keras, written by `vectors/make_optimizers.py`.
fn vectors() -> Value {
    serde_json::from_str(include_str!("../../tests/vectors/optimizers.json")).unwrap()
}

fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(values) => values.iter().flat_map(numbers).collect(),
        number => vec![number.as_f64().unwrap()],
    }
}

fn tensor(value: &Value) -> Tensor {
    let shape = match value[0].as_array() {
        Some(row) => vec![value.as_array().unwrap().len(), row.len()],
        None => vec![value.as_array().unwrap().len()],
    };
    Tensor::from_vec(numbers(value), shape, &Device::Cpu).unwrap().to_dtype(DType::F32).unwrap()
}

/// An optimizer with the kind of clipping named `$clip`.
macro_rules! clipped {
    ($optimizer:expr, $clip:expr) => {
        match $clip {
            "none" => Optimizer::from($optimizer),
            "clipnorm" => $optimizer.clipnorm(0.7).into(),
            "clipvalue" => $optimizer.clipvalue(0.4).into(),
            "global_clipnorm" => $optimizer.global_clipnorm(0.9).into(),
            other => panic!("no clipping {other}"),
        }
    };
}

fn optimizer(name: &str, clip: &str) -> Optimizer {
    match name {
        "sgd" => clipped!(SGD::new(), clip),
        "sgd_momentum" => clipped!(SGD::new().learning_rate(0.002).momentum(0.9), clip),
        "sgd_nesterov" => clipped!(SGD::new().momentum(0.8).nesterov(true), clip),
        "rmsprop" => clipped!(RMSprop::new(), clip),
        "rmsprop_momentum" => clipped!(RMSprop::new().rho(0.8).momentum(0.5).epsilon(1e-3), clip),
        "rmsprop_centered" => clipped!(RMSprop::new().centered(true), clip),
        "rmsprop_centered_momentum" => clipped!(RMSprop::new().momentum(0.9).centered(true), clip),
        "adam" => clipped!(Adam::new(), clip),
        "adam_options" => clipped!(Adam::new().learning_rate(0.01).beta_1(0.5).beta_2(0.9).epsilon(1e-3), clip),
        "adam_amsgrad" => clipped!(Adam::new().beta_2(0.8).amsgrad(true), clip),
        "adamw" => clipped!(AdamW::new().learning_rate(0.01).weight_decay(0.5), clip),
        "adamw_defaults" => clipped!(AdamW::new(), clip),
        "adagrad" => clipped!(Adagrad::new(), clip),
        "adagrad_options" => clipped!(Adagrad::new().learning_rate(0.02).initial_accumulator_value(0.0), clip),
        "nadam" => clipped!(Nadam::new(), clip),
        "adamax" => clipped!(Adamax::new(), clip),
        "adam_cosine" => clipped!(Adam::new().learning_rate(CosineDecay::new(0.0, 12).warmup(0.01, 5)), clip),
        other => panic!("no optimizer {other}"),
    }
}

#[test]
fn optimizers_match_keras_with_and_without_clipping() {
    let keras = vectors();
    let gradients = keras["gradients"].as_array().unwrap();
    assert_eq!(gradients.len(), 20);
    let cases = keras["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 17 * 4);
    for case in cases {
        let (name, clip) = (case["name"].as_str().unwrap(), case["clip"].as_str().unwrap());
        let start = keras["start"].as_array().unwrap().iter();
        let vars = start.map(|start| Var::from_tensor(&tensor(start)).unwrap()).collect::<Vec<_>>();
        let vars = vars.iter().collect::<Vec<_>>();
        let mut state = OptimizerState::new(optimizer(name, clip), &vars).unwrap();
        let mut compared = 0;
        for (step, gradients) in gradients.iter().enumerate() {
            let index = |var: &Var| vars.iter().position(|other| other.id() == var.id()).unwrap();
            state.step(&vars, |var| Ok(Some(tensor(&gradients[index(var)])))).unwrap();
            let Some(expected) = case["path"].get((step + 1).to_string()) else { continue };
            compared += 1;
            for (var, expected) in vars.iter().zip(expected.as_array().unwrap()) {
                let ours = var.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                for (ours, theirs) in ours.into_iter().map(f64::from).zip(numbers(expected)) {
                    let error = (ours - theirs).abs() / theirs.abs();
                    assert!(error <= 1e-5, "{name}, {clip}, step {}: {ours} for {theirs}", step + 1);
                }
            }
        }
        assert_eq!(compared, 4, "{name}");
    }
}

#[test]
fn adam_matches_keras_from_tiny_to_large_gradients() {
    let keras: Value = serde_json::from_str(include_str!("../../tests/vectors/keras.json")).unwrap();
    let adam = &keras["adam"];
    for (name, case) in ["adam", "adam_options"].into_iter().zip(adam["cases"].as_array().unwrap()) {
        let var = Var::from_tensor(&tensor(&adam["start"])).unwrap();
        let mut state = OptimizerState::new(optimizer(name, "none"), &[&var]).unwrap();
        for (step, expected) in case["path"].as_array().unwrap().iter().enumerate() {
            state.step(&[&var], |_| Ok(Some(tensor(&adam["gradients"][step])))).unwrap();
            for (ours, theirs) in var.to_vec1::<f32>().unwrap().into_iter().zip(numbers(expected)) {
                assert!((f64::from(ours) - theirs).abs() < 1e-6, "{name}, step {step}: {ours} for {theirs}");
            }
        }
    }
}

#[test]
fn learning_rate_schedules_match_keras() {
    let keras = vectors();
    let schedule = |name: &str| -> LearningRate {
        match name {
            "exponential" => ExponentialDecay::new(0.1, 100, 0.9).into(),
            "staircase" => ExponentialDecay::new(0.1, 100, 0.5).staircase(true).into(),
            "piecewise" => PiecewiseConstantDecay::new([100, 250], [0.1, 0.05, 0.001]).into(),
            "cosine" => CosineDecay::new(0.1, 300).alpha(0.1).into(),
            "cosine_warmup" => CosineDecay::new(0.01, 300).warmup(0.1, 100).into(),
            other => panic!("no schedule {other}"),
        }
    };
    let schedules = keras["schedules"].as_object().unwrap();
    assert_eq!(schedules.len(), 5);
    let steps: Vec<u32> = serde_json::from_value(keras["schedule_steps"].clone()).unwrap();
    for (name, expected) in schedules {
        for (&step, expected) in steps.iter().zip(numbers(expected)) {
            let rate = schedule(name).at(step);
            // Keras computes them in single precision, in which half a cosine does not end at exactly 0.
            assert!(
                (rate - expected).abs() <= 1e-6 * expected.abs() + 1e-8,
                "{name}, step {step}: {rate} for {expected}"
            );
        }
    }
    let (ours, stairs) = (LearningRate::from(StepDecay::new(0.1, 100, 0.5)), schedule("staircase"));
    assert!(steps.iter().all(|&step| ours.at(step) == stairs.at(step)));
}

#[test]
fn optimizer_step_with_threads_equals_one_without() {
    let count = 100_003;
    let value = |index: usize| (index % 977) as f32 / 500.0 - 1.0;
    for name in ["sgd", "rmsprop_centered_momentum", "adam", "adam_amsgrad", "adagrad", "nadam", "adamax"] {
        let large = Var::from_vec((0..count).map(value).collect(), count, &Device::Cpu).unwrap();
        let small = Var::from_vec((0..977).map(value).collect(), 977, &Device::Cpu).unwrap();
        for var in [&large, &small] {
            let mut state = OptimizerState::new(optimizer(name, "clipvalue"), &[var]).unwrap();
            for _ in 0..3 {
                let gradients = var.sqr().unwrap().sum_all().unwrap().backward().unwrap();
                state.step(&[var], |var| Ok(gradients.get(var).cloned())).unwrap();
            }
        }
        let (large, small) = (large.to_vec1::<f32>().unwrap(), small.to_vec1::<f32>().unwrap());
        assert!(large.iter().enumerate().all(|(index, &value)| value == small[index % 977]), "{name}");
    }
}

#[test]
fn parameter_without_a_gradient_is_unchanged() {
    let var = Var::from_vec(vec![1_f32, 2.0], 2, &Device::Cpu).unwrap();
    let mut state = OptimizerState::new(AdamW::new().global_clipnorm(1.0).into(), &[&var]).unwrap();
    state.step(&[&var], |_| Ok(None)).unwrap();
    assert_eq!(var.to_vec1::<f32>().unwrap(), [1.0, 2.0]);
}

#[test]
fn clipping_keeps_nan_gradients() {
    for clip in ["none", "clipnorm", "clipvalue", "global_clipnorm"] {
        let var = Var::from_vec(vec![1_f32, 2.0], 2, &Device::Cpu).unwrap();
        let mut state = OptimizerState::new(optimizer("sgd", clip), &[&var]).unwrap();
        let gradient = Tensor::new(&[f32::NAN, 1.0], &Device::Cpu).unwrap();
        state.step(&[&var], |_| Ok(Some(gradient.clone()))).unwrap();
        assert!(var.to_vec1::<f32>().unwrap()[0].is_nan(), "{clip}");
    }
}

#[test]
fn optimizer_display_lists_all_options() {
    let text = |optimizer: Optimizer| optimizer.to_string();
    assert_eq!(text(SGD::new().into()), "SGD (learning rate 0.01, momentum 0)");
    assert_eq!(
        text(Adam::new().amsgrad(true).clipnorm(1.0).into()),
        "Adam (learning rate 0.001, beta_1 0.9, beta_2 0.999, epsilon 1e-7, amsgrad, clipnorm 1)"
    );
    assert_eq!(
        text(SGD::new().learning_rate(CosineDecay::new(0.0, 900).warmup(0.1, 100)).into()),
        "SGD (learning rate 0, rising to 0.1 over 100 steps, falling along a cosine over 900 steps, momentum 0)"
    );
}

#[test]
fn optimizer_round_trips_through_serde() {
    let optimizer = Optimizer::from(RMSprop::new().learning_rate(StepDecay::new(0.1, 10, 0.5)).clipvalue(0.5));
    let text = serde_json::to_string(&optimizer).unwrap();
    assert_eq!(serde_json::from_str::<Optimizer>(&text).unwrap(), optimizer);
}
