//! Trains the network of the first lesson on MNIST: `cargo run --release -p tealight --example train_mnist -- 42`.
//!
//! Takes a seed (42) and a number of epochs (20).

use tealight::prelude::*;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let seed = arguments.next().and_then(|seed| seed.ok()).unwrap_or(42);
    let epochs = arguments.next().and_then(|epochs| epochs.ok()).unwrap_or(20);

    let (train, test) = mnist::load()?;
    let (train, test) = (train.rescale(1.0 / 255.0), test.rescale(1.0 / 255.0));
    println!("{train}");
    let network = Sequential::new([28, 28])
        .add(Flatten)
        .add(Dense::new(256).activation(Relu))
        .add(Dropout::new(0.3))
        .add(Dense::new(128).activation(Relu))
        .add(Dropout::new(0.3))
        .add(Dense::new(10).activation(Softmax));
    let mut model = network.build(seed)?;
    model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
    let history = model.fit(&train, Fit::new().epochs(epochs as usize).batch_size(32).validation_data(&test))?;
    println!("{model}\n{history}\n{}", model.evaluate(&test)?);
    let seconds = history.seconds().iter().sum::<f64>() / history.epochs() as f64;
    println!("{seconds:.3} s an epoch");
    Ok(())
}
