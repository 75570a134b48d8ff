//! A workload with tealight, as a lesson writes it.

use super::workload::{Optimizer, Workload};
use anyhow::Result;
use tealight::prelude::*;

/// The seconds of each epoch, and the accuracy on the test images after the last.
pub(crate) fn train(workload: &Workload, epochs: usize, dense: bool) -> Result<(Vec<f64>, f64)> {
    let (train, test) = workload.data(dense)?;
    let mut network = Sequential::new([28, 28]).add(Flatten);
    for &units in &workload.hidden {
        network = network.add(Dense::new(units).activation(Relu));
        if workload.dropout > 0.0 {
            network = network.add(Dropout::new(workload.dropout));
        }
    }
    let mut model = network.add(Dense::new(10).activation(Softmax)).build(1)?;
    let (loss, metrics) = (SparseCategoricalCrossentropy::new(), [Accuracy]);
    match workload.optimizer {
        Optimizer::Adam => model.compile(Adam::new(), loss, metrics)?,
        Optimizer::Sgd => model.compile(SGD::new(), loss, metrics)?,
        Optimizer::RmsProp => model.compile(RMSprop::new(), loss, metrics)?,
    }
    let how = Fit::new().epochs(epochs).batch_size(workload.batch).validation_data(&test).verbose(Verbose::Silent);
    let history = model.fit(&train, how)?;
    Ok((history.seconds().to_vec(), history.last("val_accuracy")?))
}
