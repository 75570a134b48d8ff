//! A workload with plain candle, as someone writes it who has candle alone: a loop over batches, candle-nn's layers, loss
//! and optimizers, and RMSprop, which candle-nn lacks, in tensors.

use super::workload::{Optimizer, Workload};
use anyhow::Result;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_chacha::ChaCha8Rng;
use std::time::Instant;
use tealight::candle_core::backprop::GradStore;
use tealight::candle_core::{D, DType, Device, Tensor, Var};
use tealight::candle_nn::{self, Module, Optimizer as _, VarBuilder, VarMap, loss, ops};

/// The seconds of each epoch, and the accuracy on the test images after the last.
pub(crate) fn train(workload: &Workload, epochs: usize, dense: bool) -> Result<(Vec<f64>, f64)> {
    let (train, test) = workload.data(dense)?;
    let ((images, labels), (test_images, test_labels)) = (train.to_tensors()?, test.to_tensors()?);
    let (images, test_images) = (images.flatten_from(1)?, test_images.flatten_from(1)?);

    let variables = VarMap::new();
    let network = Network::new(workload, &VarBuilder::from_varmap(&variables, DType::F32, &Device::Cpu))?;
    let mut optimizer = Step::new(workload.optimizer, variables.all_vars())?;
    let mut order = (0..workload.images as u32).collect::<Vec<_>>();
    let mut random = ChaCha8Rng::seed_from_u64(1);
    let (mut seconds, mut accuracy) = (Vec::new(), 0.0);
    for _ in 0..epochs {
        let start = Instant::now();
        order.shuffle(&mut random);
        let mut total = 0.0;
        for indices in order.chunks(workload.batch) {
            let indices = Tensor::new(indices, &Device::Cpu)?;
            let outputs = network.forward(&images.index_select(&indices, 0)?, true)?;
            let loss = loss::cross_entropy(&outputs, &labels.index_select(&indices, 0)?)?;
            optimizer.step(&loss.backward()?)?;
            total += loss.to_scalar::<f32>()?;
        }
        anyhow::ensure!(total.is_finite(), "the loss is {total}");
        let outputs = network.forward(&test_images, false)?;
        loss::cross_entropy(&outputs, &test_labels)?.to_scalar::<f32>()?;
        let right = outputs.argmax(D::Minus1)?.eq(&test_labels)?.to_dtype(DType::F32)?;
        accuracy = f64::from(right.mean_all()?.to_scalar::<f32>()?);
        seconds.push(start.elapsed().as_secs_f64());
    }
    Ok((seconds, accuracy))
}

struct Network {
    layers: Vec<candle_nn::Linear>,
    dropout: f64,
}

impl Network {
    fn new(workload: &Workload, variables: &VarBuilder<'_>) -> Result<Self> {
        let layers = workload.layers().into_iter().enumerate();
        let layer =
            |(index, (inputs, outputs))| candle_nn::linear(inputs, outputs, variables.pp(format!("layer{index}")));
        Ok(Self { layers: layers.map(layer).collect::<Result<_, _>>()?, dropout: workload.dropout })
    }

    fn forward(&self, images: &Tensor, train: bool) -> Result<Tensor> {
        let mut outputs = images.clone();
        for (index, layer) in self.layers.iter().enumerate() {
            outputs = layer.forward(&outputs)?;
            if index + 1 < self.layers.len() {
                outputs = outputs.relu()?;
                if train && self.dropout > 0.0 {
                    outputs = ops::dropout(&outputs, self.dropout as f32)?;
                }
            }
        }
        Ok(outputs)
    }
}

enum Step {
    Adam(candle_nn::AdamW),
    Sgd(candle_nn::SGD),
    /// The variables, each with the mean of its squared gradients.
    RmsProp(Vec<(Var, Tensor)>),
}

impl Step {
    fn new(optimizer: Optimizer, variables: Vec<Var>) -> Result<Self> {
        Ok(match optimizer {
            Optimizer::Adam => {
                let adam = candle_nn::ParamsAdamW { weight_decay: 0.0, ..Default::default() };
                Self::Adam(candle_nn::AdamW::new(variables, adam)?)
            }
            Optimizer::Sgd => Self::Sgd(candle_nn::SGD::new(variables, 0.01)?),
            Optimizer::RmsProp => {
                let with_mean = |variable: Var| Ok((variable.clone(), variable.zeros_like()?));
                Self::RmsProp(variables.into_iter().map(with_mean).collect::<Result<_>>()?)
            }
        })
    }

    fn step(&mut self, gradients: &GradStore) -> Result<()> {
        match self {
            Self::Adam(adam) => adam.step(gradients)?,
            Self::Sgd(sgd) => sgd.step(gradients)?,
            Self::RmsProp(variables) => {
                for (variable, mean) in variables {
                    let Some(gradient) = gradients.get(variable) else { continue };
                    *mean = ((&*mean * 0.9)? + (gradient.sqr()? * 0.1)?)?;
                    let step = (gradient / (mean.sqrt()? + 1e-7)?)?;
                    variable.set(&(variable.as_tensor() - (step * 0.001)?)?)?;
                }
            }
        }
        Ok(())
    }
}
