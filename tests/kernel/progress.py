"""How much longer a training takes because it shows itself: the same training live and silent, in turns, in one kernel.

    python progress.py

Prints the medians in seconds of both, and what the bar and the growing curves add, in per cent.
"""

import argparse
import statistics

from here import LESSONS
from notebook import Notebook

SETUP = """
let (train, _) = mnist::load()?;
let train = train.rescale(1.0 / 255.0);
let mut model = Sequential::new([28, 28])
    .add(Flatten)
    .add(Dense::new(256).activation(Relu))
    .add(Dropout::new(0.3))
    .add(Dense::new(128).activation(Relu))
    .add(Dropout::new(0.3))
    .add(Dense::new(10).activation(Softmax))
    .build(1)?;
model.compile(Adam::new(), SparseCategoricalCrossentropy::new(), [Accuracy])?;
"""


def train(kernel, verbose, epochs):
    """The seconds of a training, and of its epochs alone: without the finished figure at its end."""
    fit = f"Fit::new().epochs({epochs}).batch_size(32).verbose(Verbose::{verbose})"
    cell = kernel.run(
        f"let clock = std::time::Instant::now(); let history = model.fit(&train, {fit})?; "
        'println!("seconds {} {}", clock.elapsed().as_secs_f64(), history.seconds().iter().sum::<f64>());'
    )
    assert cell.status == "ok", cell.error
    return [float(number) for number in cell.text().split("seconds ")[1].split()]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--epochs", type=int, default=5, help="of each training")
    arguments = arguments.parse_args()
    kernel = Notebook(LESSONS)
    try:
        setup = kernel.run(SETUP)
        assert setup.status == "ok", setup.error
        seconds = {"Live": [], "Silent": []}
        for _ in range(arguments.rounds):
            for verbose, measured in seconds.items():
                measured.append(train(kernel, verbose, arguments.epochs))
    finally:
        kernel.close()
    for part, name in enumerate(("a training", "its epochs")):
        live, silent = (statistics.median(row[part] for row in seconds[verbose]) for verbose in ("Live", "Silent"))
        print(f"{name}: live {live:.3f} s, silent {silent:.3f} s, {(live / silent - 1) * 100:+.1f} %")


if __name__ == "__main__":
    main()
