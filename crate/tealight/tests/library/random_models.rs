//! 200 small trainings with random settings: fused, through candle's autograd, and by Keras.
//!
//! Keras computes in double precision. Our numbers may deviate by eight times the error of Keras itself in single precision,
//! because we add in another order; and by a further 10⁻⁵, about 80 units in the last place of an `f32`, which accumulate over
//! the steps if an optimizer divides by the root of a small square.

use super::{flat, numbers, quiet};
use serde_json::Value;
use tealight::prelude::*;

/// A training by Keras, from `vectors/make_random_models.py`.
struct Case(Value);

/// The executor of a network.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// The fused step if the layers allow it.
    Fused,
    /// Autograd, by an additional layer that changes nothing but cannot be fused.
    Traced,
}

impl Case {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap()
    }

    fn shape(&self) -> Vec<usize> {
        serde_json::from_value(self.0["shape"].clone()).unwrap()
    }

    fn network(&self, way: Way) -> Sequential {
        let start = Sequential::new(self.shape());
        let start = if way == Way::Traced { start.add(GaussianNoise::new(0.0)) } else { start };
        self.0["network"].as_array().unwrap().iter().fold(start, |network, settings| network.add(layer(settings)))
    }

    /// Returns the inputs called `x`, in 16ths, and the targets called `y`.
    fn data(&self, x: &str, y: &str) -> Dataset {
        let inputs = numbers(&self.0[x]).into_iter().map(|sixteenths| (sixteenths / 16.0) as f32).collect::<Vec<_>>();
        let (count, targets) = (self.0[x].as_array().unwrap().len(), numbers(&self.0[y]));
        let inputs = Tensor::from_vec(inputs, [&[count][..], &self.shape()].concat(), &Device::Cpu).unwrap();
        let targets = match self.text("task") {
            "classes" | "binary" => {
                Tensor::from_vec(targets.into_iter().map(|class| class as u32).collect(), count, &Device::Cpu)
            }
            _ => {
                let width = targets.len() / count;
                let targets = targets.into_iter().map(|sixteenths| (sixteenths / 16.0) as f32).collect::<Vec<_>>();
                Tensor::from_vec(targets, (count, width), &Device::Cpu)
            }
        };
        Dataset::from_tensors(&inputs, &targets.unwrap()).unwrap()
    }

    fn fit(&self) -> Fit {
        let setting = |key: &str| self.0.get(key);
        let mut fit = quiet().shuffle(false);
        fit = fit.epochs(self.0["epochs"].as_i64().unwrap()).batch_size(self.0["batch_size"].as_i64().unwrap());
        if let Some(weights) = setting("sample_weight") {
            fit =
                fit.sample_weight(numbers(weights).into_iter().map(|weight| (weight / 8.0) as f32).collect::<Vec<_>>());
        }
        if let Some(weights) = setting("class_weight") {
            fit = fit.class_weight(serde_json::from_value::<Vec<(i64, f64)>>(weights.clone()).unwrap());
        }
        if let Some(fraction) = setting("validation_split") {
            fit = fit.validation_split(fraction.as_f64().unwrap());
        }
        if setting("held_out_x").is_some() {
            fit = fit.validation_data(&self.data("held_out_x", "held_out_y"));
        }
        fit
    }

    /// Returns all results of a training by name.
    fn train(&self, way: Way) -> Vec<(String, Vec<f64>)> {
        let mut model = self.network(way).build(0).unwrap();
        let names = model.parameters().into_iter().map(|(name, var)| (name, var.dims().to_vec())).collect::<Vec<_>>();
        let start = self.0["start"].as_array().unwrap();
        assert_eq!(names.len(), start.len());
        for ((name, shape), values) in names.iter().zip(start) {
            let values = numbers(values).into_iter().map(|value| (value / 256.0) as f32).collect::<Vec<_>>();
            let values = Tensor::from_vec(values, shape.as_slice(), &Device::Cpu).unwrap();
            model.set_weight(name, &values).unwrap();
        }
        let metrics = self.0["measures"].as_array().unwrap().iter().map(metric).collect::<Vec<_>>();
        model.compile(optimizer(&self.0["optimizer"]), loss(&self.0["loss"]), metrics).unwrap();
        let data = self.data("x", "y");
        let history = model.fit(&data, self.fit()).unwrap();
        let wide = |tensor: &Tensor| flat(tensor).into_iter().map(f64::from).collect::<Vec<_>>();
        let columns = self.0["history"].as_object().unwrap().keys();
        let mut all = columns.map(|name| (name.clone(), history.get(name).unwrap().to_vec())).collect::<Vec<_>>();
        all.extend(model.weights().unwrap().iter().map(|(name, weight)| (name.clone(), wide(weight))));
        all.push(("outputs".to_owned(), wide(&model.predict(&data).unwrap())));
        all
    }

    /// Returns Keras's results in the same order.
    fn keras(&self) -> Vec<Vec<f64>> {
        let columns = self.0["history"].as_object().unwrap().values().map(numbers);
        let end = self.0["end"].as_array().unwrap().iter().map(numbers);
        columns.chain(end).chain([numbers(&self.0["outputs"])]).collect()
    }
}

fn option(settings: &Value, name: &str) -> f64 {
    settings[name].as_f64().unwrap_or_else(|| panic!("no {name} in {settings}"))
}

fn switch(settings: &Value, name: &str) -> bool {
    settings[name].as_bool().unwrap()
}

fn layer(settings: &Value) -> Layer {
    match settings["kind"].as_str().unwrap() {
        "Flatten" => Flatten.into(),
        "Dropout" => Dropout::new(0.0).into(),
        "BatchNormalization" => BatchNormalization::new().into(),
        "Activation" => activation(&settings["activation"]).into(),
        _ => {
            let mut dense = Dense::new(settings["units"].as_i64().unwrap())
                .activation(activation(&settings["activation"]))
                .use_bias(switch(settings, "use_bias"));
            let penalty = |name: &str| {
                let rates = settings[name].as_array()?;
                Some(L1L2::new(rates[0].as_f64().unwrap(), rates[1].as_f64().unwrap()))
            };
            if let Some(penalty) = penalty("kernel_regularizer") {
                dense = dense.kernel_regularizer(penalty);
            }
            if let Some(penalty) = penalty("bias_regularizer") {
                dense = dense.bias_regularizer(penalty);
            }
            if let Some(penalty) = penalty("activity_regularizer") {
                dense = dense.activity_regularizer(penalty);
            }
            if let Some(bound) = settings["max_norm"].as_f64() {
                dense = dense.kernel_constraint(MaxNorm::new(bound));
            }
            dense.into()
        }
    }
}

fn activation(settings: &Value) -> Activation {
    match settings["kind"].as_str().unwrap() {
        "Linear" => Linear.into(),
        "Relu" => Relu.into(),
        "LeakyRelu" => LeakyRelu::new().negative_slope(option(settings, "option")).into(),
        "Elu" => Elu::new().alpha(option(settings, "option")).into(),
        "Gelu" => Gelu.into(),
        "Silu" => Silu.into(),
        "Tanh" => Tanh.into(),
        "Sigmoid" => Sigmoid.into(),
        "Softplus" => Softplus.into(),
        "Softmax" => Softmax.into(),
        other => panic!("no activation {other}"),
    }
}

fn loss(settings: &Value) -> Loss {
    match settings["kind"].as_str().unwrap() {
        "SparseCategoricalCrossentropy" => {
            SparseCategoricalCrossentropy::new().from_logits(switch(settings, "from_logits")).into()
        }
        "CategoricalCrossentropy" => CategoricalCrossentropy::new()
            .from_logits(switch(settings, "from_logits"))
            .label_smoothing(option(settings, "smoothing"))
            .into(),
        "BinaryCrossentropy" => BinaryCrossentropy::new()
            .from_logits(switch(settings, "from_logits"))
            .label_smoothing(option(settings, "smoothing"))
            .into(),
        "MeanSquaredError" => MeanSquaredError.into(),
        "MeanAbsoluteError" => MeanAbsoluteError.into(),
        "Huber" => Huber::new().delta(option(settings, "delta")).into(),
        other => panic!("no loss {other}"),
    }
}

fn metric(name: &Value) -> Metric {
    match name.as_str().unwrap() {
        "accuracy" => Accuracy.into(),
        "precision" => Precision::new().into(),
        "recall" => Recall::new().into(),
        "mean_absolute_error" => MeanAbsoluteError.into(),
        other => panic!("no metric {other}"),
    }
}

fn rate(settings: &Value) -> LearningRate {
    let rate = option(settings, "rate");
    match settings["schedule"].as_str().unwrap() {
        "constant" => rate.into(),
        "exponential" => ExponentialDecay::new(rate, 3, 0.5).into(),
        "staircase" => StepDecay::new(rate, 2, 0.7).into(),
        "piecewise" => PiecewiseConstantDecay::new([1, 4], [rate, rate / 2.0, rate / 4.0]).into(),
        "cosine" => CosineDecay::new(rate, 6).alpha(0.1).into(),
        "warmup" => CosineDecay::new(rate / 4.0, 5).warmup(rate, 3).into(),
        other => panic!("no schedule {other}"),
    }
}

/// Returns an optimizer with the learning rate and the clipping of its settings.
macro_rules! common {
    ($optimizer:expr, $settings:expr) => {{
        let optimizer = $optimizer.learning_rate(rate($settings));
        match $settings["clipping"].as_str() {
            None => optimizer,
            Some("clipnorm") => optimizer.clipnorm(option($settings, "limit")),
            Some("clipvalue") => optimizer.clipvalue(option($settings, "limit")),
            Some(_) => optimizer.global_clipnorm(option($settings, "limit")),
        }
        .into()
    }};
}

fn optimizer(settings: &Value) -> Optimizer {
    let options = &settings["options"];
    let of = |name: &str| option(options, name);
    match settings["kind"].as_str().unwrap() {
        "SGD" => common!(SGD::new().momentum(of("momentum")).nesterov(switch(options, "nesterov")), settings),
        "RMSprop" => {
            let optimizer = RMSprop::new().rho(of("rho")).momentum(of("momentum")).epsilon(of("epsilon"));
            common!(optimizer.centered(switch(options, "centered")), settings)
        }
        "Adam" => {
            let optimizer = Adam::new().beta_1(of("beta_1")).beta_2(of("beta_2")).epsilon(of("epsilon"));
            common!(optimizer.amsgrad(switch(options, "amsgrad")), settings)
        }
        "AdamW" => common!(AdamW::new().weight_decay(of("weight_decay")).epsilon(of("epsilon")), settings),
        "Adagrad" => {
            let optimizer = Adagrad::new().initial_accumulator_value(of("initial_accumulator_value"));
            common!(optimizer.epsilon(of("epsilon")), settings)
        }
        "Nadam" => common!(Nadam::new().beta_1(of("beta_1")).epsilon(of("epsilon")), settings),
        "Adamax" => common!(Adamax::new().beta_2(of("beta_2")).epsilon(of("epsilon")), settings),
        other => panic!("no optimizer {other}"),
    }
}

/// Returns the largest difference of numbers, relative to the largest of them, but at least to 0.1.
fn apart(ours: &[f64], theirs: &[f64]) -> f64 {
    let size = theirs.iter().fold(0.1_f64, |size, number| size.max(number.abs()));
    let distances = ours.iter().zip(theirs).map(|(ours, theirs)| (ours - theirs).abs() / size);
    distances.fold(0.0, |worst, distance| if distance > worst || distance.is_nan() { distance } else { worst })
}

#[test]
fn random_models_train_as_in_keras() {
    let file: Value = serde_json::from_str(include_str!("../vectors/random_models.json")).unwrap();
    let cases = file["cases"].as_array().unwrap();
    assert_eq!(cases.len(), 200);
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        let case = Case(case.clone());
        let tolerance = 1e-5 + 8.0 * option(&case.0, "rounding");
        for way in [Way::Fused, Way::Traced] {
            for ((name, ours), theirs) in case.train(way).iter().zip(case.keras()) {
                assert_eq!(ours.len(), theirs.len(), "model {number}, {name}");
                let apart = apart(ours, &theirs);
                if apart.is_nan() || apart > tolerance {
                    let [network, loss, optimizer] = ["network", "loss", "optimizer"].map(|key| &case.0[key]);
                    let settings = format!("{loss} {optimizer} {network}");
                    wrong.push(format!("model {number}, {way:?}: {name} is off by {apart:.1e}, {settings}"));
                    break;
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of 400 trainings:\n{}", wrong.len(), wrong.join("\n"));
}
